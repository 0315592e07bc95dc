/// A limit of time as sbatch takes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours,
/// days-hours:minutes or days-hours:minutes:seconds.
package struct SlurmTimeLimit: Equatable, Sendable {
    package let text: String
    package let seconds: Int

    /// nil where Slurm would not understand it, or read another time than is meant.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, let last = parts.last else { return nil }
        let fields = last.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { Self.number($0) }
        guard numbers.count == fields.count, fields.count <= 3 else { return nil }
        let units: [Int]
        var total = 0
        if parts.count == 2 {
            guard let days = Self.number(parts[0]) else { return nil }
            units = [3600, 60, 1]
            total = days * 86_400
        } else {
            units = [[60], [60, 1], [3600, 60, 1]][fields.count - 1]
        }
        for (number, unit) in zip(numbers, units) { total += number * unit }
        guard total > 0 else { return nil }
        self.text = text
        seconds = total
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ 48...57 ~= $0 }) else {
            return nil
        }
        return Int(text)
    }

    /// How long before the end a task is told to save: two minutes, or a quarter of a short limit.
    /// Slurm may do it up to a minute earlier.
    package var warningSeconds: Int { min(Self.usualWarningSeconds, max(1, seconds / 4)) }

    static let usualWarningSeconds = 120
}
