import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A short command of another program, run to its end.
package struct ShellCommand: Equatable, Sendable {
    package let words: [String]

    package init(_ words: [String]) {
        self.words = words
    }

    /// The command as a shell reads it, each word as it stands: "'/a b/quadrille' run x.toml".
    package var text: String { words.map(Self.quoted).joined(separator: " ") }

    /// Words of these characters mean themselves in every shell.
    private static let plain = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./:,@%".utf8)

    package static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
        return "'" + word.replacing("'", with: "'\\''") + "'"
    }

    package struct Answer: Equatable, Sendable {
        /// The exit code; 124 where the time was over, 127 where there is no such program.
        package var code: Int
        /// The lines of standard output and standard error.
        package var lines: [String]

        /// What went wrong, in one line.
        package var complaint: String {
            if code == 124 { return "no answer in time" }
            return lines.last { !$0.isEmpty } ?? "exit code \(code) without a word"
        }
    }

    private static let largestAnswer = 1 << 26

    /// Runs it and waits, but not for ever.
    ///
    /// - Throws: `FileError` where no process can be started.
    package func run(atMostSeconds seconds: Int) throws -> Answer {
        let limited = ShellCommand(["timeout", "\(seconds)"] + words)
        guard let pipe = popen("exec \(limited.text) 2>&1 </dev/null", "re") else {
            throw FileError(path: words[0], operation: "start", code: errno)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < Self.largestAnswer {
            let count = fread(&buffer, 1, buffer.count, pipe)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        let status = pclose(pipe)
        let hasExited = status >= 0 && status & 0x7f == 0
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        return Answer(code: hasExited ? Int(status >> 8 & 0xff) : -1, lines: lines.map(String.init))
    }
}
