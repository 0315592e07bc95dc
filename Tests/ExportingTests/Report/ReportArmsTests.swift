import Exporting
import FileFormats
import Foundation
import Recording
import Testing

@Suite("Arms of reports")
struct ReportArmsTests {
    private let folder = TemporaryFolder()

    private struct Arm {
        let values: [JSONValue]
        var pairs = 2
        /// At which the run has rows: its last value of `modes` is about 100 times the last one.
        var steps = [0, 10, 20]
    }

    /// A sweep with one seed, as `zip` makes them.
    private func record(_ keys: [String], _ arms: [Arm]) throws {
        var sweep = try SampleSweep()
        sweep.plan.keys = keys + ["seed"]
        sweep.plan.runs = arms.enumerated().map { index, arm in
            .init(
                name: "run-\(index)", hash: "0123abcd", overrides: [], seed: 1, steps: 40,
                pairs: arm.pairs, differences: [:], places: [arm.values + [.integer(1)]])
        }
        try sweep.plan.write(SweepDirectory.planPath(folder.path))
        for (run, arm) in zip(sweep.plan.runs, arms) {
            var sample = try SampleRun(name: run.name, pairs: run.pairs, swap: "interval = 0")
            sample.steps = arm.steps
            try sample.record(in: "\(folder.path)/\(run.name)")
        }
    }

    /// Two arms of a table, and two that differ from each other in nothing but the last key.
    private func recordZipped() throws {
        func values(_ pairs: Int, _ interval: Int, _ count: Int, _ last: String) -> [JSONValue] {
            [.integer(pairs), .integer(interval), .integer(count), .integer(1), .text(last)]
        }
        try record(
            [
                "population.pairs", "swap.interval", "discriminator.count",
                "discriminator.packing", "loss.aggregation",
            ],
            [
                Arm(values: values(2, 0, 1, "mean")), Arm(values: values(2, 10, 1, "mean")),
                Arm(values: values(1, 0, 4, "max"), pairs: 1, steps: [0, 10, 20, 40]),
                Arm(values: values(1, 0, 4, "softmax"), pairs: 1, steps: [0, 10, 20, 40]),
            ])
    }

    @Test func armsBesideTheTablesAreListed() throws {
        try recordZipped()
        _ = try Report(directory: folder.path).write()
        let page = try folder.text("report.html")
        #expect(page.contains("The tables above show 2 of 4 arms"))
        for word in ["max", "softmax"] {
            let name = "N = 1, never, count = 4, packing = 1, aggregation = \(word)"
            #expect(page.contains("<td>\(name)</td>"))
        }
        // Their value, which no cell of the map has, is not at the end of its colours either.
        #expect(page.contains(">4000<"))
        #expect(try !folder.text("report/grid-modes.svg").contains(">4000<"))
    }

    /// Eight modes of a ring are all of them, and few of a grid.
    @Test func coloursAreThoseOfOneDataSet() throws {
        let sources = ["gaussian-ring", "gaussian-grid"]
        try record(
            ["swap.interval", "data.source", "population.pairs"],
            [(0, 2, 10), (0, 3, 20), (1, 2, 40), (1, 3, 80)].map { source, pairs, last in
                Arm(
                    values: [.integer(0), .text(sources[source]), .integer(pairs)], pairs: pairs,
                    steps: [0, last])
            })
        _ = try Report(directory: folder.path).write()
        let drawing = try folder.text("report/grid-modes.svg")
        // Each in its cell, and at an end of the colours of its map.
        for value in [1000, 2000, 4000, 8000] {
            #expect(drawing.components(separatedBy: ">\(value)<").count == 3, "\(value)")
        }
    }

    @Test func armsBesideTheTablesHaveCurvesWithWholeTitles() throws {
        try recordZipped()
        _ = try Report(directory: folder.path).write()
        for name in ["curves-modes", "pairs-modes"] {
            let drawing = try folder.text("report/\(name).svg")
            #expect(drawing.contains(">aggregation = max<"), "\(name)")
            #expect(drawing.contains(">aggregation = softmax<"), "\(name)")
        }
    }

