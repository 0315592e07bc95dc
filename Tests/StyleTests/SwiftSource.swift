/// Just enough of Swift's grammar to find where functions begin and end.
struct SwiftSource {
    struct Function: Equatable {
        /// Counted from 1.
        let line: Int

        /// From the line of the keyword to the line of the closing brace.
        let lineCount: Int
    }

    /// The source with comments and string literals blanked; lines keep their numbers.
    private let code: [UInt8]

    init(_ text: String) {
        var scanner = LiteralScanner(text)
        code = scanner.blanked()
    }

    /// Functions, initialisers, subscripts and computed properties with a body, nested ones too.
    var functions: [Function] {
        var found: [Function] = []
        var line = 1
        var index = 0
        while index < code.count {
            if code[index] == newline { line += 1 }
            guard isWordStart(index) else {
                index += 1
                continue
            }
            let word = self.word(at: index)
            if let body = body(of: word, endingAt: index + word.utf8.count) {
                let lines = code[index..<body.upperBound].count { $0 == newline }
                found.append(Function(line: line, lineCount: lines + 1))
            }
            index += word.utf8.count
        }
        return found
    }

    /// The braces that belong to the declaration begun by `keyword`, or nil where it has none.
    private func body(of keyword: String, endingAt end: Int) -> Range<Int>? {
        switch keyword {
        case "func", "subscript": return braces(from: end, stopAtNewline: false)
        case "init", "deinit":
            // `self.init(` and `.init(` are calls.
            let before = end - keyword.utf8.count - 1
            if before >= 0, code[before] == UInt8(ascii: ".") { return nil }
            return braces(from: end, stopAtNewline: false)
        case "var":
            guard let body = braces(from: end, stopAtNewline: true) else { return nil }
            let text = String(decoding: code[body].dropFirst().dropLast(), as: UTF8.self)
            let words = text.split { $0 == " " || $0 == "\n" }
            // What a protocol asks for is not a body.
            return words.allSatisfy { ["get", "set"].contains($0) } ? nil : body
        default: return nil
        }
    }

    private func braces(from start: Int, stopAtNewline: Bool) -> Range<Int>? {
        var index = start
        while index < code.count {
            switch code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): index = closing(of: index)
            case UInt8(ascii: "{"): return index..<(closing(of: index) + 1)
            case UInt8(ascii: "}"): return nil
            case UInt8(ascii: "=") where stopAtNewline: return nil
            case newline where stopAtNewline: return nil
            default:
                if isWordStart(index), declarationWords.contains(word(at: index)) { return nil }
            }
            index += 1
        }
        return nil
    }

    /// The place of the bracket that closes the one at `open`.
    private func closing(of open: Int) -> Int {
        var depth = 0
        for index in open..<code.count {
            switch code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: continue
            }
            if depth == 0 { return index }
        }
        return code.count - 1
    }

    private func isWordStart(_ index: Int) -> Bool {
        isLetter(code[index]) && (index == 0 || !isLetter(code[index - 1]))
    }

    private func word(at index: Int) -> String {
        String(decoding: code[index...].prefix(while: isLetter), as: UTF8.self)
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 128...:
            return true
        default: return false
        }
    }
}

private let newline = UInt8(ascii: "\n")

/// A word that begins another declaration: the one before it had no body.
private let declarationWords: Set<String> = [
    "func", "init", "subscript", "var", "let", "static", "package", "private", "mutating", "case",
    "associatedtype",
]
