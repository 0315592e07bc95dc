import FileFormats
import Recording
import Testing

struct CheckpointsTests {
    private let folder = TemporaryFolder()
    private var run: String { folder.path + "/run" }
    private let layout = SafetensorsLayout(
        tensors: [.init(name: "w", type: .uint8, shape: [4])], hasChecksums: true)

    private func makeRecorder(_ retention: CheckpointRetention) throws -> RunRecorder {
        try RunDirectory.create(path: run, overwrite: false)
        return try RunRecorder(
            directory: run, schema: SampleRun().schema, liveLog: false, retention: retention)
    }

    private func save(_ step: Int, with recorder: RunRecorder) throws {
        recorder.beginCheckpoint(step: step, layout: layout)
        [UInt8](repeating: UInt8(step), count: 4).withUnsafeBytes {
            recorder.writeCheckpointPart(step: step, tensorIndex: 0, bytes: $0)
        }
        try recorder.drain()
    }

    private func checkpoint(_ step: Int) -> String {
        RunDirectory.checkpointPath(run, step: step)
    }

    @Test func retentionKeepsTheNewestAndTheChosen() {
        let steps = Array(stride(from: 10, through: 100, by: 10))
        func superseded(_ newest: Int, _ every: Int, by committed: Int) -> [Int] {
            CheckpointRetention(newest: newest, everySteps: every)
                .superseded(of: steps, by: committed)
        }
        #expect(superseded(0, 0, by: 100) == [] && CheckpointRetention.all.newest == 0)
        #expect(superseded(1, 0, by: 100) == Array(steps.dropLast()))
        #expect(superseded(10, 0, by: 100) == [] && superseded(11, 0, by: 100) == [])
        #expect(superseded(2, 40, by: 100) == [10, 20, 30, 50, 60, 70])
        #expect(superseded(2, .max, by: 100) == Array(steps.dropLast(2)))
        // Later ones, left by a run that is computed again, neither count nor go.
        #expect(superseded(2, 0, by: 50) == [10, 20, 30])
        #expect(superseded(1, 0, by: 10) == [])
    }

    @Test func olderOnesGoAfterEachNewOne() throws {
        let recorder = try makeRecorder(CheckpointRetention(newest: 2, everySteps: 30))
        var present: [[Int]] = []
        for step in stride(from: 10, through: 70, by: 10) {
            try save(step, with: recorder)
            present.append(Checkpoints.steps(in: run))
        }
        try recorder.finish(state: .finished)
        #expect(present[0..<3] == [[10], [10, 20], [20, 30]])
        #expect(present[3..<7] == [[30, 40], [30, 40, 50], [30, 50, 60], [30, 60, 70]])
        for step in Checkpoints.steps(in: run) {
            #expect(throws: Never.self) { try Checkpoints.open(in: run, step: step) }
        }
    }

    @Test func onlyOwnFilesGoAndNoRemovalEndsARun() throws {
        let recorder = try makeRecorder(CheckpointRetention(newest: 1, everySteps: 0))
        let others = [
            "step-5.safetensors", "step-00000005.safetensors.old", "step-best.safetensors",
            "step-+0000005.safetensors", "step--0000005.safetensors", "best.safetensors",
        ]
        for name in others { try overwrite("\(run)/checkpoints/\(name)", [1]) }
        // What cannot be removed: a folder of a checkpoint's name.
        makeFolder(checkpoint(6))
        try save(10, with: recorder)
        try save(20, with: recorder)
        try recorder.finish(state: .finished)
        #expect(recorder.failure == nil)
        let kept = others + ["step-00000006.safetensors", "step-00000020.safetensors"]
        #expect(contents(of: run + "/checkpoints") == kept.sorted())
    }

    @Test func damagedCheckpointIsRefusedByName() throws {
        let recorder = try makeRecorder(.all)
        try save(10, with: recorder)
        try recorder.finish(state: .finished)
        let file = try Checkpoints.open(in: run, step: 10)
        let offset = try #require(file.tensor(named: "w")).range.lowerBound
        try overwrite(checkpoint(10), byte: offset + 2, with: 11)
        let error = try #require(throws: DataError.self) {
            try Checkpoints.open(in: run, step: 10)
        }
        #expect(error.description.hasPrefix("\(checkpoint(10)): at byte \(offset): tensor \"w\""))
    }

    @Test func whoAsksForNoStepHearsOfTheOthersWhereTheNewestIsDamaged() throws {
        let recorder = try makeRecorder(.all)
        for step in [10, 20, 30] { try save(step, with: recorder) }
        try recorder.finish(state: .finished)
        #expect(try Checkpoints.open(asked: nil, in: run).step == 30)
        #expect(try Checkpoints.open(asked: 10, in: run).step == 10)
        let offset = try #require(
            Checkpoints.open(in: run, step: 30).tensor(named: "w")
        ).range.lowerBound
        try overwrite(checkpoint(30), byte: offset + 2, with: 11)
        let error = try #require(throws: DataError.self) {
            try Checkpoints.open(asked: nil, in: run)
        }
        #expect(error.message.hasSuffix("; --step takes another checkpoint: 10, 20"))
        #expect(try Checkpoints.open(asked: 20, in: run).step == 20)
        let missing = try #require(throws: MissingCheckpointError.self) {
            try Checkpoints.open(asked: 15, in: run)
        }
        #expect(
            missing.description.hasSuffix(
                "/checkpoints: no checkpoint of step 15; available steps: 10, 20, 30"))
        #expect(throws: DataError.self) {
            try Checkpoints.open(asked: 15, in: folder.path + "/none")
        }
    }

    @Test func oneWithoutChecksumsIsRefused() throws {
        try RunDirectory.create(path: run, overwrite: false)
        let plain = SafetensorsLayout(tensors: layout.tensors)
        try overwrite(checkpoint(10), plain.file(contents: [[1, 2, 3, 4]]))
        #expect(Checkpoints.steps(in: run) == [10])
        let error = try #require(throws: DataError.self) {
            try Checkpoints.open(in: run, step: 10)
        }
        #expect(error.message.contains("has no checksums"))
        #expect(Checkpoints.steps(in: folder.path + "/none") == [])
    }
}
