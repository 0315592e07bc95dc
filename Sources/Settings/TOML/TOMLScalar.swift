/// Booleans, integers, floats, dates and times from the characters of one token.
enum TOMLScalar {
    struct Fault: Error {
        let message: String
    }

    static func content(of token: String) -> Result<TOMLValue.Content, Fault> {
        switch token {
        case "true": return .success(.boolean(true))
        case "false": return .success(.boolean(false))
        case "inf", "+inf": return .success(.float(.infinity))
        case "-inf": return .success(.float(-.infinity))
        case "nan", "+nan", "-nan": return .success(.float(.nan))
        default: break
        }
        let bytes = Array(token.utf8)
        if bytes.count >= 2, bytes[0] == UInt8(ascii: "0"),
            let radix = radix(ofPrefix: bytes[1])
        {
            return integer(bytes.dropFirst(2), radix: radix, isNegative: false)
        }
        if let dateTime = TOMLDateTimeKind.parse(bytes) { return dateTime }
        guard let first = bytes.first, first.isDigit || first == minus || first == plus else {
            return .failure(Fault(message: "is not a value; text stands in \"...\""))
        }
        return decimal(bytes)
    }

    private static let minus = UInt8(ascii: "-")
    private static let plus = UInt8(ascii: "+")
    private static let underscore = UInt8(ascii: "_")
    private static let zero = UInt8(ascii: "0")

    private static func radix(ofPrefix letter: UInt8) -> Int? {
        switch letter {
        case UInt8(ascii: "x"): 16
        case UInt8(ascii: "o"): 8
        case UInt8(ascii: "b"): 2
        default: nil
        }
    }

    // MARK: Numbers

    private static func decimal(_ bytes: [UInt8]) -> Result<TOMLValue.Content, Fault> {
        var rest = bytes[...]
        var isNegative = false
        if let sign = rest.first, sign == minus || sign == plus {
            isNegative = sign == minus
            rest.removeFirst()
        }
        let whole = rest.prefix { $0.isDigit || $0 == underscore }
        guard whole.first != zero || whole.count == 1 else {
            return .failure(Fault(message: "is not a number: it begins with 0"))
        }
        if whole.count == rest.count { return integer(whole, radix: 10, isNegative: isNegative) }
        guard areDigits(whole), isFractionAndExponent(rest.dropFirst(whole.count)) else {
            return .failure(Fault(message: "is not a number, date or time"))
        }
        let text = String(decoding: bytes.filter { $0 != underscore }, as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            return .failure(Fault(message: "is beyond the range of a 64-bit float"))
        }
        return .success(.float(number))
    }

    /// `.digits`, `e digits`, or both in this order.
    private static func isFractionAndExponent(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { $0.isDigit || $0 == underscore }
            guard areDigits(fraction) else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard let letter = rest.first else { return true }
        guard letter | 0x20 == UInt8(ascii: "e") else { return false }
        rest.removeFirst()
        if let sign = rest.first, sign == minus || sign == plus { rest.removeFirst() }
        return areDigits(rest)
    }

    /// Digits with single underscores between them.
    private static func areDigits(_ bytes: ArraySlice<UInt8>) -> Bool {
        digitsOnly(bytes)?.allSatisfy(\.isDigit) ?? false
    }

    /// The characters without underscores; nil unless each underscore stands between two others.
    private static func digitsOnly(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        var previous = underscore
        for byte in bytes {
            if byte != underscore {
                digits.append(byte)
            } else if previous == underscore {
                return nil
            }
            previous = byte
        }
        return previous == underscore ? nil : digits
    }

    private static func integer(
        _ bytes: ArraySlice<UInt8>, radix: Int, isNegative: Bool
    ) -> Result<TOMLValue.Content, Fault> {
        guard let digits = digitsOnly(bytes) else {
            return .failure(Fault(message: "is not a number"))
        }
        var value = 0
        for byte in digits {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else {
                return .failure(Fault(message: "is not a number"))
            }
            // Towards the sign from the start: -2^63 has no positive counterpart.
            let (product, overflowed) = value.multipliedReportingOverflow(by: radix)
            let (sum, carried) =
                isNegative
                ? product.subtractingReportingOverflow(digit)
                : product.addingReportingOverflow(digit)
            guard !overflowed, !carried else {
                return .failure(Fault(message: "is beyond the range of a 64-bit integer"))
            }
            value = sum
        }
        return .success(.integer(value))
    }
}
