import Exporting
import FileFormats
import Recording
import Testing

@Suite("SweepTables")
struct SweepTablesTests {
    private static let last = SweepQuantity(
        metric: .init(stream: "eval", column: "modes"), members: .mean, value: .last)

    /// One pair under K = 0 and 10 (one run), two pairs under K = 0, 10 and 100; five seeds.
    private static func sweep() throws -> EvaluatedSweep {
        var sweep = EvaluatedSweep()
        for seed in 1...5 {
            let number = Double(seed)
            try sweep.add([(10, 1), (0, 1)], seed: seed, modes: [[0], [number]])
            try sweep.add([(100, 2)], seed: seed, modes: [[0, 0], [number + 1, number + 3]])
            try sweep.add([(10, 2)], seed: seed, modes: [[0, 0], [number * number, number]])
            try sweep.add([(0, 2)], seed: seed, modes: [[0, 0], [number, number]])
        }
        return sweep
    }

    /// Rows of a table whose named columns have these values.
    private static func rows(
        _ table: PlainTable, _ conditions: [String: JSONValue]
    ) -> [[String: JSONValue]] {
        table.rows.map { row in
            Dictionary(uniqueKeysWithValues: zip(table.columns.map(\.name), row))
        }.filter { row in conditions.allSatisfy { row[$0.key] == $0.value } }
    }

    private static func row(
        _ tables: SweepTables, interval: Int, pairs: Int, _ quantity: SweepQuantity = last
    ) throws -> [String: JSONValue] {
        let found = rows(
            tables.armTable,
            [
                "swap.interval": .integer(interval), "population.pairs": .integer(pairs),
                "metric": .text(quantity.metric.name), "members": .text(quantity.members.rawValue),
                "value": .text(quantity.value.name),
            ])
        #expect(found.count == 1)
        return try #require(found.first)
    }

    @Test func armsAreInTheOrderOfTheGrid() throws {
        let arms = SweepArms(plan: try Self.sweep().plan)
        #expect(arms.keys == ["swap.interval", "population.pairs"])
        #expect(arms.arms.map(\.values) == [[0, 1], [0, 2], [10, 1], [10, 2], [100, 2]])
        #expect(arms.arms.allSatisfy { $0.seeds == [1, 2, 3, 4, 5] })
        #expect(arms.controls == [0, 1, 0, 1, 1])
    }

    /// Without swaps it says nothing how they would be done.
    @Test func controlsAreTheSameInAllButSwaps() {
        let places: [(policy: String, interval: Int, batch: Int)] = [
            ("random-matching", 0, 32), ("random-matching", 10, 32), ("random-matching", 0, 64),
            ("rotation", 10, 32), ("rotation", 10, 128),
        ]
        let plan = SweepPlan(
            name: "sample", keys: ["swap.policy", "swap.interval", "data.batch_size", "seed"],
            experiment: "", commandLine: [],
            runs: places.enumerated().map { index, place in
                .init(
                    name: "run-\(index)", hash: "", overrides: [], seed: 1, steps: 20, pairs: 3,
                    differences: [:],
                    places: [
                        [
                            .text(place.policy), .integer(place.interval), .integer(place.batch),
                            .integer(1),
                        ]
                    ])
            })
        let arms = SweepArms(plan: plan)
        #expect(arms.arms.map { $0.runs[1] } == [0, 2, 1, 3, 4].map { "run-\($0)" })
        #expect(arms.controls == [0, 1, 0, 0, nil])
        #expect(arms.arms.map(arms.cost) == [32, 64, 32, 32, 128].map { $0 * 60 })
    }

    @Test func anArmHasItsAverages() throws {
        let row = try Self.row(try Self.sweep().tables(), interval: 100, pairs: 2)
        #expect(row["n"] == 5 && row["planned"] == 5 && row["failed"] == 0)
        // 3, 4, 5, 6, 7; the interquartile mean leaves out one at each end.
        for name in ["mean", "median", "interquartile_mean"] { #expect(row[name] == .number(5)) }
        #expect(row["standard_error"] == .number(0.5.squareRoot()))
        #expect(row["mean_lower"]!.numberValue! > 3.4 && row["mean_upper"]!.numberValue! < 6.6)
        #expect(row["better"] == "higher")
    }

    @Test func armsAreComparedWithTheControlBySeed() throws {
        let tables = try Self.sweep().tables()
        let row = try Self.row(tables, interval: 100, pairs: 2)
        #expect(row["control"] == "compared" && row["pairs"] == 5 && row["unpaired"] == 0)
        #expect(row["difference"] == .number(2) && row["difference_lower"] == .number(2))
        #expect(row["p"] == .number(0.0625) && row["p_smallest"] == .number(0.0625))
        // The other comparison: differences 0, 1, 3, 6, 10, of which the 0 may have either sign.
        #expect(try Self.row(tables, interval: 10, pairs: 2)["p"] == .number(0.125))
        #expect(row["tests"] == 2 && row["p_holm"] == .number(0.125))
    }

    @Test func theSameRunsAreNotComparedWithThemselves() throws {
        let tables = try Self.sweep().tables()
        for pairs in [1, 2] {
            let row = try Self.row(tables, interval: 0, pairs: pairs)
            #expect(row["control"] == "itself" && row["p"] == .null)
        }
        #expect(try Self.row(tables, interval: 10, pairs: 1)["control"] == "itself")
    }

    @Test func runsWithoutANumberAreCounted() throws {
        var sweep = EvaluatedSweep()
        for seed in 1...3 { try sweep.add([(0, 2)], seed: seed, modes: [[0, 0], [1, 1]]) }
        try sweep.add([(10, 2)], seed: 1, modes: [[0, 0], [2, 4]])
        try sweep.add([(10, 2)], seed: 2, modes: [[0, 0], [2, .nan]])
        try sweep.add([(10, 2)], seed: 3, state: .failed, modes: [[9, 9], [9, 9]])
        try sweep.add([(10, 2)], seed: 4, state: .pending, modes: nil)
        try sweep.add([(10, 2)], seed: 5, state: .stale, modes: nil)
        let tables = try sweep.tables()
        let row = try Self.row(tables, interval: 10, pairs: 2)
        let counts = ["planned", "n", "never", "undefined", "failed", "unfinished"].map { row[$0] }
        #expect(counts == [5, 1, 0, 1, 2, 1])
        #expect(row["mean"] == .number(3) && row["mean_lower"]!.numberValue!.isNaN)
        #expect(row["pairs"] == 1 && row["unpaired"] == 4 && row["p"] == .number(1))
        let states = Self.rows(
            tables.runTable, ["swap.interval": 10, "metric": "modes", "value": "last"])
        #expect(
            Set(states.compactMap { $0["state"]?.textValue }) == [
                "finished", "failed", "pending", "stale",
            ])
        #expect(states.count == 3 * 5)
    }

