import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a display may know of a running run, from any thread.
package final class RunProgress: @unchecked Sendable {
    // Unchecked: everything is guarded by `lock`.
    package struct Snapshot: Sendable {
        package var step = 0
        /// When training began and when `step` was passed, in nanoseconds of the monotonic clock.
        package var firstTime: UInt64 = 0
        package var lastTime: UInt64 = 0
        package var discriminatorLosses: [Float] = []
        package var generatorLosses: [Float] = []
        /// Rounds of a pair that were begun anew.
        package var rewinds = 0
        /// Nanoseconds of all threads together, by what was measured in them.
        package var measuring: [String: UInt64] = [:]

        package var seconds: Double { Double(lastTime - firstTime) * 1e-9 }
    }

    private let lock = Lock()
    private var current = Snapshot()

    package var snapshot: Snapshot { lock.withLock { current } }

    package func started(from step: Int) {
        lock.withLock {
            current.step = step
            current.firstTime = MonotonicClock.nanoseconds
            current.lastTime = current.firstTime
        }
    }

    func passed(step: Int, at time: UInt64) {
        lock.withLock {
            current.step = step
            current.lastTime = time
        }
    }

    func measured(_ name: String, nanoseconds: UInt64) {
        lock.withLock { current.measuring[name, default: 0] += nanoseconds }
    }

    func rewound(_ count: Int) { lock.withLock { current.rewinds += count } }

    func observed(_ discriminatorLosses: [Float], _ generatorLosses: [Float]) {
        lock.withLock {
            current.discriminatorLosses = discriminatorLosses
            current.generatorLosses = generatorLosses
        }
    }
}

enum ProcessMemory {
    /// The memory of the machine; 0 where the system does not say.
    static var physicalBytes: Int {
        max(0, sysconf(Int32(_SC_PHYS_PAGES))) * max(0, sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The resident set of this process; 0 where the system does not say.
    static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "re") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 128)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
