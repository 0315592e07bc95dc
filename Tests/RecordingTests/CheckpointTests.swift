import FileFormats
import Recording
import Testing
import Threads

struct CheckpointTests: Sendable {
    private let folder = TemporaryFolder()
    private var run: String { folder.path + "/run" }

    /// Tensors of several sizes and types, one of them empty and one larger than a piece.
    private let layout = SafetensorsLayout(
        tensors: [
            .init(name: "generator.0.dense1.weight", type: .float32, shape: [300, 400]),
            .init(name: "generator.0.dense1.bias", type: .float32, shape: [300]),
            .init(name: "discriminator.0.counts", type: .uint64, shape: [3]),
            .init(name: "empty", type: .float32, shape: [0, 7]),
            .init(name: "pairing", type: .int32, shape: []),
        ], metadata: ["step": "20"], hasChecksums: true)

    private func bytes(of tensor: Int, seed: Int) -> [UInt8] {
        (0..<layout.byteCount(of: tensor)).map {
            UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 7) ^ (tensor + seed))
        }
    }

    private func makeRecorder() throws -> RunRecorder {
        try RunDirectory.create(path: run, overwrite: false)
        // Smaller than a checkpoint, so that its parts pass in pieces.
        return try RunRecorder(
            directory: run, schema: SampleRun().schema, queueCapacityBytes: 1 << 16)
    }

    private func expected(seed: Int) -> [UInt8] {
        layout.file(contents: layout.tensors.indices.map { bytes(of: $0, seed: seed) })
    }

    @Test func severalInFlightFromManyThreadsAreExact() throws {
        let recorder = try makeRecorder()
        let steps = [20, 40, 60]
        for step in steps { recorder.beginCheckpoint(step: step, layout: layout) }
        let parts = steps.flatMap { step in layout.tensors.indices.map { (step, $0) } }
        let threads = (0..<3).map { thread in
            SystemThread {
                // Every third part, from the last one to the first.
                for index in parts.indices.reversed() where index % 3 == thread {
                    let (step, tensor) = parts[index]
                    bytes(of: tensor, seed: step).withUnsafeBytes {
                        recorder.writeCheckpointPart(step: step, tensorIndex: tensor, bytes: $0)
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        try recorder.drain()
        for step in steps {
            let path = RunDirectory.checkpointPath(run, step: step)
            #expect(try InputFile.read(path) == expected(seed: step))
        }
        try recorder.finish(state: .finished)
        #expect(contents(of: run + "/checkpoints").count == steps.count)
    }

    @Test func incompleteOneLeavesNothing() throws {
        let recorder = try makeRecorder()
        recorder.beginCheckpoint(step: 20, layout: layout)
        bytes(of: 0, seed: 0).withUnsafeBytes {
            recorder.writeCheckpointPart(step: 20, tensorIndex: 0, bytes: $0)
        }
        try recorder.drain()
        let names = contents(of: run + "/checkpoints")
        #expect(names.count == 1 && names[0].hasSuffix(".partial"))
        try recorder.finish(state: .interrupted)
        #expect(contents(of: run + "/checkpoints").isEmpty)
    }

    @Test func oneWithoutBytesIsComplete() throws {
        let recorder = try makeRecorder()
        let empty = SafetensorsLayout(
            tensors: [.init(name: "e", type: .int64, shape: [0])], hasChecksums: true)
        recorder.beginCheckpoint(step: 1, layout: empty)
        try recorder.finish(state: .finished)
        let path = RunDirectory.checkpointPath(run, step: 1)
        #expect(try InputFile.read(path) == empty.file(contents: [[]]))
    }

    @Test func writesSynchronouslyWithoutARun() throws {
        let path = folder.path + "/networks.safetensors"
        let file = try CheckpointFile(path: path, layout: layout)
        for tensor in layout.tensors.indices {
            #expect(!isFile(path))
            try bytes(of: tensor, seed: 1).withUnsafeBytes {
                try file.write(tensor: tensor, offset: 0, $0)
            }
        }
        #expect(file.isComplete)
        try file.commit()
        #expect(try InputFile.read(path) == expected(seed: 1))
        let read = try SafetensorsFile(contentsOf: path)
        #expect(read.metadata == ["step": "20"])
    }
}