    @Test func namesAreWrittenInFullWhereThereIsRoom() throws {
        let policies = ["random-matching", "optimizer-state", "swap-and-average", "rotation"]
        try record(
            ["swap.policy", "swap.interval"],
            policies.flatMap { policy in
                [0, 10].map { Arm(values: [.text(policy), .integer($0)]) }
            })
        _ = try Report(directory: folder.path).write()
        let drawing = try folder.text("report/grid-modes.svg")
        #expect(!drawing.contains("…"))
        // Above the map and beside the chart.
        for policy in policies {
            #expect(drawing.components(separatedBy: ">\(policy)</text>").count == 3)
        }
    }
}

@Suite("Streams of reports")
struct ReportStreamsTests {
    private let folder = TemporaryFolder()

    /// A run of two pairs with `modes` in two streams, the second of a single row, and a recovery.
    private func record() throws {
        let directory = "\(folder.path)/run"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        try RunDirectory.prepare(path: directory, overwrite: false)
        let schema = try LogSchema(
            runName: "streams", pairs: 2,
            streams: [
                LogStream(name: "eval", columns: [LogColumn("modes", .float64)]),
                LogStream(name: "eval_1", columns: [LogColumn("modes", .float64)]),
                LogStream(name: "recovery", columns: [LogColumn("recovery_steps", .float64)]),
            ], experimentTOML: "name = \"sample\"\n", provenanceJSON: "{}")
        let recorder = try RunRecorder(directory: directory, schema: schema)
        let rows: [(stream: Int, step: Int64, values: [Double])] = [
            (0, 10, [1, 2]), (0, 20, [3, 4]), (2, 10, [1, 1]), (2, 20, [30, 50]), (1, 20, [6, 8]),
        ]
        for row in rows {
            row.values.withUnsafeBytes {
                recorder.append(stream: row.stream, axis: row.step, payload: $0)
            }
        }
        try recorder.finish(state: .finished)
    }

    @Test func streamsWithTheSameColumnHaveTheirOwnFigures() throws {
        try record()
        let request = SweepRequest(metrics: ["modes", "recovery_steps"])
        _ = try Report(directory: "\(folder.path)/run", request: request).write()
        let names = contents(of: "\(folder.path)/run/report")
        for name in ["modes", "recovery-recovery_steps"] {
            #expect(names.contains("curves-\(name).svg") && names.contains("pairs-\(name).svg"))
        }
        // A single row is no curve.
        #expect(!names.contains("curves-eval_1-modes.svg"))
        let states = try folder.text("run/report/states.csv").split(separator: "\n")
        #expect(states[0].hasSuffix(",modes,eval_1/modes,recovery/recovery_steps,cause"))
        #expect(states[1].hasSuffix(",3.5,7.0,40.0,"))
    }

    /// The last row of a recovery is not what all of them were like.
    @Test func whatARecoveryIsIsSaid() throws {
        try record()
        let request = SweepRequest(metrics: ["recovery_steps"])
        _ = try Report(directory: "\(folder.path)/run", request: request).write()
        #expect(try folder.text("run/report.html").contains("that of the last swap alone"))
        _ = try Report(directory: "\(folder.path)/run").write()
        #expect(try !folder.text("run/report.html").contains("the last swap alone"))
    }

    /// One value for all pairs, which runs of one pair do not have.
    @Test func metricsOfThePopulationAreShown() throws {
        try SampleSweep.uneven().record(in: folder.path)
        let request = SweepRequest(metrics: ["mixture_modes"])
        _ = try Report(directory: folder.path, request: request).write()
        let names = contents(of: "\(folder.path)/report")
        #expect(names.contains("curves-population-mixture_modes.svg"))
        #expect(!names.contains("pairs-population-mixture_modes.svg"))
        let states = try folder.text("report/states.csv").split(separator: "\n")
        #expect(states[0].contains(",population/mixture_modes,"))
        let run = try #require(states.first { $0.hasPrefix("n2-k0-1,") })
        #expect(run.hasSuffix(",3000.0,"))
    }
}
