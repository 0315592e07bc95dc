#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// How many processors this process may run on.
package enum ProcessorCount {
    /// On Linux the size of the affinity mask, which `taskset`, Slurm and container runtimes set;
    /// elsewhere the number of processors online. At least 1.
    package static var available: Int {
        let online = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        return allowed().map { min(online, $0) } ?? online
    }

    /// The bits set in the mask that Linux prints in hexadecimal, or nil where there is none.
    private static func allowed() -> Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        let name = "Cpus_allowed:"
        var line = [CChar](repeating: 0, count: 8192)
        while fgets(&line, Int32(line.count), file) != nil {
            guard strncmp(line, name, name.utf8.count) == 0 else { continue }
            let bits = line.dropFirst(name.utf8.count).prefix { $0 != 0 }.reduce(0) { bits, digit in
                let value = Character(UnicodeScalar(UInt8(bitPattern: digit))).hexDigitValue
                return bits + (value?.nonzeroBitCount ?? 0)
            }
            return bits > 0 ? bits : nil
        }
        return nil
    }
}
