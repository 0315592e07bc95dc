import Exporting
import FileFormats
import Foundation
import Recording
import TestSupport
import Testing

@Suite("RunLog")
struct RunLogTests {
    private let folder = TemporaryFolder()
    private var run: String { "\(folder.path)/run" }

    @Test func readsEveryValueAsItWasRecorded() throws {
        let sample = try SampleRun()
        try sample.record(in: run)
        let log = try RunLog(directory: run)
        #expect(log.name == "sample" && log.status?.state == .finished && log.tail == .none)
        #expect(!log.isBeingWritten && log.pair(1) == 5)
        let train = try #require(log.table("train"))
        #expect(train.axis == SampleRun.steps && train.steps == SampleRun.steps)
        let loss = try #require(train.column("d_loss"))
        #expect(loss.width == 2 && loss.values.count == 8)
        for (row, step) in SampleRun.steps.enumerated() {
            for position in 0..<2 {
                let value = SampleRun.value(axis: step, column: 1, position: position)
                #expect(loss.values[row * 2 + position] == Double(Float(value)))
            }
        }
        #expect(train.column("discriminator")?.values == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(log.table("eval")?.column("modes")?.values.suffix(2).allSatisfy(\.isNaN) == true)
    }

    @Test func eventsHaveSteps() throws {
        try SampleRun().record(in: run)
        let swap = try #require(try RunLog(directory: run).table("swap"))
        #expect(swap.axis == [1, 2, 3, 4])
        #expect(swap.steps == [10, 20, 30, 40])
    }

    @Test func settingsAreFlat() throws {
        try SampleRun(swap: "interval = 0\npolicy = \"rotation\"").record(in: run)
        let log = try RunLog(directory: run)
        #expect(
            log.settings.map(\.key) == [
                "name", "seed", "swap.interval", "swap.policy", "optimizer.generator.betas",
                "optimizer.generator.learning_rate",
            ])
        #expect(log.setting("swap.interval") == 0)
        #expect(log.setting("optimizer.generator.betas") == [0.5, 0.9])
        #expect(log.setting("swap.intervall") == nil)
    }

    @Test func tablesOfAListAreNumbered() throws {
        let groups = "[[population.groups]]\npairs = 2\n[[population.groups]]\ndata.count = 3"
        try SampleRun(swap: "interval = 0\n\(groups)").record(in: run)
        let log = try RunLog(directory: run)
        #expect(log.setting("population.groups.0.pairs") == 2)
        #expect(log.setting("population.groups.1.data.count") == 3)
    }

    @Test func keepsOnlyWantedColumns() throws {
        try SampleRun().record(in: run)
        let log = try RunLog(directory: run) { $0.name == "train" && $1.name == "d_loss" }
        #expect(log.tables.map(\.columns.count) == [1, 0, 0])
        let whole = try RunLog(directory: run)
        #expect(
            log.table("train")?.column("d_loss")?.values
                == whole.table("train")?.column("d_loss")?.values)
    }

    @Test func readsWhatALiveRunHasRecorded() throws {
        let lock = try RunDirectory.open(path: run)
        let recorder = try SampleRun().record(in: run, as: .running)
        let live = try RunLog(directory: run)
        #expect(live.isBeingWritten && live.table("train")?.axis == SampleRun.steps)
        try recorder.finish(state: .interrupted)
        lock.release()
        let ended = try RunLog(directory: run)
        #expect(!ended.isBeingWritten && ended.status?.state == .interrupted)
    }

    @Test func readsAKilledRunUpToItsLastWholeRow() throws {
        try SampleRun().record(in: run)
        let journal = "\(run)/journal"
        let bytes = try InputFile.read(journal)
        try Data(bytes.dropLast(3)).write(to: URL(filePath: journal))
        let log = try RunLog(directory: run)
        #expect(log.tail == .torn)
        #expect(log.table("eval")?.axis == [0, 10, 20] && log.table("train")?.axis.count == 4)
    }

    @Test func refusesWhatIsNoRun() throws {
        let missing = #expect(throws: DataError.self) { try RunLog(directory: run) }
        #expect(missing.map { "\($0)".contains("no such folder") } == true)
        let empty = #expect(throws: DataError.self) { try RunLog(directory: folder.path) }
        #expect(empty.map { "\($0)".contains("holds no journal") } == true)
    }

    @Test func refusesAnOlderFormat() throws {
        try SampleRun().record(in: run)
        let journal = "\(run)/journal"
        var bytes = try InputFile.read(journal)
        let version = Array("\"format_version\":1".utf8)
        let place = try #require(
            bytes.indices.first { bytes[$0...].starts(with: version) })
        bytes[place + version.count - 1] = UInt8(ascii: "0")
        // The checksum of the header must be right, or the fault would be another one.
        let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        let end = length + 8
        withUnsafeBytes(of: CRC32C.checksum(Array(bytes[..<end])).littleEndian) {
            bytes.replaceSubrange(end..<end + 4, with: $0)
        }
        try Data(bytes).write(to: URL(filePath: journal))
        let error = #expect(throws: DataError.self) { try RunLog(directory: run) }
        #expect(error.map { "\($0)".contains("format version 0; this program reads 1") } == true)
    }
}
