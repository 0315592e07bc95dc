/// The four kinds of dates and times of TOML.
package enum TOMLDateTimeKind: Sendable {
    case offsetDateTime
    case localDateTime
    case localDate
    case localTime
}

extension TOMLDateTimeKind {
    /// The token as a date or time: nil if it has the shape of neither (RFC 3339, section 5.6).
    static func parse(_ bytes: [UInt8]) -> Result<TOMLValue.Content, TOMLScalar.Fault>? {
        let fault = TOMLScalar.Fault(message: "is not a valid date or time")
        if hasShape(bytes[...], "dd:") {
            guard let end = timeEnd(bytes[...]), end == bytes.count else { return .failure(fault) }
            return .success(.dateTime(.localTime, String(decoding: bytes, as: UTF8.self)))
        }
        guard hasShape(bytes[...], "dddd-") else { return nil }
        guard isDate(bytes[...]) else { return .failure(fault) }
        if bytes.count == 10 {
            return .success(.dateTime(.localDate, String(decoding: bytes, as: UTF8.self)))
        }
        guard bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == 0x20,
            let end = timeEnd(bytes[11...])
        else { return .failure(fault) }
        var normalized = bytes
        normalized[10] = UInt8(ascii: "T")
        var kind = localDateTime
        if end < bytes.count {
            guard isOffset(bytes[end...]) else { return .failure(fault) }
            kind = offsetDateTime
            if bytes[end] == UInt8(ascii: "z") { normalized[end] = UInt8(ascii: "Z") }
        }
        return .success(.dateTime(kind, String(decoding: normalized, as: UTF8.self)))
    }

    /// Whether `bytes` begins with `shape`, in which d stands for any digit.
    private static func hasShape(_ bytes: ArraySlice<UInt8>, _ shape: StaticString) -> Bool {
        guard bytes.count >= shape.utf8CodeUnitCount else { return false }
        return zip(bytes, 0..<shape.utf8CodeUnitCount).allSatisfy { byte, index in
            let wanted = shape.utf8Start[index]
            return wanted == UInt8(ascii: "d") ? byte.isDigit : byte == wanted
        }
    }

    /// The `count` digits from `offset` within the slice, already checked by `hasShape`.
    private static func number(_ bytes: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> Int {
        bytes.dropFirst(offset).prefix(count).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard hasShape(bytes, "dddd-dd-dd") else { return false }
        let year = number(bytes, 0, 4)
        let month = number(bytes, 5, 2)
        let day = number(bytes, 8, 2)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard (1...12).contains(month) else { return false }
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        return (1...days).contains(day)
    }

    /// Where the time at the start of the slice ends; 60 is a leap second.
    private static func timeEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard hasShape(bytes, "dd:dd:dd"), number(bytes, 0, 2) < 24, number(bytes, 3, 2) < 60,
            number(bytes, 6, 2) <= 60
        else { return nil }
        let rest = bytes.dropFirst(8)
        guard rest.first == UInt8(ascii: ".") else { return rest.startIndex }
        let fraction = rest.dropFirst().prefix(while: \.isDigit)
        return fraction.isEmpty ? nil : fraction.endIndex
    }

    private static func isOffset(_ bytes: ArraySlice<UInt8>) -> Bool {
        if hasShape(bytes, "Z") || hasShape(bytes, "z") { return bytes.count == 1 }
        guard bytes.count == 6, hasShape(bytes, "+dd:dd") || hasShape(bytes, "-dd:dd") else {
            return false
        }
        return number(bytes, 1, 2) < 24 && number(bytes, 4, 2) < 60
    }
}
