import Exporting
import FileFormats
import Foundation
import Recording
import TestSupport
import Testing

@Suite("Report")
struct ReportTests {
    private let folder = TemporaryFolder()

    private func recordSweep() throws {
        try SampleSweep().record(in: folder.path)
        try SweepAttempts.append(
            SweepAttempt(
                run: "k10-2", attempt: 1, started: "2026-11-21T09:00:00.000Z",
                ended: "2026-11-21T09:00:01.000Z", seconds: 1, exitCode: nil, signal: 9,
                state: .failed, cause: "killed & <gone>", lastLines: ["step 3", "<script>x()"]),
            to: SweepDirectory.attemptsPath(folder.path))
    }

    @Test func aSweepBecomesOnePage() throws {
        try recordSweep()
        let files = try Report(directory: folder.path).write()
        let page = try folder.text("report.html")
        #expect(files.page == "\(folder.path)/report.html" && page.hasSuffix("</html>\n"))
        #expect(page.contains("3 finished") && page.contains("1 failed"))
        #expect(page.contains("never") && page.contains("swap.interval"))
        #expect(page.contains("killed &amp; &lt;gone&gt;"))
        #expect(page.contains("&lt;script&gt;x()") && !page.contains("<script"))
        #expect(page.contains("count finished runs only"))
    }

    /// What it shows depends on what was asked for, so its command says that.
    @Test func aPageTellsTheCommandThatMadeIt() throws {
        try recordSweep()
        var request = SweepRequest(metrics: ["modes"])
        request.atSteps = [10]
        request.thresholds = [SweepRequest.Threshold(metric: "modes", value: 2.5)]
        request.criterion = "modes"
        _ = try Report(directory: folder.path, request: request).write()
        let options = "--metric modes --at-step 10 --threshold modes=2.5 --best-by modes"
        let command = "quadrille report \(folder.path) \(options)</pre>"
        #expect(try folder.text("report.html").contains(command))
    }

