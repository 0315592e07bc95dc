import FileFormats
import Foundation
import Recording
import Testing

/// What a reader concludes from each thing that may have become of a run.
struct RunConditionTests {
    private let folder = TemporaryFolder()
    /// 2026-11-21T12:00:00Z, by `date -u -d ... +%s`.
    private let noon = 1_795_262_400.0
    private let oneMinuteAgo = "2026-11-21T11:59:00.000Z"
    private let longAgo = "2026-11-21T11:00:00.500Z"
    private let here = RunWriter.current
    private let gone = RunWriter(host: RunWriter.thisHost, pid: 0x7fff_fffe, startTicks: 1)
    private let elsewhere = RunWriter(host: "another-machine", pid: 1, startTicks: 1)

    private func write(
        _ state: String, heartbeat: String, by writer: RunWriter, reason: String? = nil
    ) throws {
        let status: JSONValue = [
            "state": .text(state), "step": 30, "steps": 40, "pairs": 2,
            "pair_steps_per_second": 4.0, "heartbeat": .text(heartbeat),
            "host": .text(writer.host), "pid": .integer(Int(writer.pid)),
            "process_start_ticks": writer.startTicks.map(JSONValue.integer) ?? .null,
            "reason": reason.map(JSONValue.text) ?? .null,
        ]
        try folder.write("status.json", status.serialized().utf8)
    }

    private func look(_ attempts: [SweepAttempt] = []) -> RunCondition {
        RunCondition(name: "run", folder: folder.path, attempts: attempts, now: noon)
    }

    private func killed(at ended: String) -> SweepAttempt {
        SweepAttempt(
            run: "run", attempt: 1, started: longAgo, ended: ended, seconds: 1, exitCode: nil,
            signal: 9, state: .failed, cause: "killed by signal 9", lastLines: [])
    }

    @Test func aLivingProcessRunsHoweverLongItIsSilent() throws {
        try write("running", heartbeat: longAgo, by: here)
        let run = look()
        #expect(run.state == .running && run.isSilent && run.error == nil)
        #expect(run.silence == 3599.5)
        // 10 steps of 2 pairs at 4 pair-steps per second.
        #expect(run.secondsLeft == 5)
    }

    @Test func aHeldLockIsALivingProcess() throws {
        let lock = try RunLock(directory: folder.path)
        #expect(look().state == .running)
        for state in ["running", "failed", "interrupted"] {
            try write(state, heartbeat: longAgo, by: gone, reason: "an older ending")
            #expect(look().state == .running && look().error == nil)
        }
        lock.release()
        #expect(look().state == .interrupted && look().error == "an older ending")
    }

    @Test func aProcessThatIsGoneIsDeadHoweverFreshItsHeartbeat() throws {
        try write("running", heartbeat: "2026-11-21T12:00:00.000Z", by: gone)
        let run = look()
        #expect(run.state == .stale && run.secondsLeft == nil)
        #expect(try #require(run.error).contains("process \(gone.pid) is gone"))
    }

    @Test func aLaterProcessOfTheSameNumberIsAnother() throws {
        var later = here
        later.startTicks = try #require(here.startTicks) - 1
        try write("running", heartbeat: oneMinuteAgo, by: later)
        #expect(look().state == .stale)
    }

    @Test func ofAnotherMachineOnlyTheHeartbeatTells() throws {
        try write("running", heartbeat: oneMinuteAgo, by: elsewhere)
        #expect(look().state == .running && look().isSilent)
        try write("running", heartbeat: longAgo, by: elsewhere)
        #expect(look().state == .stale)
        #expect(try #require(look().error).contains("another-machine"))
    }

    @Test func theSweepKnowsWhyAProcessIsGone() throws {
        #expect(look([killed(at: longAgo)]).state == .failed)
        try write("running", heartbeat: oneMinuteAgo, by: gone)
        let after = look([killed(at: "2026-11-21T11:59:00.001Z")])
        #expect(after.state == .failed && after.error == "killed by signal 9")
        // The heartbeat is of a later process, of whose end nobody has heard.
        #expect(look([killed(at: "2026-11-21T11:58:59.999Z")]).state == .stale)
        try write("failed", heartbeat: oneMinuteAgo, by: gone, reason: "d_loss is nan")
        #expect(look([killed(at: oneMinuteAgo)]).error == "d_loss is nan")
    }

    @Test func withoutAStatusThePlanSpeaks() throws {
        let planned = samplePlan.runs[0]
        let run = RunCondition(
            name: planned.name, folder: folder.path + "/none", planned: planned, now: noon)
        #expect(run.state == .pending && run.isPlanned)
        #expect(run.steps == planned.steps && run.pairs == planned.pairs)
        #expect(run.pairStepsLeft == Double(planned.steps * planned.pairs))
        try folder.write("journal", [])
        #expect(look().state == .stale)
    }

    @Test(arguments: [
        "", "{", "[]", #"{"state": "running"}"#, #"{"state": "well", "step": 1, "steps": 2}"#,
        #"{"state": "running", "step": 3, "steps": 2}"#,
        #"{"state": "running", "step": -1, "steps": 2}"#,
        #"{"state": "running", "step": 0.5, "steps": 2}"#,
    ])
    func aDamagedStatusIsNamed(text: String) throws {
        try folder.write("status.json", text.utf8)
        #expect(look().state == .stale)
        #expect(try #require(look().error).contains("status.json: "))
    }

    @Test(arguments: [
        "", "yesterday", "2026-11-21T11:59:00Z", "999999999999999-1-1T0:0.0Z",
        "99999999999-01-01T00:00.0Z", "2026-11-21T11:59:00,000Z", "----T::.Z--------------",
    ])
    func aHeartbeatThatIsNoTimeIsNone(heartbeat: String) throws {
        try write("running", heartbeat: heartbeat, by: elsewhere)
        #expect(look().state == .stale && look().silence == nil)
    }

    @Test func anOlderProgramNamedNoMachine() throws {
        let text = #"{"state": "running", "step": 1, "steps": 2, "pid": 7}"#
        try folder.write("status.json", text.utf8)
        #expect(look().state == .stale && look().error == "its process is gone")
        #expect(look().pairStepsLeft == nil)
    }
}
