import Exporting
import Foundation
import Recording
import TestSupport
import Testing

/// A Python with what `check_exports.py` needs: that of `READERS_PYTHON`, else `python3`.
enum Readers {
    static let python: String? = {
        let named = ProcessInfo.processInfo.environment["READERS_PYTHON"]
        let candidates = named.map { [$0] } ?? ["/usr/bin/python3", "/usr/local/bin/python3"]
        let modules = [
            "h5py", "numpy", "pandas", "tensorboard", "vl_convert", "nbconvert", "ipykernel",
            "xarray", "h5netcdf", "matplotlib", "PIL",
        ]
        let probe = """
            import importlib.util as u, sys
            sys.exit(any(u.find_spec(name) is None for name in \(modules)))
            """
        return candidates.first { run($0, ["-c", probe])?.code == 0 }
    }()

    static let hasGnuplot = run("/usr/bin/env", ["gnuplot", "--version"])?.code == 0

    /// Exit code and output, or nil where there is no such program.
    static func run(_ program: String, _ arguments: [String]) -> (code: Int32, output: String)? {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// Every export is opened with the tool it is meant for, and compared with run.h5.
@Suite(
    "Readers of exports",
    .enabled(if: Readers.python != nil, "READERS_PYTHON names no Python with the readers"))
struct ExportReadersTests {
    static let formats = Exporters.catalog.map { $0.identifier }.filter {
        $0 != "gnuplot" || Readers.hasGnuplot
    }
    private let folder = TemporaryFolder()

    @Test(arguments: formats) func aRun(_ format: String) throws {
        try SampleRun().record(in: folder.path + "/run")
        try check(format, of: "run")
    }

    @Test(arguments: formats) func aSweep(_ format: String) throws {
        try SampleSweep().record(in: folder.path + "/sweep")
        try check(format, of: "sweep")
    }

    /// Runs of a sweep that differ in more than their values.
    @Test func aNotebookOfUnevenRuns() throws {
        try SampleSweep.uneven().record(in: folder.path + "/sweep")
        try check("notebook", of: "sweep")
    }

    private func check(_ format: String, of name: String) throws {
        let exporter = try #require(Exporters.named(format))
        let directory = "\(folder.path)/\(name)"
        let source = try ExportSource(directory: directory)
        let output = try ExportOutput(
            path: "\(folder.path)/out/" + (exporter.form == .folder ? name : ""), for: source,
            as: exporter, overwrites: false)
        try output.write(source)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "check_exports.py").path(percentEncoded: false)
        let python = try #require(Readers.python)
        let result = try #require(
            Readers.run(python, [script, format, directory, output.path]))
        #expect(result.code == 0, "\(result.output)")
    }
}
