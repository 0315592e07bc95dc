#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads experiment files.
enum SettingsFile {
    static let byteLimit = 4 << 20

    static func bytes(of path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw failure(path, errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= byteLimit else {
                throw SettingsError(
                    position: .wholeFile(path),
                    message: "larger than \(byteLimit) bytes; is this an experiment file?")
            }
        }
        guard ferror(file) == 0 else { throw failure(path, errno) }
        return bytes
    }

    private static func failure(_ path: String, _ code: Int32) -> SettingsError {
        SettingsError(
            position: .wholeFile(path),
            message: "cannot read this experiment file: \(String(cString: strerror(code)))")
    }
}
