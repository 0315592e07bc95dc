/// How values of one kind are told from other TOML values, described, and written back.
struct ValueKind<Value> {
    /// The type in `list keys`: "integer", "choice", ...
    let name: String
    /// Continues "expected": "an integer from 1 to 8", "one of a, b".
    let expectation: String
    /// Stands for a required value while listing keys.
    let placeholder: Value
    /// The value meant, or the part of it that is not as expected.
    let decode: (TOMLValue) throws(Mismatch) -> Value
    let encode: (Value) -> TOMLValue.Content

    func text(_ value: Value) -> String { TOMLText.of(encode(value)) }
}

/// A value, or an element of one, that is not what its key accepts.
struct Mismatch: Error {
    let position: SettingsPosition
    /// Continues "found".
    let summary: String

    /// `advice` continues the error where there is something to add.
    init(found value: TOMLValue, advice: String = "") {
        position = value.position
        summary = value.summary + advice
    }
}

extension ValueKind<Double> {
    static func number(in range: NumberRange) -> ValueKind {
        ValueKind(
            name: "number", expectation: range.description, placeholder: range.placeholder,
            decode: { value throws(Mismatch) in
                let number: Double? =
                    switch value.content {
                    case .float(let number): number
                    case .integer(let integer): Double(integer)
                    default: nil
                    }
                guard let number, range.contains(number) else { throw Mismatch(found: value) }
                return number
            }, encode: { .float($0) })
    }
}

extension ValueKind<Int> {
    static func integer(in range: ClosedRange<Int>) -> ValueKind {
        ValueKind(
            name: "integer", expectation: description(of: range),
            placeholder: min(max(0, range.lowerBound), range.upperBound),
            decode: { value throws(Mismatch) in
                guard case .integer(let integer) = value.content, range.contains(integer) else {
                    throw Mismatch(found: value)
                }
                return integer
            }, encode: { .integer($0) })
    }

    private static func description(of range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): "an integer"
        case (let lower, .max): "an integer of at least \(lower)"
        case (.min, let upper): "an integer of at most \(upper)"
        case (let lower, let upper): "an integer from \(lower) to \(upper)"
        }
    }
}

extension ValueKind<Bool> {
    static var flag: ValueKind {
        ValueKind(
            name: "flag", expectation: "true or false", placeholder: false,
            decode: { value throws(Mismatch) in
                guard case .boolean(let flag) = value.content else {
                    throw Mismatch(found: value)
                }
                return flag
            }, encode: { .boolean($0) })
    }
}

extension ValueKind<String> {
    /// Any text but U+0000, which would cut a path short in C.
    static var text: ValueKind {
        ValueKind(
            name: "text", expectation: "text", placeholder: "",
            decode: { value throws(Mismatch) in
                guard case .text(let text) = value.content else {
                    throw Mismatch(found: value, advice: "; write text in quotes: \"...\"")
                }
                guard !text.utf8.contains(0) else {
                    throw Mismatch(found: value, advice: "; text cannot hold U+0000")
                }
                return text
            }, encode: { .text($0) })
    }

    static func choice(of names: [String]) -> ValueKind {
        ValueKind(
            name: "choice", expectation: "one of " + names.joined(separator: ", "),
            placeholder: names.first ?? "",
            decode: { value throws(Mismatch) in
                guard case .text(let text) = value.content else { throw Mismatch(found: value) }
                guard names.contains(text) else {
                    let nearest = NearestName.of(text, among: names)
                    let advice = nearest.map { "; did you mean \($0)?" } ?? ""
                    throw Mismatch(found: value, advice: advice)
                }
                return text
            }, encode: { .text($0) })
    }
}

extension ValueKind {
    /// An array whose elements are all of the kind `element`.
    static func array<Element>(
        of element: ValueKind<Element>, name: String, count: ClosedRange<Int> = 0...Int.max
    ) -> ValueKind<[Element]> {
        let placeholder = repeatElement(element.placeholder, count: min(count.lowerBound, 1000))
        return ValueKind<[Element]>(
            name: name,
            expectation: "an array\(counted(count)), each \(element.expectation)",
            placeholder: Array(placeholder),
            decode: { value throws(Mismatch) in
                guard case .array(let values) = value.content else { throw Mismatch(found: value) }
                guard count.contains(values.count) else {
                    throw Mismatch(found: value, advice: " of \(values.count)")
                }
                var elements: [Element] = []
                for value in values { elements.append(try element.decode(value)) }
                return elements
            },
            encode: { elements in
                .array(
                    elements.map { TOMLValue(content: element.encode($0), position: .nowhere) })
            })
    }

    private static func counted(_ count: ClosedRange<Int>) -> String {
        switch (count.lowerBound, count.upperBound) {
        case (0, .max): ""
        case (let lower, .max): " of at least \(lower) values"
        case (let lower, let upper) where lower == upper: " of \(lower) values"
        case (let lower, let upper): " of \(lower) to \(upper) values"
        }
    }
}