    @Test func aTimeThatIsLongerThanARunIsNotLeftOut() throws {
        var request = SweepRequest()
        request.thresholds = [.init(metric: "modes", value: 4)]
        var sweep = EvaluatedSweep()
        for seed in 1...3 {
            try sweep.add([(0, 2)], seed: seed, modes: [[0, 0], [5, 5]])
            let end = seed == 3 ? 1.0 : 4
            try sweep.add([(10, 2)], seed: seed, modes: [[0, 0], [end, end]])
        }
        let time = SweepQuantity(metric: Self.last.metric, members: .mean, value: .timeTo(4))
        let row = try Self.row(try sweep.tables(request), interval: 10, pairs: 2, time)
        #expect(row["n"] == 2 && row["never"] == 1 && row["undefined"] == 0)
        #expect(row["mean"] == .number(.infinity) && row["median"] == .number(10))
        #expect(row["control"] == "censored")
    }

    @Test func eachDataSetIsAFamilyOfItsOwn() throws {
        var plan = try Self.sweep().plan
        plan.keys = ["swap.interval", "data.modes", "seed"]
        let tables = try SweepTables(SweepReadings(plan: plan))
        #expect(tables.quantities.isEmpty && tables.armTable.rows.isEmpty)
        var sweep = EvaluatedSweep(keys: plan.keys)
        for seed in 1...2 {
            for (interval, modes) in [(0, 8), (5, 8), (7, 8), (0, 25), (5, 25)] {
                try sweep.add(
                    [(interval, modes)], seed: seed, modes: [[0], [Double(interval)]])
            }
        }
        let rows = Self.rows(
            try sweep.tables().armTable, ["metric": "modes", "members": "mean", "value": "last"])
        let tests = rows.map { $0["tests"]! }
        #expect(rows.map { $0["data.modes"]! } == [8, 25, 8, 25, 8])
        #expect(tests == [.null, .null, 2, 1, 2])
    }

    @Test func aKeyAloneIsStratifiedByTheOthers() throws {
        let table = try Self.sweep().tables().keyTable
        let row = try #require(
            Self.rows(
                table,
                ["key": "swap.interval", "key_value": 0, "metric": "modes", "members": "mean"]
            ).first)
        // Both arms have 1, ..., 5.
        #expect(row["arms"] == 2 && row["n"] == 10 && row["mean"] == .number(3))
        #expect(row["interquartile_mean"] == .number(3))
    }

    /// One pair under K = 0 and under K = 10 is one run: twice in the grid, once in the statistics.
    @Test func runsInSeveralPlacesArePooledOnce() throws {
        let row = try #require(
            Self.rows(
                try Self.sweep().tables().keyTable,
                ["key": "population.pairs", "key_value": 1, "metric": "modes", "members": "mean"]
            ).first)
        #expect(row["arms"] == 1 && row["n"] == 5 && row["mean"] == .number(3))
    }

    @Test func aSweepWithoutRunsHasTablesWithoutRows() throws {
        let tables = try EvaluatedSweep().tables()
        #expect(tables.tables.map(\.name) == ["arms", "keys", "runs"])
        #expect(tables.tables.allSatisfy { $0.rows.isEmpty })
    }

    @Test func tablesAreCSVWithTheNamesOfTheKeys() throws {
        let table = try Self.sweep().tables().armTable
        let lines = table.csv.split(separator: "\n")
        #expect(lines[0].hasPrefix("swap.interval,population.pairs,metric,better,members,value,"))
        #expect(lines[1].hasPrefix("0,1,modes,higher,mean,last,5,5,0,0,0,0,3.0,"))
        #expect(lines[1].hasSuffix(",itself,,,,,,,,,,"))
        #expect(lines.count == table.rows.count + 1)
    }

    @Test func fieldsOfCSVAreQuotedWhereTheyMustBe() {
        var table = PlainTable(name: "t", columns: ["a,b", "c", "d"].map { .init($0, "") })
        table.append(["say \"no\"", .number(.nan), .number(.infinity)])
        table.append([[1, 2], .null, "two\nlines"])
        #expect(
            table.csv == """
                "a,b",c,d
                "say ""no""\",,inf
                "[1,2]",,"two
                lines"

                """)
    }
}
