import Exporting
import FileFormats
import Foundation
import Recording
import TestSupport
import Testing

@Suite("Text exporters")
struct TextExportersTests {
    private let folder = TemporaryFolder()

    private func lines(
        _ exporter: any Exporter.Type, of directory: String, metrics: [String]
    ) throws -> [String] {
        let source = try ExportSource(directory: directory, metrics: metrics)
        let path = "\(folder.path)/out"
        try exporter.write(source, to: path)
        let text = String(decoding: try InputFile.read(path), as: UTF8.self)
        #expect(text.hasSuffix("\n"))
        return text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test func tidyLinesOfARun() throws {
        try SampleRun(name: "a,\"b\"").record(in: folder.path + "/run")
        let lines = try lines(
            CSVExporter.self, of: folder.path + "/run", metrics: ["d_loss", "wall_seconds"])
        #expect(lines.count == 1 + 8 + 4)
        #expect(lines[0] == "run,step,pair,metric,value")
        // 1000 axis + 100 column + position, in tenths; d_loss is column 1.
        #expect(lines[3] == "\"a,\"\"b\"\"\",10,4,d_loss,1010.0")
        #expect(lines[4] == "\"a,\"\"b\"\"\",10,5,d_loss,1010.1")
        #expect(
            lines.suffix(2) == [
                "\"a,\"\"b\"\"\",20,,wall_seconds,2020.0",
                "\"a,\"\"b\"\"\",30,,wall_seconds,3020.0",
            ])
    }

    @Test func eventsStandAtTheirSteps() throws {
        try SampleRun().record(in: folder.path + "/run")
        let lines = try lines(
            CSVExporter.self, of: folder.path + "/run", metrics: ["swap/discriminator"])
        #expect(
            lines[1...2] == [
                "sample,10,4,swap/discriminator,0", "sample,10,5,swap/discriminator,1",
            ])
    }

    @Test func tidyLinesOfASweep() throws {
        var sample = try SampleSweep()
        // As a run with one pair, which is the same for every interval.
        sample.plan.runs[1].places = [[0, 2], [10, 2]]
        try sample.record(in: folder.path)
        let lines = try lines(CSVExporter.self, of: folder.path, metrics: ["modes"])
        #expect(lines[0] == "run,step,pair,metric,value,swap.interval,seed")
        #expect(lines.count == 1 + 8 * 4)
        #expect(lines[1] == "k0-1,0,4,modes,0.0,0,1")
        #expect(lines[9] == "k0-2,0,4,modes,0.0,0,2")
        #expect(lines[17] == "k0-2,0,4,modes,0.0,10,2")
        #expect(lines[25] == "k10-1,0,4,modes,0.0,10,1")
        #expect(lines[32] == "k10-1,30,5,modes,nan,10,1")
    }

    @Test func wideLines() throws {
        try SampleRun().record(in: folder.path + "/run")
        let lines = try lines(
            WideCSVExporter.self, of: folder.path + "/run",
            metrics: ["d_loss", "wall_seconds", "swap/discriminator", "modes"])
        #expect(lines[0] == "run,step,pair,d_loss,wall_seconds,swap/discriminator,modes")
        // Steps 0, 10, 20, 30 and that of the last event, 40; for two pairs.
        #expect(lines.count == 1 + 5 * 2)
        #expect(lines[1] == "sample,0,4,10.0,20.0,,0.0")
        #expect(lines[4] == "sample,10,5,1010.1,1020.0,1,1000.1")
        #expect(lines[10] == "sample,40,5,,,1,")
    }

    @Test func wideLinesOfTheRunAlone() throws {
        try SampleRun().record(in: folder.path + "/run")
        let lines = try lines(
            WideCSVExporter.self, of: folder.path + "/run", metrics: ["wall_seconds"])
        #expect(lines.count == 5 && lines[1] == "sample,0,,20.0")
    }

    @Test func jsonLines() throws {
        try SampleSweep().record(in: folder.path)
        let lines = try lines(JSONLinesExporter.self, of: folder.path, metrics: ["modes"])
        #expect(lines.count == 24)
        let first = try JSONValue(parsing: Array(lines[3].utf8), file: "line")
        #expect(
            first == [
                "run": "k0-1", "step": 10, "pair": 5, "metric": "modes", "value": 1000.1,
                "swap.interval": 0, "seed": 1,
            ])
        let last = try JSONValue(parsing: Array(lines[7].utf8), file: "line")
        #expect(last["value"] == .null && last["step"] == 30)
    }

    @Test func valuesReadBackAsWhatTheyWere() throws {
        let metric = Metric(stream: "train", column: LogColumn("x", .float32), name: "x")
        for _ in 0..<1000 {
            let value = Float(bitPattern: UInt32.random(in: 0..<0x7f80_0000))
            #expect(Float(metric.text(of: Double(value))) == value)
        }
        #expect(metric.text(of: -.infinity) == "-inf" && metric.text(of: -.nan) == "nan")
        let count = Metric(stream: "train", column: LogColumn("n", .int64), name: "n")
        #expect(count.text(of: 12_345_678_901) == "12345678901")
    }
}
