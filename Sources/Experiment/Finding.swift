/// One thing that was looked at when a run was verified, and what came of it.
package struct Finding: Equatable, Sendable, CustomStringConvertible {
    package enum Verdict: Sendable {
        case proved
        case failed
        /// It could not be looked at, which proves nothing.
        case unchecked
    }

    /// "journal", "log", ...
    package let subject: String
    package let verdict: Verdict
    package let text: String

    static func proved(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, verdict: .proved, text: text)
    }

    static func failed(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, verdict: .failed, text: text)
    }

    static func unchecked(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, verdict: .unchecked, text: text)
    }

    package var description: String {
        switch verdict {
        case .proved: "\(subject): \(text)"
        case .failed: "\(subject): FAILED: \(text)"
        case .unchecked: "\(subject): not checked: \(text)"
        }
    }
}

extension Int {
    /// "1 row", "12,400 rows".
    func of(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }

    /// "12,400": digits in groups of three.
    var grouped: String {
        var text = ""
        for (index, digit) in String(magnitude).reversed().enumerated() {
            if index > 0 && index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (self < 0 ? "-" : "") + String(text.reversed())
    }
}
