#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Time that only goes forward, in nanoseconds since an arbitrary moment.
package enum MonotonicClock {
    package static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
