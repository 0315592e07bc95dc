import FileFormats
import Recording

/// Runs of a sweep that differ in nothing but their seed: a place of the grid without the seed.
package struct SweepArm: Equatable, Sendable {
    /// The values of the swept keys but the seed.
    package let values: [JSONValue]
    /// Names of the runs by their seed.
    package fileprivate(set) var runs: [Int: String]

    package var seeds: [Int] { runs.keys.sorted() }
}

/// The arms of a sweep and which of them is whose control.
package struct SweepArms: Equatable, Sendable {
    /// The swept keys but the seed, as they are written in the file.
    package let keys: [String]
    /// In the order of the grid: numbers ascend, other values come as the plan has them.
    package private(set) var arms: [SweepArm] = []
    private var places: [String: Int] = [:]

    /// How long the discriminators stay; 0 is never to swap.
    private static let controlKey = "swap.interval"

    package init(plan: SweepPlan) {
        let shown = plan.keys.indices.filter { plan.keys[$0] != "seed" }
        keys = shown.map { plan.keys[$0] }
        var arms: [SweepArm] = []
        var known: [String: Int] = [:]
        for run in plan.runs {
            for place in run.places {
                let values = shown.map { place[$0] }
                let text = JSONValue.array(values).serialized()
                let index = known[text] ?? arms.count
                known[text] = index
                if index == arms.count { arms.append(SweepArm(values: values, runs: [:])) }
                arms[index].runs[run.seed] = run.name
            }
        }
        self.arms = Self.ordered(arms, keyCount: keys.count)
        for (index, arm) in self.arms.enumerated() {
            places[JSONValue.array(arm.values).serialized()] = index
        }
    }

    /// Place in `arms` of the arm with the same values but an exchange interval of 0; nil where the
    /// sweep has none.
    package func control(of arm: SweepArm) -> Int? {
        guard let key = keys.firstIndex(of: Self.controlKey) else { return nil }
        var values = arm.values
        values[key] = .integer(0)
        return places[JSONValue.array(values).serialized()]
    }

    /// The values of the keys that choose data: comparisons over one data set are one family.
    func dataSet(of arm: SweepArm) -> String {
        let values = zip(keys, arm.values).filter { $0.0.hasPrefix("data.") }.map(\.1)
        return JSONValue.array(values).serialized()
    }

    /// The values of a key, each once, in the order of the arms.
    func values(ofKey key: Int) -> [JSONValue] {
        var known: Set<String> = []
        return arms.map { $0.values[key] }.filter { known.insert($0.serialized()).inserted }
    }

    private static func ordered(_ arms: [SweepArm], keyCount: Int) -> [SweepArm] {
        let ranks = (0..<keyCount).map { key in Self.ranks(of: arms.map { $0.values[key] }) }
        let order = arms.indices.sorted { first, second in
            for rank in ranks where rank[first] != rank[second] {
                return rank[first] < rank[second]
            }
            return first < second
        }
        return order.map { arms[$0] }
    }

    private static func ranks(of values: [JSONValue]) -> [Double] {
        let numbers = values.compactMap(\.numberValue)
        guard numbers.count < values.count else { return numbers }
        var known: [String: Double] = [:]
        return values.map { value in
            let text = value.serialized()
            let rank = known[text] ?? Double(known.count)
            known[text] = rank
            return rank
        }
    }
}
