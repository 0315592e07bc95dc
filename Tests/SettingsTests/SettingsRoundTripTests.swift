import Settings
import Testing

/// One random key: where it stands and the value it is read with.
private struct RandomKey {
    enum Value: Equatable {
        case number(UInt64)
        case integer(Int)
        case flag(Bool)
        case text([UInt8])
        case numbers([UInt64])
        case integers([Int])
    }

    let table: [String]
    let key: String
    let value: Value
}

/// SplitMix64, so that a failing document can be made again from its seed.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// Any finite number: all exponents are equally likely.
    mutating func number() -> Double {
        let number = Double(bitPattern: next())
        return number.isFinite
            ? number : [0, -0.0, .leastNonzeroMagnitude, 1e16, 123456].randomElement(using: &self)!
    }

    mutating func integer() -> Int {
        [Int(truncatingIfNeeded: next()), .min, .max, 0, -1].randomElement(using: &self)!
    }

    /// Text of characters that quoting, comments or line ends could get wrong.
    mutating func text() -> String {
        let characters = [
            "a", "Z", "0", "_", "-", " ", "\"", "'", "\\", "#", "=", ".", "[", "]", "{", "\n", "\r",
            "\r\n", "\t", "\u{1}", "\u{7f}", "\u{85}", "\u{2028}", "é", "e\u{301}", "\u{1f600}",
            "\u{feff}", "\"\"\"", "\\u0041",
        ]
        let count = Int.random(in: 0...12, using: &self)
        return (0..<count).map { _ in characters.randomElement(using: &self)! }.joined()
    }

    mutating func value() -> RandomKey.Value {
        let count = Int.random(in: 0...4, using: &self)
        switch Int.random(in: 0..<6, using: &self) {
        case 0: return .number(number().bitPattern)
        case 1: return .integer(integer())
        case 2: return .flag(Bool.random(using: &self))
        case 3: return .text(Array(text().utf8))
        case 4: return .numbers((0..<count).map { _ in number().bitPattern })
        default: return .integers((0..<count).map { _ in integer() })
        }
    }

    /// Keys in nested tables; no table has the name of a key.
    mutating func keys() -> [RandomKey] {
        (0..<Int.random(in: 1...20, using: &self)).map { index in
            let depth = Int.random(in: 0...3, using: &self)
            let table = (0..<depth).map { _ in
                "t" + ["", "\"", " .", "é"].randomElement(using: &self)!
            }
            return RandomKey(table: table, key: "k\(index)\(text())", value: value())
        }
    }
}

extension RandomKey {
    /// Reads the key; `isDefault` gives its value as the default, otherwise it is required.
    func read(from root: SettingsTable, isDefault: Bool) throws -> Value {
        let settings = try table.reduce(root) { try $0.table($1) }
        let any = Int.min...Int.max
        switch value {
        case .number(let bits):
            let fallback = isDefault ? Double(bitPattern: bits) : nil
            return .number(try settings.number(key, default: fallback, "Number").bitPattern)
        case .integer(let integer):
            let fallback = isDefault ? integer : nil
            return .integer(try settings.integer(key, default: fallback, in: any, "Integer"))
        case .flag(let flag):
            return .flag(try settings.flag(key, default: isDefault ? flag : nil, "Flag"))
        case .text(let bytes):
            let fallback = isDefault ? String(decoding: bytes, as: UTF8.self) : nil
            return .text(Array(try settings.text(key, default: fallback, "Text").utf8))
        case .numbers(let bits):
            let fallback = isDefault ? bits.map(Double.init(bitPattern:)) : nil
            let numbers = try settings.numbers(key, default: fallback, count: 0...9, "Numbers")
            return .numbers(numbers.map(\.bitPattern))
        case .integers(let integers):
            let fallback = isDefault ? integers : nil
            return .integers(
                try settings.integers(key, default: fallback, each: any, "Integers"))
        }
    }
}

@Suite struct SettingsRoundTripTests {
    @Test func resolvedSettingsReadBackTheSame() throws {
        for seed in 0..<500 {
            var generator = Generator(state: UInt64(seed))
            let keys = generator.keys()
            let first = try SettingsDocument(text: "", file: "a.toml", overrides: [])
            for key in keys {
                #expect(try key.read(from: first.root, isDefault: true) == key.value)
            }
            let text = first.resolvedTOML()
            let second = try SettingsDocument(text: text, file: "b.toml", overrides: [])
            for key in keys {
                #expect(try key.read(from: second.root, isDefault: false) == key.value)
            }
            try second.root.finish()
            #expect(second.resolvedTOML() == text, "seed \(seed)")
        }
    }
}
