import FileFormats
import Foundation
import Recording
import Testing

struct SweepPlanTests {
    private let folder = TemporaryFolder()
    private var path: String { SweepDirectory.planPath(folder.path) }

    @Test func readsWhatItWrote() throws {
        try samplePlan.write(path)
        #expect(try SweepPlan(contentsOf: path) == samplePlan)
    }

    @Test func everyLineButHeadAndEndIsOneRun() throws {
        try samplePlan.write(path)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("{\"name\":") }.count == samplePlan.runs.count)
    }

    /// Each edit makes the file something that no plan says; the message names the place.
    @Test(arguments: [
        ("\"quadrille-sweep\"", "\"other\"", "no plan of a sweep"),
        ("\"format_version\": 1", "\"format_version\": 2", "another folder"),
        ("\"keys\": [", "\"cays\": [", "keys is missing"),
        ("\"name\":\"seed2-", "\"name\":\"../seed2-", "runs[1].name is not the name of a folder"),
        ("\"name\":\"seed2-", "\"name\":\".seed2-", "runs[1].name is not the name of a folder"),
        ("seed2-deadbeef", "seed1-0123abcd", "stands twice"),
        ("\"hash\":\"deadbeef\"", "\"hash\":\"DEADBEEF\"", "hexadecimal"),
        ("\"seed\":2", "\"seed\":-2", "runs[1].seed is not from 0"),
        ("\"steps\":40", "\"steps\":4.5", "runs[0].steps is not an integer"),
        ("\"pairs\":3", "\"pairs\":0", "runs[1].pairs"),
        ("[[10,1.5,2]]", "[[10,1.5]]", "without 3 values"),
        ("\"differences\":{}", "\"differences\":[]", "differences is not an object"),
        ("\"overrides\":[\"seed=2\"]", "\"overrides\":[2]", "overrides is not a list of texts"),
    ])
    func refusesWhatNoPlanSays(old: String, new: String, message: String) throws {
        try samplePlan.write(path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(old))
        try folder.write("plan.json", text.replacing(old, with: new).utf8)
        let error = #expect(throws: DataError.self) { try SweepPlan(contentsOf: path) }
        #expect("\(try #require(error))".contains(message))
    }

    @Test func aMissingPlanAndHalfAPlanAreErrorsOfThatFile() throws {
        #expect(throws: DataError.self) { try SweepPlan(contentsOf: path) }
        try samplePlan.write(path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try folder.write("plan.json", text.utf8.prefix(text.utf8.count / 2))
        #expect(throws: DataError.self) { try SweepPlan(contentsOf: path) }
    }
}

struct SweepAttemptsTests {
    private let folder = TemporaryFolder()
    private var path: String { SweepDirectory.attemptsPath(folder.path) }

    @Test func nothingHasEndedWhereThereIsNoFile() throws {
        #expect(try SweepAttempts(contentsOf: path).attempts.isEmpty)
    }

    @Test func readsWhatWasAppended() throws {
        for attempt in sampleAttempts { try SweepAttempts.append(attempt, to: path) }
        let read = try SweepAttempts(contentsOf: path)
        #expect(read.attempts == sampleAttempts)
        #expect(read.unreadableLines == 0)
        #expect(read.byRun["seed2-deadbeef"]?.map(\.attempt) == [1, 2])
    }

    /// A kill in the middle of a line costs that line and no other.
    @Test func aTornLineIsPassedOver() throws {
        try SweepAttempts.append(sampleAttempts[0], to: path)
        let line = try String(contentsOfFile: path, encoding: .utf8)
        try folder.write("attempts.jsonl", (line + line.prefix(20)).utf8)
        #expect(try SweepAttempts(contentsOf: path).attempts == [sampleAttempts[0]])
        try SweepAttempts.append(sampleAttempts[1], to: path)
        let read = try SweepAttempts(contentsOf: path)
        #expect(read.attempts == Array(sampleAttempts[..<2]))
        #expect(read.unreadableLines == 1)
    }

    @Test func aFileThatCannotBeWrittenIsAnError() {
        #expect(throws: RecordingError.self) {
            try SweepAttempts.append(sampleAttempts[0], to: folder.path + "/missing/a.jsonl")
        }
    }
}

/// Two runs of a grid with three keys.
let samplePlan = SweepPlan(
    name: "sample", keys: ["swap.interval", "loss.penalty", "seed"],
    experiment: "name = \"sample\"\n", commandLine: ["quadrille", "sweep", "a \"b\".toml"],
    runs: [
        .init(
            name: "seed1-0123abcd", hash: "0123abcd", overrides: [], seed: 1, steps: 40, pairs: 2,
            differences: [:], places: [[0, 1.5, 1], [10, 1.5, 1]]),
        .init(
            name: "seed2-deadbeef", hash: "deadbeef", overrides: ["seed=2"], seed: 2, steps: 41,
            pairs: 3, differences: ["seed": 2, "generator.hidden": [8, 8]],
            places: [[10, 1.5, 2]]),
    ])

private let sampleAttempts: [SweepAttempt] = [
    SweepAttempt(
        run: "seed1-0123abcd", attempt: 1, started: "2026-11-21T09:30:05.250Z",
        ended: "2026-11-21T09:30:06.500Z", seconds: 1.25, exitCode: 0, signal: nil,
        state: .finished, cause: "", lastLines: []),
    SweepAttempt(
        run: "seed2-deadbeef", attempt: 1, started: "2026-11-21T09:30:05.250Z",
        ended: "2026-11-21T09:30:06.500Z", seconds: 0.5, exitCode: nil, signal: 11,
        state: .failed, cause: "signal 11 (SIGSEGV)", lastLines: ["one", "\u{1b}[1mtwo\ttabs"]),
    SweepAttempt(
        run: "seed2-deadbeef", attempt: 2, started: "2026-11-21T09:31:05.250Z",
        ended: "2026-11-21T09:31:06.500Z", seconds: 0.25, exitCode: 1, signal: nil,
        state: .failed, cause: "diverged", lastLines: ["error"]),
]
