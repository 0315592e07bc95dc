import Exporting
import FileFormats
import Foundation
import Recording
import TestSupport
import Testing

@Suite("ExportSource")
struct ExportSourceTests {
    private let folder = TemporaryFolder()

    @Test func metricsHaveNamesOfTheirOwn() throws {
        try SampleRun().record(in: folder.path + "/run")
        let source = try ExportSource(directory: folder.path + "/run")
        // Not the step of an event nor a hash.
        #expect(
            source.metrics.map(\.name) == [
                "discriminator", "d_loss", "wall_seconds", "swap/discriminator", "modes",
            ])
        #expect(source.metrics[1].fullName == "train/d_loss")
        #expect(!source.isSweep && source.keys.isEmpty && source.notes.isEmpty)
    }

    @Test func metricsAreChosenByEitherName() throws {
        try SampleRun().record(in: folder.path + "/run")
        for words in [["modes", "train/d_loss"], ["d_loss", "eval/modes"]] {
            let source = try ExportSource(directory: folder.path + "/run", metrics: words)
            #expect(source.metrics.map(\.name) == ["d_loss", "modes"])
        }
    }

    @Test func aMetricThatNoRunHasIsNamedWithThoseThatThereAre() throws {
        try SampleSweep().record(in: folder.path)
        let error = #expect(throws: ExportError.self) {
            try ExportSource(directory: folder.path, metrics: ["d_los"])
        }
        #expect(
            error?.description == "\(folder.path): no run has the metric d_los; did you mean "
                + "d_loss? there are: discriminator, d_loss, wall_seconds, swap/discriminator, "
                + "modes")
    }

    @Test func damageOfOneRunKeepsNoOtherFromBeingExported() throws {
        try SampleSweep().record(in: folder.path)
        var bytes = try InputFile.read("\(folder.path)/k0-2/journal")
        bytes[20] ^= 1
        try folder.write("k0-2/journal", bytes)
        let source = try ExportSource(directory: folder.path)
        #expect(source.runs.map(\.name) == ["k0-1", "k10-1"])
        #expect(source.notes.count == 2)
        #expect(source.notes.first?.contains("k0-2/journal") == true)
        #expect(source.notes.last == "1 runs have not begun and are left out")
    }

    @Test func saysWhatIsStillBeingWritten() throws {
        let run = folder.path + "/run"
        let lock = try RunDirectory.open(path: run)
        let recorder = try SampleRun().record(in: run, as: .running)
        #expect(
            try ExportSource(directory: run).notes == [
                "sample is still being written: exported as far as step 30 or so"
            ])
        try recorder.finish(state: .interrupted)
        lock.release()
        #expect(
            try ExportSource(directory: run).notes == [
                "sample has not finished: exported as far as step 30"
            ])
    }

    @Test func refusesANameThatLeadsElsewhere() throws {
        try SampleRun(name: "..").record(in: folder.path + "/run")
        #expect(throws: DataError.self) { try ExportSource(directory: folder.path + "/run") }
    }
}

@Suite("ExportOutput")
struct ExportOutputTests {
    private let folder = TemporaryFolder()
    private let source: ExportSource

    init() throws {
        try SampleRun().record(in: folder.path + "/run")
        source = try ExportSource(directory: folder.path + "/run")
    }

    private func export(
        _ exporter: any Exporter.Type, to path: String, overwrites: Bool = false
    ) throws -> String {
        let output = try ExportOutput(
            path: path, for: source, as: exporter, overwrites: overwrites)
        try output.write(source)
        return output.path
    }

    @Test(arguments: Exporters.catalog.map { $0.identifier })
    func nothingIsReplacedUnasked(_ identifier: String) throws {
        let exporter = try #require(Exporters.named(identifier))
        let path = "\(folder.path)/new/folder/out"
        #expect(try export(exporter, to: path) == path)
        #expect(throws: ExportError.self) { try export(exporter, to: path) }
        #expect(try export(exporter, to: path, overwrites: true) == path)
        // Nothing is left beside it.
        #expect(contents(of: "\(folder.path)/new/folder") == ["out"])
    }

    @Test func aFolderTakesFilesUnderTheNameOfTheRun() throws {
        #expect(
            try export(CSVExporter.self, to: folder.path) == "\(folder.path)/sample.csv")
        #expect(
            try export(CSVExporter.self, to: "\(folder.path)/new/")
                == "\(folder.path)/new/sample.csv")
    }

    @Test func overwritingRemovesNoOtherFiles() throws {
        try folder.write("own/thesis.tex", Array("text".utf8))
        #expect(throws: ExportError.self) {
            try export(TensorBoardExporter.self, to: "\(folder.path)/own", overwrites: true)
        }
        #expect(throws: ExportError.self) {
            try export(TensorBoardExporter.self, to: "\(folder.path)/own/thesis.tex")
        }
        #expect(contents(of: "\(folder.path)/own") == ["thesis.tex"])
    }

    @Test func aFailureLeavesNothing() throws {
        try FileManager.default.removeItem(atPath: folder.path + "/run/journal")
        // A notebook reads no log before it is executed.
        for exporter in Exporters.catalog where exporter != NotebookExporter.self {
            #expect(throws: (any Error).self) {
                try export(exporter, to: "\(folder.path)/out/\(exporter.identifier)")
            }
        }
        #expect(contents(of: "\(folder.path)/out").isEmpty)
    }
}
