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
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        while true {
            let read = fread(&bytes[count], 1, bytes.count - count, file)
            count += read
            if read == 0 { break }
            guard count <= byteLimit else {
                throw SettingsError(
                    position: .wholeFile(path),
                    message: "larger than \(byteLimit) bytes; is this an experiment file?")
            }
            if count == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
            }
        }
        guard ferror(file) == 0 else { throw failure(path, errno) }
        return Array(bytes[..<count])
    }

    private static func failure(_ path: String, _ code: Int32) -> SettingsError {
        SettingsError(
            position: .wholeFile(path),
            message: "cannot read this experiment file: \(String(cString: strerror(code)))")
    }
}
