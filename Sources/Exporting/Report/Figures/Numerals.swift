#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers as people read them in figures and tables.
package enum Numerals {
    /// `digits` significant digits without an exponent where it is not needed: "0.0312", "1250",
    /// "3.1e-07"; "-" where there is no number.
    package static func significant(_ value: Double, _ digits: Int = 3) -> String {
        guard value.isFinite else { return value.isNaN ? "\u{2013}" : value > 0 ? "∞" : "−∞" }
        if value == 0 { return "0" }
        // Of the rounded number: 99.96 is 100 in three digits.
        let rounded = abs(value) * (1 + 0.5 * pow(10, Double(-digits)))
        let magnitude = Int(log10(rounded).rounded(.down))
        if magnitude < -4 || magnitude > 6 { return printed("%.\(digits - 1)e", value) }
        return fixed(value, decimals: max(0, digits - 1 - magnitude))
    }

    /// A coordinate of a drawing: one decimal, none where it is zero.
    package static func coordinate(_ value: Double) -> String {
        // Far outside of every drawing, and within the range of Int.
        let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
        let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
        let sign = tenths < 0 ? "-" : ""
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    /// A whole number with its thousands set apart: "20,000".
    package static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + text
    }

    /// A tick label: `decimals` decimals, thousands as "k" and millions as "M" where all ticks of
    /// the axis are multiples of them.
    static func tick(_ value: Double, step: Double) -> String {
        if abs(value) >= 1e10 { return printed("%.1e", value) }
        for (unit, suffix) in [(1e6, "M"), (1e3, "k")] where step >= unit {
            if value == 0 { return "0" }
            return fixed(value / unit, decimals: decimals(ofStep: step / unit)) + suffix
        }
        if step < 1e-4, abs(value) < 0.1 { return value == 0 ? "0" : printed("%.1e", value) }
        return fixed(value, decimals: decimals(ofStep: step))
    }

    static func fixed(_ value: Double, decimals: Int) -> String {
        let text = printed("%.\(decimals)f", value)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    /// Decimals that tell multiples of `step` apart.
    private static func decimals(ofStep step: Double) -> Int {
        for decimals in 0..<9 {
            let scaled = step * pow(10, Double(decimals))
            if abs(scaled - scaled.rounded()) < 1e-6 * scaled { return decimals }
        }
        return 9
    }

    private static func printed(_ format: String, _ value: Double) -> String {
        withVaList([value]) { list in
            // Formats here are at most "%.9f" of numbers below 10^9, or "%.9e".
            var bytes = [CChar](repeating: 0, count: 400)
            vsnprintf(&bytes, bytes.count, format, list)
            return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        }
    }
}
