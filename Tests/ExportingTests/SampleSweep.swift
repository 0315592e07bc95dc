import FileFormats
import Foundation
import Recording

/// Four runs over `swap.interval` and `seed`; the last one has not begun.
struct SampleSweep {
    var plan: SweepPlan
    /// Runs of more than one pair do.
    private var measuresPopulation = false

    init() throws {
        let places: [(name: String, interval: Int, seed: Int)] = [
            ("k0-1", 0, 1), ("k0-2", 0, 2), ("k10-1", 10, 1), ("k10-2", 10, 2),
        ]
        plan = SweepPlan(
            name: "sample", keys: ["swap.interval", "seed"], experiment: "name = \"sample\"\n",
            commandLine: ["quadrille", "sweep", "sample.toml"],
            runs: places.map { place in
                .init(
                    name: place.name, hash: "0123abcd",
                    overrides: ["swap.interval=\(place.interval)", "seed=\(place.seed)"],
                    seed: place.seed, steps: 40, pairs: 2,
                    differences: ["swap.interval": .integer(place.interval)],
                    places: [[.integer(place.interval), .integer(place.seed)]])
            })
    }

    /// What sweeps with controls of the same cost are like: runs of one pair have steps of their
    /// own, not even the same for all seeds, and stand for every interval; others measure the
    /// population as well, and one of the runs has not begun.
    static func uneven() throws -> SampleSweep {
        var sweep = try SampleSweep()
        sweep.measuresPopulation = true
        let arms: [(pairs: Int, steps: Int, intervals: [Int])] = [
            (1, 160, [0, 10]), (2, 40, [0]), (2, 40, [10]), (3, 40, [10]),
        ]
        sweep.plan.keys = ["swap.interval", "population.pairs", "steps", "seed"]
        sweep.plan.runs = arms.flatMap { arm in
            (1...2).map { seed in
                let steps = arm.pairs == 1 && seed == 2 ? 100 : arm.steps
                return .init(
                    name: "n\(arm.pairs)-k\(arm.intervals[0])-\(seed)", hash: "0123abcd",
                    overrides: [], seed: seed, steps: steps, pairs: arm.pairs,
                    differences: ["population.pairs": .integer(arm.pairs)],
                    places: arm.intervals.map {
                        [.integer($0), .integer(arm.pairs), .integer(arm.steps), .integer(seed)]
                    })
            }
        }
        return sweep
    }

    func record(in directory: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try plan.write(SweepDirectory.planPath(directory))
        for run in plan.runs.dropLast() {
            var sample = try SampleRun(
                name: run.name, pairs: run.pairs,
                swap: "interval = \(run.places[0][0].serialized())",
                measuresPopulation: measuresPopulation && run.pairs > 1)
            sample.steps = (0...3).map { $0 * run.steps / 4 }
            try sample.record(in: "\(directory)/\(run.name)")
        }
    }
}
