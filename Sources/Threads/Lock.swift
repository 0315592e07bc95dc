#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Mutual exclusion: at most one thread is between `lock()` and `unlock()`.
///
/// A pthread mutex behind a short burst of attempts. Sections guarded by it are a few hundred
/// nanoseconds long, so that whoever finds it taken has it sooner by asking again than by a
/// round trip through the kernel. It is not recursive. `Synchronization.Mutex` would do as well,
/// but ThreadSanitizer does not see its ordering and reports races that are none.
package final class Lock: @unchecked Sendable {
    fileprivate let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    package init() {
        mutex.initialize(to: pthread_mutex_t())
        let status = pthread_mutex_init(mutex, nil)
        precondition(status == 0, "pthread_mutex_init: \(status)")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    package func lock() {
        for _ in 0..<64 where pthread_mutex_trylock(mutex) == 0 { return }
        pthread_mutex_lock(mutex)
    }

    package func unlock() {
        pthread_mutex_unlock(mutex)
    }

    /// Runs `body` while holding the lock.
    package func withLock<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body()
    }
}

/// Where threads that hold a `Lock` sleep until another one changes what they wait for.
///
/// Wake-ups may be spurious: wait in a loop that tests the state itself.
package final class Condition: @unchecked Sendable {
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        #if !canImport(Darwin)
            // Timed waits must not jump when somebody sets the wall clock.
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        let status = pthread_cond_init(condition, &attributes)
        precondition(status == 0, "pthread_cond_init: \(status)")
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
    }

    /// Releases `lock`, sleeps, and holds `lock` again on return.
    package func wait(_ lock: Lock) {
        pthread_cond_wait(condition, lock.mutex)
    }

    /// As `wait(_:)`, for at most `seconds`. Returns false when the time ran out.
    package func wait(_ lock: Lock, seconds: Double) -> Bool {
        let whole = seconds.rounded(.down)
        let nanoseconds = Int((seconds - whole) * 1e9)
        #if canImport(Darwin)
            var duration = timespec(tv_sec: Int(whole), tv_nsec: nanoseconds)
            return pthread_cond_timedwait_relative_np(condition, lock.mutex, &duration) == 0
        #else
            var deadline = timespec()
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            deadline.tv_sec += Int(whole)
            deadline.tv_nsec += nanoseconds
            if deadline.tv_nsec >= 1_000_000_000 {
                deadline.tv_sec += 1
                deadline.tv_nsec -= 1_000_000_000
            }
            return pthread_cond_timedwait(condition, lock.mutex, &deadline) == 0
        #endif
    }

    /// Wakes one sleeper.
    package func signal() {
        pthread_cond_signal(condition)
    }

    /// Wakes all sleepers.
    package func broadcast() {
        pthread_cond_broadcast(condition)
    }
}
