#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The end of what a process wrote.
enum LastLines {
    private static let lineCount = 10
    private static let byteCount = 8192
    private static let longestLine = 500

    /// The last lines of a file, cut where they are long; none where it cannot be read.
    static func of(_ path: String) -> [String] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let size = ftell(file)
        fseek(file, max(0, size - byteCount), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = fread(&bytes, 1, bytes.count, file)
        let lines = String(decoding: bytes[..<count], as: UTF8.self)
            .split(whereSeparator: \.isNewline)
        return lines.suffix(lineCount).map { String($0.prefix(longestLine)) }
    }
}
