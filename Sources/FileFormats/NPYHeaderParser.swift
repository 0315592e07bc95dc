/// What the dictionary literal says, before it is judged.
struct NPYHeaderLiteral {
    var elementDescription = ""
    var elementDescriptionOffset = 0
    var isFortranOrder = false
    var shape: [Int] = []
}

/// Recursive descent over the three-key dictionary literal.
struct NPYHeaderParser {
    private let bytes: [UInt8]
    private let end: Int
    private let file: String
    private var position: Int

    init(bytes: [UInt8], range: Range<Int>, file: String) {
        self.bytes = bytes
        self.file = file
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func parse() throws -> NPYHeaderLiteral {
        var literal = NPYHeaderLiteral()
        var missing: Set = ["descr", "fortran_order", "shape"]
        try expect("{")
        while !accept("}") {
            let keyOffset = position
            let key = try string()
            guard missing.remove(key) != nil else {
                throw failure("unknown or repeated header key '\(key)'", at: keyOffset)
            }
            try expect(":")
            try value(of: key, into: &literal)
            if !accept(",") {
                try expect("}")
                break
            }
        }
        guard missing.isEmpty else {
            let keys = missing.sorted().joined(separator: ", ")
            throw failure("the header lacks \(keys)", at: position)
        }
        skipSpace()
        guard position == end else { throw failure("text after the header's end", at: position) }
        return literal
    }

    private mutating func value(of key: String, into literal: inout NPYHeaderLiteral) throws {
        skipSpace()
        switch key {
        case "descr":
            literal.elementDescriptionOffset = position
            if position < end, bytes[position] == UInt8(ascii: "[") {
                throw failure("a structured array; save each field as its own array", at: position)
            }
            literal.elementDescription = try string()
        case "fortran_order":
            literal.isFortranOrder = try boolean()
        default:
            literal.shape = try tuple()
        }
    }

    private mutating func tuple() throws -> [Int] {
        var extents: [Int] = []
        let start = position
        try expect("(")
        while !accept(")") {
            extents.append(try integer())
            if !accept(",") {
                // Python writes (3,) for one extent; (3) would be a number.
                guard extents.count > 1 else { throw failure("expected ','", at: position) }
                try expect(")")
                break
            }
        }
        guard extents.count <= NPYHeader.largestRank else {
            throw failure(
                "rank \(extents.count); at most \(NPYHeader.largestRank) is accepted", at: start)
        }
        return extents
    }

    private mutating func integer() throws -> Int {
        skipSpace()
        let start = position
        while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw failure("expected an extent", at: start) }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Int(digits) else {
            throw failure("extent \(digits) is too large", at: start)
        }
        return value
    }

    private mutating func boolean() throws -> Bool {
        for (word, value) in [("True", true), ("False", false)]
        where bytes[position..<end].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw failure("expected True or False", at: position)
    }

    private mutating func string() throws -> String {
        skipSpace()
        let start = position
        guard position < end, Array("'\"".utf8).contains(bytes[start]) else {
            throw failure("expected a string", at: start)
        }
        let closing = bytes[(start + 1)..<end].firstIndex(of: bytes[start])
        guard let closing, !bytes[start..<closing].contains(UInt8(ascii: "\\")) else {
            throw failure("a string without end or with an escape", at: start)
        }
        position = closing + 1
        return String(decoding: bytes[(start + 1)..<closing], as: UTF8.self)
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard accept(character) else { throw failure("expected '\(character)'", at: position) }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < end, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
    }

    private func failure(_ message: String, at offset: Int) -> DataError {
        DataError(file: file, offset: offset, message)
    }
}
