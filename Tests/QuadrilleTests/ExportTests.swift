import FileFormats
import Foundation
import TestSupport
import Testing

/// `quadrille export` as users call it.
struct ExportTests {
    private let workspace = Workspace()

    private func trainSmall() throws {
        try workspace.write("small.toml", Array(smallExperiment.utf8))
        #expect(try workspace.run("run", "small.toml", "--quiet").code == 0)
    }

    @Test func writesBelowNotebooksExportUnlessToldOtherwise() throws {
        try trainSmall()
        let result = try workspace.run("export", workspace.runFolder, "--format", "csv")
        #expect(result.code == 0 && result.errors == "")
        let name = try #require(workspace.contents("results/small").first)
        #expect(workspace.contents("notebooks-export") == ["\(name).csv"])
        #expect(result.output.hasSuffix(": notebooks-export/\(name).csv\n"))
    }

    @Test func eachFaultIsOneClearMessage() throws {
        try trainSmall()
        let run = workspace.runFolder
        try workspace.write("own/text", Array("text".utf8))
        let faults: [(arguments: [String], code: Int32, words: String)] = [
            ([run, "--format", "csv", "--metric", "mode"], 64, "did you mean modes?"),
            ([run, "--format", "cvs"], 64, "--format takes one of csv, csv-wide"),
            ([run, "--format", "csv", "--output", "own/text"], 64, "--overwrite replaces it"),
            (
                [run, "--format", "gnuplot", "--output", "own", "--overwrite"], 64,
                "holds files that are no export"
            ),
            (["own", "--format", "csv"], 65, "is no run: it holds no journal"),
            (["nowhere", "--format", "csv"], 65, "there is no such folder"),
            ([run, "--format", "csv", "--output", "own/text/csv"], 74, "create the folder"),
        ]
        for fault in faults {
            let result = try workspace.run(["export"] + fault.arguments)
            #expect(result.code == fault.code, "\(fault.arguments): \(result.errors)")
            #expect(result.errors.contains(fault.words), "\(result.errors)")
        }
        #expect(workspace.contents("own") == ["text"])
        #expect(workspace.contents("notebooks-export").isEmpty)
    }

    @Test func aRunThatGoesOnIsExportedWithAWord() throws {
        try workspace.write("small.toml", Array(smallExperiment.utf8))
        let process = try workspace.start("run", "small.toml", "--quiet", "steps=50000000")
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        #expect(workspace.waitUntil { hasRows })
        let other = Workspace()
        let result = try other.run("export", workspace.runFolder, "--format", "csv")
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.errors.contains("is still being written"))
        #expect(other.contents("notebooks-export").count == 1)
    }

    /// Whether the journal of the run has more than its header.
    private var hasRows: Bool {
        let journal = try? InputFile.read("\(workspace.runFolder)/journal", first: 100_000)
        return (journal?.count ?? 0) > 30_000
    }
}
