import FileFormats
import Recording

/// Samples, failures, and where everything comes from.
extension ReportPage {
    func writeSamples(_ markup: inout Markup) {
        let gallery = content.gallery
        guard !gallery.groups.isEmpty || !gallery.omissions.isEmpty else { return }
        markup.element("div", ["class": "galleries"]) { list in
            for group in gallery.groups {
                list.element("div") { one in
                    if !group.title.isEmpty { one.element("h3", text: group.title) }
                    one.element("div", ["class": "gallery"]) { write(group, &$0) }
                }
            }
        }
        for omission in gallery.omissions.prefix(3) {
            markup.element("p", ["class": "muted"], text: omission)
        }
    }

    func write(_ group: SampleGallery.Group, _ markup: inout Markup) {
        for item in group.items {
            markup.element("figure") { figure in
                figure.element(
                    "img",
                    [
                        "src": item.address, "alt": "Samples: \(group.title), \(item.caption)",
                        "width": "\(item.width)", "height": "\(item.height)", "loading": "lazy",
                    ])
                figure.element("figcaption", text: item.caption)
            }
        }
    }

    func writeRuns(_ markup: inout Markup) {
        let failures = source.runs.filter { [.failed, .stale].contains($0.state) }
        if failures.isEmpty {
            markup.element("p", text: "No run has failed.")
        }
        for run in failures.prefix(ReportPage.mostFailures) {
            markup.element("div", ["class": "card"]) { card in
                card.element("p") { line in
                    line.element("strong", ["class": run.state.rawValue], text: run.state.rawValue)
                    line.write(" \(run.name), at step \(Numerals.grouped(run.step))")
                }
                if !run.cause.isEmpty { card.element("p", text: run.cause) }
                if !run.lastLines.isEmpty {
                    card.element("pre", text: run.lastLines.suffix(12).joined(separator: "\n"))
                }
            }
        }
        if failures.count > ReportPage.mostFailures {
            markup.element(
                "p",
                text: "\(failures.count - ReportPage.mostFailures) further failures are in the "
                    + "list below.")
        }
        let count = Numerals.grouped(source.runs.count)
        writeFolded(
            content.stateTable, title: source.runs.count == 1 ? "The run" : "All \(count) runs",
            caption: "", &markup)
    }

    private static let mostFailures = 40

    func writeProvenance(_ markup: inout Markup) {
        let rows = content.provenance
        guard !rows.isEmpty else { return }
        writeTable(columns: ["", "value"], rows: rows, &markup)
    }

    func writeCommands(_ markup: inout Markup) {
        for command in content.commands {
            markup.element("p", text: command.purpose)
            markup.element("pre", text: command.line)
        }
        markup.element("details") { details in
            details.element("summary", text: "The experiment, every key with its value")
            details.element("pre", text: source.plan.experiment)
        }
    }
}
