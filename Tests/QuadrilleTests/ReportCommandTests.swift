import FileFormats
import Foundation
import Testing

private let browser = ["chromium", "chromium-browser", "google-chrome"].lazy
    .map { "/usr/bin/\($0)" }.first { FileManager.default.isExecutableFile(atPath: $0) }

@Suite("report")
struct ReportCommandTests {
    private let workspace = Workspace()

    init() throws {
        try workspace.write("small.toml", smallExperiment.utf8)
        let run = try workspace.run(
            "run", "small.toml", "population.pairs=3", "record.after_swap=3", "--quiet")
        try #require(run.code == 0)
    }

    @Test func aRunHasAReport() throws {
        let result = try workspace.run("report", workspace.runFolder)
        #expect(result.code == 0 && result.output.contains("report.html: "))
        let page = try #require(workspace.text("report.html"))
        for title in ["Who danced with whom", "Losses around swaps", "Samples", "Provenance"] {
            #expect(page.contains(title), "\(title)")
        }
        #expect(page.contains("data:image/png;base64,"))
    }

    @Test func whatCannotBeShownIsNamed() throws {
        let metric = try workspace.run("report", workspace.runFolder, "--metric", "mode")
        #expect(metric.code == 65 && metric.errors.contains("no run has recorded mode"))
        let folder = try workspace.run("report", "nothing")
        #expect(folder.code == 65 && folder.errors.contains("nothing: there is no such folder"))
        let empty = try workspace.run("report", ".")
        #expect(empty.code == 65 && empty.errors.contains("holds no journal"))
    }

    /// A browser lays the page out: nothing reaches over the edge of the page, and no label of a
    /// figure over the edge of its figure or over another label.
    @Test(
        .enabled(if: browser != nil, "no Chromium in /usr/bin"),
        arguments: [400, 900, 1600])
    func aBrowserFindsEverythingInItsPlace(width: Int) throws {
        #expect(try workspace.run("report", workspace.runFolder).code == 0)
        let page = try #require(workspace.text("report.html"))
            .replacing("http-equiv=", with: "data-off=")
            .replacing("</body>", with: "<script>\(probe(width: width))</script></body>")
        try workspace.write("probe.html", page.utf8)
        let result = try browse(
            "--window-size=1700,1000 --dump-dom \"file://\(workspace.path)/probe.html\"")
        let title = try #require(result.output.firstMatch(of: /<title>([^<]*)/)).output.1
        #expect(title == "wide: labels: ", "at \(width) pixels")
    }

    /// The page is another one in the dark, and none is blank.
    @Test(.enabled(if: browser != nil, "no Chromium in /usr/bin"))
    func aBrowserDrawsBothThemes() throws {
        #expect(try workspace.run("report", workspace.runFolder).code == 0)
        let corners = try [("light", ""), ("dark", "--blink-settings=preferredColorScheme=0")].map {
            let result = try browse(
                "\($0.1) --window-size=900,1200 --screenshot=\($0.0).png "
                    + "\"file://\(workspace.runFolder)/report.html\"")
            try #require(result.code == 0)
            let path = "\(workspace.path)/\($0.0).png"
            let picture = try ImageFile.decode(InputFile.read(path), file: path)
            #expect(Set(picture.bytes).count > 60)
            return picture.bytes[0]
        }
        #expect(corners[0] > 0xe0 && corners[1] < 0x30)
    }

    private func browse(_ words: String) throws -> Program.Result {
        let program = try #require(browser)
        let line =
            "timeout 120 \(program) --headless --no-sandbox --disable-gpu --hide-scrollbars "
            + "--user-data-dir=profile \(words)"
        try workspace.write("browse.sh", line.utf8)
        return try workspace.shell("browse.sh")
    }

    private func probe(width: Int) -> String {
        """
        document.querySelectorAll('details').forEach(e => e.open = true);
        document.documentElement.style.width = '\(width)px';
        document.body.style.maxWidth = '\(width)px';
        const wide = [], labels = [];
        for (const e of document.body.querySelectorAll('*:not(svg *)')) {
          if (e.parentElement.closest('.scroll,.sideways,pre')) continue;
          const isScrolled = e.matches('.scroll,.sideways,pre,svg');
          if (e.getBoundingClientRect().right > \(width) + 1
              || !isScrolled && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
            wide.push(e.tagName);
        }
        for (const svg of document.querySelectorAll('svg.figure')) {
          const frame = svg.getBoundingClientRect(), boxes = [];
          for (const text of svg.querySelectorAll('text')) {
            const b = text.getBoundingClientRect();
            if (b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1
                || b.bottom > frame.bottom + 1
                || boxes.some(c => b.left < c.right - 1 && c.left < b.right - 1
                                   && b.top < c.bottom - 3 && c.top < b.bottom - 3))
              labels.push(text.textContent);
            boxes.push(b);
          }
        }
        document.title = 'wide: ' + wide.join(' ') + 'labels: ' + labels.join(' ');
        """
    }
}
