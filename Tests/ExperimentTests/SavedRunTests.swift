import Experiment
import FileFormats
import Foundation
import Recording
import Testing

/// A checkpoint may come from anywhere: what it says of itself is checked.
struct SavedRunTests {
    private let run: FinishedRun
    private let file: SafetensorsFile
    private var path: String { RunDirectory.checkpointPath(run.session.directory, step: 24) }

    init() throws {
        run = try FinishedRun(["record.checkpoint_every=24"])
        file = try run.checkpoint(step: 24)
    }

    /// Replaces the checkpoint by one with other metadata or another pairing.
    private func rewrite(
        _ changes: [String: String?], pairing: SafetensorsLayout.Tensor? = nil
    ) throws {
        let metadata = file.metadata.merging(changes.compactMapValues { $0 }) { $1 }
            .filter { !changes.keys.contains($0.key) || changes[$0.key]! != nil }
        let tensors = file.tensors.map { tensor in
            tensor.name == "population.pairing" && pairing != nil
                ? pairing! : .init(name: tensor.name, type: tensor.type, shape: tensor.shape)
        }
        let layout = SafetensorsLayout(
            tensors: tensors, metadata: metadata, hasChecksums: true)
        let contents = file.tensors.enumerated().map { index, tensor in
            file.withBytes(of: tensor) { Array($0.prefix(layout.byteCount(of: index))) }
        }
        try AtomicFile.write(path: path, layout.file(contents: contents))
    }

    private func open() throws -> SavedRun {
        try SavedRun(directory: run.session.directory, step: nil)
    }

    @Test func aRewrittenCheckpointIsRead() throws {
        let before = try open().examples(member: 0, count: 4)
        try rewrite([:])
        #expect(try open().examples(member: 0, count: 4) == before)
        try rewrite(["first_member": "4294967293"])
        #expect(try open().examples(member: 4_294_967_295, count: 4) != before)
    }

    @Test(arguments: [
        ("example_shape", "2,"), ("example_shape", ""), ("example_shape", "x"),
        ("example_shape", "2,x"), ("example_shape", "-1"), ("example_shape", "2,0"),
        ("example_shape", "1,1,1,2"), ("example_shape", "1048576,1048576,1048576"),
        ("example_shape", "9223372036854775807,9223372036854775807"),
        ("example_shape", "9999999999999999999"), ("example_shape", "99999999"),
        ("example_shape", nil), ("first_member", "-1"), ("first_member", "4294967294"),
        ("first_member", "9223372036854775807"), ("first_member", ""), ("first_member", nil),
        ("seed", "-1"), ("seed", nil),
    ]) func hostileMetadataAreRefused(key: String, value: String?) throws {
        try rewrite([key: value])
        let error = #expect(throws: DataError.self) { try open() }
        #expect(error?.file == path)
        #expect(error?.message.contains("checksum") == false, "\(error?.message ?? "")")
    }

    @Test(arguments: [[], [0], [3, 1], [0, 1 << 30]])
    func hostilePairingsAreRefused(shape: [Int]) throws {
        try rewrite([:], pairing: .init(name: "population.pairing", type: .int64, shape: shape))
        let error = #expect(throws: DataError.self) { try open() }
        #expect(error?.message.contains("population.pairing") == true)
    }

    @Test(arguments: ["4294967296", "9223372036854775807", "-1"])
    func hostileStepsAreRefused(step: String) throws {
        let folder = run.session.directory + "/checkpoints"
        try FileManager.default.moveItem(
            atPath: path, toPath: "\(folder)/step-\(step).safetensors")
        #expect(throws: DataError.self) { try open() }
    }
}
