import Settings

/// The points of a sweep: every combination of the values of its axes, in the order of its file,
/// the last axis varying fastest, without those that `exclude` names.
struct SweepGrid {
    /// Above this many combinations the user has to say that they are meant.
    static let questionableCount = 10_000
    /// What plans can hold.
    static let largestCount = 1_000_000

    private let document: SweepDocument

    init(_ document: SweepDocument) {
        self.document = document
    }

    /// Combinations, the excluded ones among them; nil for more than can be counted.
    var combinationCount: Int? {
        var count = 1
        for group in document.groups {
            let (product, overflow) = count.multipliedReportingOverflow(by: length(group))
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    /// The place of each axis' value, point by point.
    ///
    /// - Throws: `SettingsError` where none is left.
    func points() throws -> [[Int]] {
        var points: [[Int]] = []
        var place = Array(repeating: 0, count: document.groups.count)
        repeat {
            var point = Array(repeating: 0, count: document.axes.count)
            for (group, value) in zip(document.groups, place) {
                for axis in group { point[axis] = value }
            }
            if !isExcluded(point) { points.append(point) }
        } while advance(&place)
        guard !points.isEmpty else {
            throw SettingsError(
                position: document.exclusions[0].position, key: "sweep.exclude",
                message: "an empty grid: every combination is excluded")
        }
        return points
    }

    private func length(_ group: [Int]) -> Int { document.axes[group[0]].values.count }

    private func isExcluded(_ point: [Int]) -> Bool {
        document.exclusions.contains { rule in
            rule.conditions.allSatisfy { $0.values.contains(point[$0.axis]) }
        }
    }

    /// False after the last combination.
    private func advance(_ place: inout [Int]) -> Bool {
        for index in place.indices.reversed() {
            place[index] += 1
            if place[index] < length(document.groups[index]) { return true }
            place[index] = 0
        }
        return false
    }
}
