import FileFormats
import Foundation
import Recording

/// Four runs over `swap.interval` and `seed`; the last one has not begun.
struct SampleSweep {
    var plan: SweepPlan

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

    func record(in directory: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try plan.write(SweepDirectory.planPath(directory))
        for run in plan.runs.dropLast() {
            try SampleRun(name: run.name, swap: "interval = \(run.places[0][0].serialized())")
                .record(in: "\(directory)/\(run.name)")
        }
    }
}
