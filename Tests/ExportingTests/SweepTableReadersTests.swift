import Exporting
import Foundation
import Recording
import Testing

/// The Python of the readers where it has SciPy too.
private let python = Readers.python.flatMap { python in
    Readers.run(python, ["-c", "import pandas, scipy.stats"])?.code == 0 ? python : nil
}

@Suite(
    "Readers of tables",
    .enabled(if: python != nil, "READERS_PYTHON names no Python with pandas and SciPy"))
struct SweepTableReadersTests {
    private let folder = TemporaryFolder()

    /// Means, tests and corrections of the whole table from those of the runs, by SciPy.
    @Test func theArmsFollowFromTheRuns() throws {
        var request = SweepRequest()
        request.thresholds = [.init(metric: "modes", value: 5)]
        request.atSteps = [10]
        let tables = try Self.sweep().tables(request)
        for table in tables.tables {
            try Data(table.csv.utf8).write(
                to: URL(filePath: "\(folder.path)/\(table.name).csv"))
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "check_tables.py").path(percentEncoded: false)
        let program = try #require(python)
        let result = try #require(Readers.run(program, [script, folder.path]))
        #expect(result.code == 0, "\(result.output)")
    }

    /// Seven seeds with values of no order, one failed run, one that is pending and a gap.
    private static func sweep() throws -> EvaluatedSweep {
        var sweep = EvaluatedSweep()
        for seed in 1...7 {
            for (place, interval) in [0, 10, 100, 1000].enumerated() {
                for pairs in [2, 3] {
                    let start: Int = seed * 37 + place * 11 + pairs
                    let modes = (0..<3).map { row in
                        (0..<pairs).map { pair -> Double in
                            let mixed: Int = start + row * 53 + pair * 29
                            return Double(mixed % 41) / 7
                        }
                    }
                    let isFailed = seed == 3 && interval == 10
                    let isPending = seed == 5 && interval == 0
                    try sweep.add(
                        [(interval, pairs)], seed: seed,
                        state: isFailed ? .failed : isPending ? .pending : .finished,
                        modes: isPending ? nil : modes)
                }
            }
        }
        return sweep
    }
}
