import Datasets
import FileFormats
import Kernels
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What would have to match for a run to give the same bits again.
package enum Provenance {
    /// The version of the program, written into every run.
    package static let version = "0.1.0"

    /// Entries that decide bits: a run goes on only where they are the same.
    static let decidingKeys = [
        ("experiment_hash", "experiment"), ("seed", "seed"), ("data_fingerprint", "data"),
        ("executable_xxh3", "executable"), ("openblas_version", "OpenBLAS"),
        ("openblas_kernel_family", "OpenBLAS kernel family"),
        ("c_library", "C library"),
    ]

    /// What decides bits and is not the same: "seed: 1 before, 2 now".
    ///
    /// - Parameter file: where `before` stands.
    static func differences(
        before: String, file: String, now: String, without keys: Set<String> = []
    ) throws -> [String] {
        let old = try JSONValue(parsing: Array(before.utf8), file: file)
        let new = try JSONValue(parsing: Array(now.utf8), file: "provenance.json")
        return decidingKeys.compactMap { key, meaning in
            let (old, new) = (old[key]?.textValue ?? "?", new[key]?.textValue ?? "?")
            return keys.contains(key) || old == new
                ? nil : "\(meaning): \(old) before, \(new) now"
        }
    }

    /// `provenance.json` of a run.
    static func json(_ plan: ExperimentPlan, commandLine: [String], workers: Int) -> String {
        let value: JSONValue = [
            "quadrille_version": .text(version),
            "executable_xxh3": .text(executableHash),
            "commit": SourceCommit.around(executablePath).map(JSONValue.text) ?? .null,
            "command_line": .array(commandLine.map(JSONValue.text)),
            "seed": .text("\(plan.seed)"),
            "experiment_hash": .text(RunName.hash(of: plan)),
            "data_fingerprint": .text(plan.groups.dataFingerprint),
            "data_skipped": .integer(plan.groups.skippedExamples.count),
            "openblas_version": .text(LinearAlgebraLibrary.version),
            "openblas_kernel_family": .text(LinearAlgebraLibrary.kernelFamily),
            "openblas_threads": .integer(LinearAlgebraLibrary.threadCount),
            "hdf5_version": .text(HDF5.version),
            "workers": .integer(workers),
            "cpu": .text(cpuModel),
            "processors": .integer(ProcessorCount.available),
            "host": .text(hostName),
            "c_library": .text(cLibraryVersion),
        ]
        return value.serialized(isIndented: true)
    }

    package static var executablePath: String {
        #if os(Linux)
            return realPath("/proc/self/exe") ?? CommandLine.arguments[0]
        #else
            return realPath(CommandLine.arguments[0]) ?? CommandLine.arguments[0]
        #endif
    }

    private static var executableHash: String {
        guard let bytes = try? InputFile.read(executablePath) else { return "unknown" }
        return hexadecimal(XXH3.hash(bytes))
    }

    package static var cpuModel: String {
        guard let bytes = try? readSystemFile("/proc/cpuinfo") else { return "unknown" }
        let line = bytes.split(separator: "\n").first { $0.hasPrefix("model name") }
        guard let line, let colon = line.firstIndex(of: ":") else { return "unknown" }
        return String(line[line.index(colon, offsetBy: 2)...])
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return string(name)
    }

    package static var cLibraryVersion: String {
        #if canImport(Glibc)
            // gnu_get_libc_version is not in the Glibc module; confstr says the same.
            var name = [CChar](repeating: 0, count: 64)
            confstr(Int32(_CS_GNU_LIBC_VERSION), &name, name.count)
            return string(name)
        #else
            return "system"
        #endif
    }

    private static func string(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }
}

/// The text of a file of the kernel, whose size is not known beforehand.
func readSystemFile(_ path: String) throws -> String {
    guard let file = fopen(path, "re") else {
        throw FileError(path: path, operation: "read", code: errno)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
}

/// The path without links and dots, or nil where nothing is there.
func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// An absolute form of a path that need not exist.
func absolutePath(_ path: String) -> String {
    if let real = realPath(path) { return real }
    return path.hasPrefix("/") ? path : (realPath(".") ?? ".") + "/" + path
}
