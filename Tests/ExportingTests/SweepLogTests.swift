import Exporting
import FileFormats
import Foundation
import Recording
import TestSupport
import Testing

@Suite("SweepLog")
struct SweepLogTests {
    private let folder = TemporaryFolder()

    @Test func readsRunsOneByOne() throws {
        let sample = try SampleSweep()
        try sample.record(in: folder.path)
        #expect(SweepLog.exists(in: folder.path))
        let sweep = try SweepLog(directory: folder.path)
        #expect(sweep.plan == sample.plan)
        let names = try sweep.plan.runs.map { try sweep.log(of: $0)?.name }
        #expect(names == ["k0-1", "k0-2", "k10-1", nil])
    }

    @Test func aRunThatHasNotBegunIsNone() throws {
        let sample = try SampleSweep()
        try sample.record(in: folder.path)
        let sweep = try SweepLog(directory: folder.path)
        // A process that dies at once leaves a journal without a whole header.
        try folder.write("k10-2/journal", [9, 0, 0])
        #expect(try sweep.log(of: sweep.plan.runs[3]) == nil)
        try folder.write("k10-2/journal", [UInt8](repeating: 0, count: 40))
        #expect(throws: DataError.self) { try sweep.log(of: sweep.plan.runs[3]) }
    }

    @Test func aRunIsNoSweep() throws {
        try SampleRun().record(in: "\(folder.path)/run")
        #expect(!SweepLog.exists(in: "\(folder.path)/run"))
        #expect(throws: DataError.self) { try SweepLog(directory: "\(folder.path)/run") }
    }
}
