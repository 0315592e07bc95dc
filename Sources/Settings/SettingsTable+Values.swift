/// The typed readers. `meaning` is one line, as shown by `list keys` and above the resolved value.
extension SettingsTable {
    /// A finite number; integers are accepted.
    package func number(
        _ key: String, default: Double?, in range: NumberRange = .any, unit: String = "",
        _ meaning: String
    ) throws -> Double {
        try read(
            Description(key: key, unit: unit, meaning: meaning), .number(in: range),
            default: `default`)
    }

    /// An integer; a number with a fraction or exponent is none.
    package func integer(
        _ key: String, default: Int?, in range: ClosedRange<Int> = 0...Int.max, unit: String = "",
        _ meaning: String
    ) throws -> Int {
        try read(
            Description(key: key, unit: unit, meaning: meaning), .integer(in: range),
            default: `default`)
    }

    package func flag(_ key: String, default: Bool?, _ meaning: String) throws -> Bool {
        try read(
            Description(key: key, unit: "", meaning: meaning), .flag, default: `default`)
    }

    package func text(_ key: String, default: String?, _ meaning: String) throws -> String {
        try read(
            Description(key: key, unit: "", meaning: meaning), .text, default: `default`)
    }

    /// One of `names`.
    package func choice(
        _ key: String, of names: [String], default: String?, _ meaning: String
    ) throws -> String {
        try read(
            Description(key: key, unit: "", meaning: meaning), .choice(of: names),
            default: `default`)
    }

    /// One case of an enumeration whose raw values are the names.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default: Choice, _ meaning: String
    ) throws -> Choice {
        let name = try choice(
            key, of: Choice.allCases.map(\.rawValue), default: `default`.rawValue, meaning)
        return Choice(rawValue: name)!
    }

    // MARK: Arrays

    package func integers(
        _ key: String, default: [Int]?, each range: ClosedRange<Int>, _ meaning: String
    ) throws -> [Int] {
        try read(
            Description(key: key, unit: "", meaning: meaning),
            ValueKind<[Int]>.array(of: .integer(in: range), name: "integers"),
            default: `default`)
    }

    /// Between `count.lowerBound` and `count.upperBound` numbers, each in `range`.
    package func numbers(
        _ key: String, default: [Double]?, count: ClosedRange<Int>, in range: NumberRange = .any,
        _ meaning: String
    ) throws -> [Double] {
        try read(
            Description(key: key, unit: "", meaning: meaning),
            ValueKind<[Double]>.array(of: .number(in: range), name: "numbers", count: count),
            default: `default`)
    }

    /// Any number of `names`, in the order given.
    package func choices(
        _ key: String, of names: [String], default: [String]?, _ meaning: String
    ) throws -> [String] {
        try read(
            Description(key: key, unit: "", meaning: meaning),
            ValueKind<[String]>.array(of: .choice(of: names), name: "choices"),
            default: `default`)
    }

    // MARK: Optional keys: nil where the file gives none

    package func optionalInteger(
        _ key: String, in range: ClosedRange<Int> = 0...Int.max, unit: String = "",
        _ meaning: String
    ) throws -> Int? {
        try readOptional(
            Description(key: key, unit: unit, meaning: meaning), .integer(in: range))
    }

    package func optionalNumber(
        _ key: String, in range: NumberRange = .any, unit: String = "", _ meaning: String
    ) throws -> Double? {
        try readOptional(
            Description(key: key, unit: unit, meaning: meaning), .number(in: range))
    }

    package func optionalFlag(_ key: String, _ meaning: String) throws -> Bool? {
        try readOptional(Description(key: key, unit: "", meaning: meaning), .flag)
    }

    package func optionalText(_ key: String, _ meaning: String) throws -> String? {
        try readOptional(Description(key: key, unit: "", meaning: meaning), .text)
    }

    package func optionalChoice(
        _ key: String, of names: [String], _ meaning: String
    ) throws -> String? {
        try readOptional(
            Description(key: key, unit: "", meaning: meaning), .choice(of: names))
    }

    package func optionalChoices(
        _ key: String, of names: [String], _ meaning: String
    ) throws -> [String]? {
        try readOptional(
            Description(key: key, unit: "", meaning: meaning),
            ValueKind<[String]>.array(of: .choice(of: names), name: "choices"))
    }

    package func optionalNumbers(
        _ key: String, count: ClosedRange<Int>, in range: NumberRange = .any, _ meaning: String
    ) throws -> [Double]? {
        try readOptional(
            Description(key: key, unit: "", meaning: meaning),
            ValueKind<[Double]>.array(of: .number(in: range), name: "numbers", count: count))
    }
}
