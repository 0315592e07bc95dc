import FileFormats
import Recording

/// Runs of a sweep that differ in nothing but their seed: a place of the grid without the seed.
package struct SweepArm: Equatable, Sendable {
    /// The values of the swept keys but the seed.
    package let values: [JSONValue]
    /// Names of the runs by their seed.
    package fileprivate(set) var runs: [Int: String]
    /// Steps of all pairs together.
    package fileprivate(set) var pairSteps: Int

    package var seeds: [Int] { runs.keys.sorted() }
}

/// The arms of a sweep and which of them is whose control.
package struct SweepArms: Equatable, Sendable {
    /// The swept keys but the seed, as they are written in the file.
    package let keys: [String]
    /// In the order of the grid: numbers ascend, other values come as the plan has them.
    package private(set) var arms: [SweepArm] = []
    /// By arm, the place in `arms` of the one that never swaps and is the same in all but `swap.`:
    /// whatever else is said of swaps says nothing where there are none. Nil where there is none.
    package private(set) var controls: [Int?] = []

    /// How long the discriminators stay; 0 is never to swap.
    private static let controlKey = "swap.interval"
    private static let batchKey = "data.batch_size"

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
                if index == arms.count {
                    arms.append(
                        SweepArm(values: values, runs: [:], pairSteps: run.pairs * run.steps))
                }
                arms[index].runs[run.seed] = run.name
            }
        }
        self.arms = Self.ordered(arms, keyCount: keys.count)
        controls = findControls()
    }

    private func findControls() -> [Int?] {
        guard let key = keys.firstIndex(of: Self.controlKey) else { return arms.map { _ in nil } }
        let others = keys.indices.filter { !keys[$0].hasPrefix("swap.") }
        let names = arms.map { arm in JSONValue.array(others.map { arm.values[$0] }).serialized() }
        let independent = arms.indices.filter { arms[$0].values[key] == .integer(0) }
        let places = Dictionary(
            independent.map { (names[$0], $0) }, uniquingKeysWith: { first, _ in first })
        return names.map { places[$0] }
    }

    /// Examples that the arm's pairs see, up to a factor that all arms have in common:
    /// pairs x steps x batch.
    package func cost(of arm: SweepArm) -> Int {
        let batch = keys.firstIndex(of: Self.batchKey).flatMap { arm.values[$0].integerValue }
        return arm.pairSteps * (batch ?? 1)
    }

    /// The values of the keys that choose data: comparisons over one data set are one family.
    func dataSet(of arm: SweepArm) -> String { Self.dataSet(of: arm, keys: keys) }

    static func dataSet(of arm: SweepArm, keys: [String]) -> String {
        let values = zip(keys, arm.values)
            .filter { $0.0.hasPrefix("data.") && $0.0 != batchKey }.map(\.1)
        return JSONValue.array(values).serialized()
    }

    /// The same as people say it: "gaussian-ring".
    func dataName(of arm: SweepArm) -> String {
        zip(keys, arm.values).filter { $0.0.hasPrefix("data.") && $0.0 != Self.batchKey }
            .map { $1.textValue ?? "\($0.split(separator: ".").last ?? "") = \($1.serialized())" }
            .joined(separator: ", ")
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
