/// A place in a text that knows its line and column.
struct TOMLCursor {
    enum Source {
        case file(String)
        case argument(Int)
    }

    let bytes: [UInt8]
    let source: Source
    private(set) var offset = 0
    private var line = 1
    private var column = 1

    /// Takes text that is UTF-8 throughout, so that the reader may cut it at ASCII characters.
    init(bytes: [UInt8], source: Source) throws {
        self.bytes = bytes
        self.source = source
        if let fault = Self.firstInvalidByte(bytes) {
            advance(fault)
            throw error("byte \(fault) is not valid UTF-8; save the file as UTF-8")
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
    }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }

    var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func byte(after count: Int) -> UInt8? {
        offset + count < bytes.count ? bytes[offset + count] : nil
    }

    func starts(with text: StaticString) -> Bool {
        for index in 0..<text.utf8CodeUnitCount
        where byte(after: index) != text.utf8Start[index] {
            return false
        }
        return true
    }

    var position: SettingsPosition {
        switch source {
        case .file(let name): .file(name, line: line, column: column)
        case .argument(let number): .argument(number)
        }
    }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<min(count, bytes.count - offset) {
            let byte = bytes[offset]
            offset += 1
            if byte == 0x0a {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
    }

    mutating func advance(past text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        advance(text.utf8CodeUnitCount)
        return true
    }

    mutating func skipBlanks() {
        while byte == 0x20 || byte == 0x09 { advance() }
    }

    /// Steps over LF or CRLF.
    mutating func skipLineEnd() -> Bool { advance(past: "\n") || advance(past: "\r\n") }

    mutating func skipComment() throws {
        guard byte == UInt8(ascii: "#") else { return }
        while let byte, byte != 0x0a, !starts(with: "\r\n") {
            guard !byte.isForbiddenControl else { throw unexpected("in a comment") }
            advance()
        }
    }

    /// Steps over blanks, comments and line ends.
    mutating func skipToContent() throws {
        repeat {
            skipBlanks()
            try skipComment()
        } while skipLineEnd()
    }

    func error(_ message: String) -> SettingsError {
        SettingsError(position: position, message: message)
    }

    /// Names what stands at the cursor and `context`: what was wanted, or where it may not stand.
    func unexpected(_ context: String) -> SettingsError {
        guard let byte else { return error("the text ends here \(context)") }
        if byte == 0x0a || starts(with: "\r\n") { return error("the line ends here \(context)") }
        if byte.isForbiddenControl {
            return error("control character \(byte) \(context); write it as an escape in \"...\"")
        }
        let end = bytes[offset...].dropFirst().firstIndex { $0 & 0xc0 != 0x80 } ?? bytes.count
        let character = String(decoding: bytes[offset..<end], as: UTF8.self)
        return error("unexpected \(TOMLText.quoted(character)) \(context)")
    }
}
