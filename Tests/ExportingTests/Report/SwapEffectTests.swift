import Exporting
import FileFormats
import Foundation
import Recording
import Testing

@Suite struct SwapEffectTests {
    private let folder = TemporaryFolder()

    /// Pairs 4, 5 and 6. At step 10 the discriminators of 4 and 5 change places and that of 6
    /// stays; at step 20 all stay, that of 5 changed by an action. The loss is the step, and 100
    /// more for each place among the pairs.
    private func record() throws -> RunLog {
        let schema = try LogSchema(
            runName: "swaps", pairs: 3, firstMember: 4,
            streams: [
                LogStream(name: "train", columns: [LogColumn("d_loss", .float32)]),
                LogStream(
                    name: "swap", axis: "event",
                    columns: [
                        LogColumn("step", .int64, axes: []), LogColumn("source_pair", .int32),
                        LogColumn("action", .int32), LogColumn("discriminator", .int32),
                    ]),
            ], experimentTOML: "[record]\nafter_swap = 1\n", provenanceJSON: "{}")
        let directory = folder.path + "/run"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        try RunDirectory.prepare(path: directory, overwrite: false)
        let recorder = try RunRecorder(directory: directory, schema: schema)
        func append(_ stream: Int, _ axis: Int, _ values: [any BitwiseCopyable]) {
            var bytes: [UInt8] = []
            for value in values { withUnsafeBytes(of: value) { bytes += $0 } }
            bytes.withUnsafeBytes {
                recorder.append(stream: stream, axis: Int64(axis), payload: $0)
            }
        }
        func rows(_ steps: [Int]) {
            for step in steps { append(0, step, (0..<3).map { Float(step + 100 * $0) }) }
        }
        rows([9, 10])
        append(1, 1, [Int64(10)] + [5, 4, 6, 0, 0, 0, 5, 4, 6].map { Int32($0) })
        rows([11, 19, 20])
        append(1, 2, [Int64(20)] + [4, 5, 6, 0, 1, 0, 5, 4, 6].map { Int32($0) })
        rows([21])
        try recorder.finish(state: .finished)
        return try RunLog(directory: directory)
    }

    /// Sources are global indices, seats are places among the pairs of the run.
    @Test func membersThatBeginElsewhereAreToldApart() throws {
        let effect = try #require(SwapEffect(record()))
        let means = try #require(effect.means["d_loss"])
        #expect(effect.reach == 1)
        // Offsets 0 and 1: the swapped pairs 4 and 5 at 10 and 11, pair 5 at 20 and 21.
        // So 10, 110 and 120 before, and of those that stayed 210, 20 and 220.
        let changed: [Double] = means[.changed]!.dropFirst().map(\.value)
        #expect(changed == [80, 81])
        let stayed: [Double] = means[.stayed]!.dropFirst().map(\.value)
        #expect(stayed == [150, 151])
    }

    /// A report keeps only some columns of a log in memory: these must be among them.
    @Test func aReportDrawsThem() throws {
        let directory = try record().directory
        _ = try Report(directory: directory).write()
        #expect(contents(of: "\(directory)/report").contains("losses-around-swaps.svg"))
        let page = try String(contentsOfFile: "\(directory)/report.html", encoding: .utf8)
        #expect(page.contains("new partner") && !page.contains("were not recorded"))
    }
}
