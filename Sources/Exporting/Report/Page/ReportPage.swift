import FileFormats
import Recording

/// The page `report.html`: everything in one file, without scripts.
struct ReportPage {
    let content: ReportContent
    var source: ReportSource { content.source }
    private var markup = Markup()
    private var sections: [(id: String, title: String)] = []

    init(_ content: ReportContent) {
        self.content = content
    }

    /// The page; `made` is the time of making.
    func html(made: String) -> String {
        let body = written
        var page = Markup()
        page.append(markup: "<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { html in
            html.element("head") { head in
                head.append(markup: "<meta charset=\"utf-8\">\n")
                head.append(
                    markup: "<meta name=\"viewport\" content=\"width=device-width\">\n"
                        + "<meta http-equiv=\"Content-Security-Policy\" content=\""
                        + "default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n")
                head.element("title", text: "\(source.name): report")
                // No character of a style sheet needs an escape in HTML.
                head.append(markup: "<style>\n\(PageStyle.sheet)</style>\n")
            }
            html.element("body") { content in
                writeHeader(made: made, sections: body.sections, &content)
                content.element("main") { $0.append(markup: body.markup.text) }
            }
        }
        return page.text + "\n"
    }

    private func writeHeader(
        made: String, sections: [(id: String, title: String)], _ markup: inout Markup
    ) {
        markup.element("header") { header in
            header.element("h1", text: source.name)
            header.element("p", ["class": "muted"], text: content.abstract + " Made \(made).")
            writeStates(&header)
            for notice in content.notices {
                header.element("p", ["class": "notice"], text: notice)
            }
            header.element("nav") { nav in
                for section in sections {
                    nav.element("a", ["href": "#\(section.id)"], text: section.title)
                }
            }
        }
        markup.append(markup: "\n")
    }

    private func writeStates(_ markup: inout Markup) {
        let counts = content.stateCounts
        markup.element("div", ["class": "states"]) { states in
            for (state, count) in counts {
                states.element(
                    "strong", ["class": state.rawValue], text: "\(count) \(state.rawValue)")
            }
        }
        guard source.runs.count > 1 else { return }
        markup.element("div", ["class": "bar"]) { bar in
            for (state, count) in counts {
                bar.element("span", ["class": state.rawValue, "style": "flex:\(count)"], text: "")
            }
        }
    }

    /// The page with its sections.
    private var written: ReportPage {
        var page = self
        page.writeSections()
        return page
    }

    private mutating func writeSections() {
        section("result", "Result") { $0.writeResult(&$1) }
        section("curves", "Curves") { page, markup in
            page.write(page.content.curves, &markup)
        }
        section("pairs", "Each pair") { page, markup in
            page.writeFolded(page.content.pairCurves, &markup)
        }
        section("partners", "Partners") { page, markup in
            page.write(page.content.swaps, &markup)
            for note in page.content.swapNotes {
                markup.element("p", ["class": "muted"], text: note)
            }
        }
        section("samples", "Samples") { $0.writeSamples(&$1) }
        section("runs", "Runs") { $0.writeRuns(&$1) }
        section("provenance", "Provenance") { $0.writeProvenance(&$1) }
        section("reproduce", "Make it again") { $0.writeCommands(&$1) }
    }

    private mutating func section(
        _ id: String, _ title: String, _ write: (ReportPage, inout Markup) -> Void
    ) {
        var inner = Markup()
        write(self, &inner)
        guard !inner.text.isEmpty else { return }
        sections.append((id, title))
        markup.element("section", ["id": id]) { section in
            section.element("h2", text: title)
            section.append(markup: inner.text)
        }
        markup.append(markup: "\n")
    }
}