    /// Nothing is fetched from anywhere, and nothing can be.
    @Test func aPageIsSelfContained() throws {
        try recordSweep()
        _ = try Report(directory: folder.path).write()
        let page = try folder.text("report.html")
        #expect(page.contains("default-src 'none'"))
        #expect(!page.contains("http://") && !page.contains("https://"))
        #expect(!page.contains("@import") && !page.contains("url("))
        for link in page.matches(of: /(?:src|href)="([^"]*)"/).map(\.output.1) {
            let isOwn = link.hasPrefix("#") || link.hasPrefix("data:image/png;base64,")
            #expect(isOwn || FileManager.default.fileExists(atPath: "\(folder.path)/\(link)"))
        }
    }

    @Test func figuresAndTablesAreFiles() throws {
        try recordSweep()
        let files = try Report(directory: folder.path).write()
        let names = contents(of: "\(folder.path)/report")
        #expect(names.filter { $0.hasSuffix(".svg") }.count == files.figures)
        #expect(names.filter { $0.hasSuffix(".csv") } == ["arms.csv", "runs.csv", "states.csv"])
        let drawing = try folder.text("report/curves-modes.svg")
        #expect(drawing.contains("xmlns=\"http://www.w3.org/2000/svg\""))
        for name in names where name.hasSuffix(".svg") {
            #expect(isBalanced(try folder.text("report/\(name)")), "\(name)")
        }
        let states = try folder.text("report/states.csv").split(separator: "\n")
        #expect(states.count == 5 && states[0].hasPrefix("run,swap.interval,seed,state,step,"))
        #expect(states[4].hasPrefix("k10-2,10,2,failed,0,40,"))
        if files.missingPictures == nil {
            let picture = try InputFile.read("\(folder.path)/report/curves-d_loss.png")
            #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        }
    }

    /// A table of two by two, and an arm with twice the batch beside it.
    @Test func armsBesideATableStandWithThoseOfTheSameCost() throws {
        let places = [(0, 1, 32), (0, 2, 32), (10, 1, 32), (10, 2, 32), (0, 1, 64)]
        var sweep = try SampleSweep()
        sweep.plan.keys = ["swap.interval", "population.pairs", "data.batch_size", "seed"]
        sweep.plan.runs = places.enumerated().map { index, place in
            .init(
                name: "run-\(index)", hash: "0123abcd", overrides: [], seed: 1, steps: 40,
                pairs: place.1, differences: [:],
                places: [
                    [.integer(place.0), .integer(place.1), .integer(place.2), .integer(1)]
                ])
        }
        try sweep.plan.write(SweepDirectory.planPath(folder.path))
        for run in sweep.plan.runs {
            try SampleRun(name: run.name, swap: "interval = 0")
                .record(in: "\(folder.path)/\(run.name)")
        }
        _ = try Report(directory: folder.path).write()
        let cost = try folder.text("report/cost-modes.svg")
        #expect(isBalanced(cost) && cost.contains("cost 1<") && cost.contains("cost 2<"))
        #expect(cost.contains("K = 10") && cost.contains("never, N = 1, batch_size = 64"))
        // One map and one chart: the arm by itself fills no table.
        let grid = try folder.text("report/grid-modes.svg")
        #expect(grid.matches(of: /<g transform/).count == 2)
        #expect(!grid.contains("batch_size = 64"))
    }

    @Test func aRunAloneHasAReport() throws {
        let run = "\(folder.path)/run"
        try SampleRun().record(in: run)
        _ = try Report(directory: run).write()
        let page = try folder.text("run/report.html")
        #expect(page.contains("One run of 2 pairs, 30 of 40 steps."))
        #expect(page.contains("G4") && page.contains("G5"))
    }

    @Test func aRunningRunIsSaidToRun() throws {
        let run = "\(folder.path)/run"
        let lock = try RunDirectory.open(path: run)
        defer { lock.release() }
        let recorder = try SampleRun().record(in: run, as: .running)
        _ = try Report(directory: run).write()
        #expect(try folder.text("run/report.html").contains("This run still runs"))
        try recorder.finish(state: .interrupted)
    }

    @Test func aDamagedRunStopsNobody() throws {
        try recordSweep()
        try folder.write("k0-2/journal", [UInt8](repeating: 0, count: 40))
        _ = try Report(directory: folder.path).write()
        let page = try folder.text("report.html")
        #expect(page.contains("2 finished") && page.contains("2 failed"))
        #expect(page.contains("its header is damaged"))
    }

    /// Flips a bit in the first row of step 20 of a sample run: rows up to step 10 can be read,
    /// and good ones follow.
    private func damage(_ journal: String) throws {
        var bytes = try InputFile.read("\(folder.path)/\(journal)")
        // Length of the header's content, which has 12 bytes around it; equal rows for four steps.
        let start = (Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16) + 12
        bytes[start + (bytes.count - start) / 2 + 20] ^= 1
        try folder.write(journal, bytes)
    }

    @Test func aDamagedJournalIsSaidToBe() throws {
        try SampleRun().record(in: "\(folder.path)/run")
        try damage("run/journal")
        _ = try Report(directory: "\(folder.path)/run").write()
        let page = try folder.text("run/report.html")
        #expect(page.contains("A journal is damaged."))
        #expect(page.contains("sample as far as step 10."))
    }

    @Test func damagedJournalsOfASweepAreNamed() throws {
        try recordSweep()
        _ = try Report(directory: folder.path).write()
        #expect(try !folder.text("report.html").contains("damaged"))
        try damage("k0-1/journal")
        try damage("k10-1/journal")
        _ = try Report(directory: folder.path).write()
        let page = try folder.text("report.html")
        #expect(page.contains("2 journals are damaged.") && page.contains("3 finished"))
        #expect(page.contains("k0-1 as far as step 10; k10-1 as far as step 10."))
    }

    @Test func figuresOfAnEarlierReportGo() throws {
        try recordSweep()
        _ = try Report(directory: folder.path).write()
        let own = ["curves-mine.svg", "curves-modes.svg.txt", "notes.csv"]
        for name in own { try folder.write("report/\(name)", Array("mine".utf8)) }
        let before = contents(of: "\(folder.path)/report")
        #expect(before.contains("curves-modes.svg") && before.contains("grid-modes.svg"))
        _ = try Report(directory: folder.path, request: SweepRequest(metrics: ["d_loss"])).write()
        let names = contents(of: "\(folder.path)/report")
        let ofReport = names.filter { !own.contains($0) }
        #expect(ofReport.contains("curves-d_loss.svg") && ofReport.contains("arms.csv"))
        #expect(!ofReport.contains { $0.contains("modes") })
        #expect(own.allSatisfy { names.contains($0) })
    }

    /// Who reads `best` in arms.csv finds here how the pair was chosen.
    @Test func columnsOfTablesAreExplained() throws {
        try recordSweep()
        _ = try Report(directory: folder.path).write()
        #expect(try folder.text("report.html").contains("best at the evaluation before the last"))
    }

    @Test func unknownMetricsAndFoldersAreNamed() throws {
        try recordSweep()
        let metric = #expect(throws: DataError.self) {
            try Report(directory: folder.path, request: SweepRequest(metrics: ["mode"]))
        }
        #expect(metric.map { "\($0)".contains("no run has recorded mode") } == true)
        let missing = #expect(throws: DataError.self) {
            try Report(directory: "\(folder.path)/nothing")
        }
        #expect(missing.map { "\($0)".contains("no such folder") } == true)
    }

    @Test func onlyMetricsAskedForAreShown() throws {
        try recordSweep()
        _ = try Report(directory: folder.path, request: SweepRequest(metrics: ["d_loss"])).write()
        let names = contents(of: "\(folder.path)/report").filter { $0.hasSuffix(".svg") }
        #expect(names.contains("curves-d_loss.svg") && !names.contains("curves-modes.svg"))
    }

    /// Whether every tag is well-formed and closed in its turn.
    private func isBalanced(_ text: String) -> Bool {
        var open: [Substring] = []
        let tag = /<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<>]*")*)(\/?)>/
        let tags = text.matches(of: tag).map(\.output)
        for tag in tags {
            if tag.1 == "/" {
                guard open.popLast() == tag.2 else { return false }
            } else if tag.4 != "/" {
                open.append(tag.2)
            }
        }
        // Every other "<" is an entity, but for that of the XML declaration.
        return open.isEmpty && text.filter { $0 == "<" }.count == tags.count + 1
    }
}
