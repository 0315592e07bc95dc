import FileFormats
import Recording
import Testing

/// Which runs belong together, and what they come to.
struct SweepStatusTests {
    private let folder = TemporaryFolder()
    /// What the second run of the plan, which has no folder, is to do.
    private let plannedPairSteps = samplePlan.runs[1].steps * samplePlan.runs[1].pairs

    private func writeRun(_ path: String, _ state: String, step: Int) throws {
        let text = """
            {"state": "\(state)", "step": \(step), "steps": 40, "pairs": 3, \
            "pair_steps_per_second": 10, "heartbeat": "2026-11-21T12:00:00.000Z", \
            "host": "\(RunWriter.thisHost)", "pid": \(RunWriter.current.pid)}
            """
        try folder.write("\(path)/status.json", text.utf8)
    }

    /// The plan of two runs, the first begun, and a run besides.
    private func writeSweep(_ name: String) throws {
        try writeRun("\(name)/\(samplePlan.runs[0].name)", "finished", step: 40)
        try writeRun("\(name)/zzz", "failed", step: 20)
        try folder.write("\(name)/report/data.csv", [])
        try samplePlan.write(SweepDirectory.planPath("\(folder.path)/\(name)"))
    }

    @Test func aSweepHasTheRunsOfItsPlanAndWhatElseIsThere() throws {
        try writeSweep("ring")
        let sweep = try #require(try SweepStatus.read("\(folder.path)/ring").first)
        #expect(sweep.isPlanned && !sweep.isActive)
        #expect(sweep.runs.map(\.name) == samplePlan.runs.map(\.name) + ["zzz"])
        #expect(sweep.runs.map(\.state) == [.finished, .pending, .failed])
        #expect(sweep.runs.map(\.isPlanned) == [true, true, false])
        // Steps times pairs: of the first, nothing of the second, half of the third.
        let all = 40.0 * 3 + Double(plannedPairSteps) + 40 * 3
        let done = 40.0 * 3 + 20 * 3
        #expect(sweep.progress == done / all)
        #expect(sweep.isAtRest && sweep.secondsLeft == nil)
    }

    @Test func pendingRunsCountWhileTheSweepIsAtWork() throws {
        try writeSweep("ring")
        try writeRun("ring/zzz", "running", step: 20)
        let path = "\(folder.path)/ring"
        let alone = try #require(try SweepStatus.read(path).first)
        #expect(alone.secondsLeft == 6)
        let lock = try RunLock(directory: path)
        let sweep = try #require(try SweepStatus.read(path).first)
        #expect(sweep.isActive && !sweep.isAtRest)
        let left = 60 + plannedPairSteps
        #expect(sweep.secondsLeft == Double(left) / 10)
        lock.release()
    }

    @Test func aFolderOfResultsHasOneStatusForEachExperiment() throws {
        try writeSweep("b")
        try writeRun("a/seed1-00000000", "finished", step: 40)
        try folder.write("README.md", [])
        try folder.write("nothing/file", [])
        let sweeps = try SweepStatus.read(folder.path)
        #expect(sweeps.map(\.directory) == ["a", "b"].map { "\(folder.path)/\($0)" })
        #expect(sweeps.map(\.isPlanned) == [false, true])
        let run = try SweepStatus.read("\(folder.path)/a/seed1-00000000/")
        #expect(run.map { $0.runs.map(\.name) } == [["seed1-00000000"]])
    }

    @Test func aPlanThatCannotBeReadHidesNoOther() throws {
        try writeSweep("b")
        try folder.write("a/plan.json", "{".utf8)
        let sweeps = try SweepStatus.read(folder.path)
        #expect(sweeps.map(\.runs.count) == [0, 3])
        #expect(try #require(sweeps[0].notes.first).contains("a/plan.json"))
        #expect(throws: DataError.self) { try SweepStatus.read("\(folder.path)/a") }
    }

    @Test func whereNothingRanIsAnError() throws {
        #expect(throws: DataError.self) { try SweepStatus.read("\(folder.path)/none") }
        #expect(throws: DataError.self) { try SweepStatus.read(folder.path) }
        let file = try folder.write("file", [])
        #expect(throws: DataError.self) { try SweepStatus.read(file) }
    }

    @Test func asJSONItSaysWhatNobodyKnows() throws {
        try writeSweep("ring")
        let json = try #require(try SweepStatus.read("\(folder.path)/ring").first).json
        let text = json.serialized(isIndented: true)
        #expect(try JSONValue(parsing: Array(text.utf8), file: "") == json)
        #expect(json["states"]?["pending"] == 1 && json["seconds_left"] == .null)
        let runs = try #require(json["runs"]?.arrayValue)
        #expect(runs.map { $0["state"]?.textValue } == ["finished", "pending", "failed"])
    }
}
