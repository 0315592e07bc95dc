/// Replaces comments and string literals by spaces, so that a brace within one is not code.
///
/// Knows nested comments, raw strings, multi-line strings and interpolation. A regular expression
/// literal is left as it is.
struct LiteralScanner {
    private let source: [UInt8]
    private var code: [UInt8]
    private var index = 0

    init(_ text: String) {
        source = Array(text.utf8)
        code = source
    }

    mutating func blanked() -> [UInt8] {
        while index < source.count { step() }
        return code
    }

    private mutating func step() {
        if isNext("//") {
            while index < source.count, source[index] != UInt8(ascii: "\n") { blank() }
        } else if isNext("/*") {
            blankComment()
        } else if let hashes = hashesBeforeQuote() {
            blankString(hashes: hashes)
        } else {
            index += 1
        }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if isNext("/*") {
                depth += 1
                blank(2)
            } else if isNext("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && index < source.count
    }

    private mutating func blankString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        blank(hashes)
        let quote = isNext("\"\"\"") ? "\"\"\"" : "\""
        blank(quote.utf8.count)
        while index < source.count, !isNext(quote + fence) {
            if isNext("\\" + fence + "(") {
                blank(1 + hashes)
                skipInterpolation()
            } else if isNext("\\" + fence) {
                blank(2 + hashes)
            } else {
                blank()
            }
        }
        blank(quote.utf8.count + hashes)
    }

    /// From the opening to the closing bracket; strings within are blanked, code is kept.
    private mutating func skipInterpolation() {
        var depth = 0
        repeat {
            if source[index] == UInt8(ascii: "(") { depth += 1 }
            if source[index] == UInt8(ascii: ")") { depth -= 1 }
            step()
        } while depth > 0 && index < source.count
    }

    /// The number of `#` in front of a quote that begins a string here, or nil.
    private func hashesBeforeQuote() -> Int? {
        let hashes = source[index...].prefix { $0 == UInt8(ascii: "#") }.count
        let quote = index + hashes
        return quote < source.count && source[quote] == UInt8(ascii: "\"") ? hashes : nil
    }

    private func isNext(_ text: String) -> Bool {
        source[index...].starts(with: text.utf8)
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where index < source.count {
            if source[index] != UInt8(ascii: "\n") { code[index] = UInt8(ascii: " ") }
            index += 1
        }
    }
}
