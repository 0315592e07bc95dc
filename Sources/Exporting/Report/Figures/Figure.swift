/// One drawing with axes and labels of its own.
struct Panel: Sendable {
    let width: Double
    let height: Double
    /// What the drawing shows, for readers who cannot see it.
    let label: String
    /// SVG elements; colours and fonts come from classes.
    let content: String

    static let standardWidth = 360.0

    /// The panel inside a page whose style sheet has the rules of `FigureStyle`.
    var inline: String {
        var markup = Markup()
        markup.element(
            "svg",
            [
                "viewBox": "0 0 \(Numerals.coordinate(width)) \(Numerals.coordinate(height))",
                "width": Numerals.coordinate(width), "role": "img", "aria-label": label,
                "class": width > Panel.standardWidth * 1.2 ? "figure wide" : "figure",
            ]
        ) { $0.append(markup: content) }
        return markup.text
    }
}

/// Panels that belong together: one place of the page and one file below `report/`.
struct Figure: Sendable {
    /// Name of the files without their ending.
    let name: String
    let title: String
    /// What is shown and how it was computed.
    let caption: String
    let panels: [Panel]

    /// All panels in one SVG file on white, in rows as wide as four usual ones, title above.
    var standalone: String {
        let gap = 12.0
        let head = 34.0
        var placed: [(panel: Panel, x: Double, y: Double)] = []
        var (x, y, rowHeight, width) = (gap, head, 0.0, 0.0)
        let widest = gap + 4 * (Panel.standardWidth + gap)
        for panel in panels {
            if x > gap, x + panel.width + gap > widest {
                (x, y, rowHeight) = (gap, y + rowHeight + gap, 0)
            }
            placed.append((panel, x, y))
            x += panel.width + gap
            rowHeight = max(rowHeight, panel.height)
            width = max(width, x)
        }
        // As wide as the title is at least, at about 7.2 pixels a letter of its size.
        width = max(width, Double(title.count) * 7.2 + 2 * gap)
        let size = (Numerals.coordinate(width), Numerals.coordinate(y + rowHeight + gap))
        var markup = Markup()
        markup.append(markup: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(size.0) \(size.1)",
                "width": size.0, "height": size.1, "class": "figure",
            ]
        ) { svg in
            svg.element("title", text: title)
            svg.element("desc", text: caption)
            svg.element("style", text: "\n" + FigureStyle.standalone)
            svg.element("rect", ["width": "100%", "height": "100%", "fill": "#ffffff"])
            svg.element("text", ["x": "12", "y": "21", "class": "heading"], text: title)
            for place in placed {
                let (x, y) = (Numerals.coordinate(place.x), Numerals.coordinate(place.y))
                svg.element("g", ["transform": "translate(\(x) \(y))"]) {
                    $0.append(markup: place.panel.content)
                }
            }
        }
        return markup.text + "\n"
    }
}

/// The style sheet of figures.
enum FigureStyle {
    static let fonts =
        "system-ui,-apple-system,'Segoe UI','Liberation Sans','DejaVu Sans',Arial,sans-serif"

    /// Rules for marks. They are the same in both themes but for colours, which `palette` has.
    static let marks = """
        .figure text{font:11px \(fonts);font-variant-numeric:tabular-nums;stroke:none}
        .figure .heading{font-weight:600;font-size:13px}
        .figure .title{font-weight:600;font-size:12px}
        .figure .small{font-size:9.5px}
        .figure .end{text-anchor:end}
        .figure .middle{text-anchor:middle}
        .line{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;\
        stroke-linecap:round}
        .thin{stroke-width:1}
        .dashed{stroke-dasharray:4 3}
        .band{fill:currentColor;fill-opacity:.16;stroke:none}
        .dot{fill:currentColor;stroke:none}
        .faint{fill-opacity:.35}
        .strand{fill:none;stroke:currentColor;stroke-width:3;stroke-linecap:round}
        .label{fill:currentColor;font-weight:600}

        """

    static func palette(_ theme: Theme) -> String {
        let (paper, ink, muted, grid, context) =
            switch theme {
            case .light: ("#ffffff", "#161b22", "#59636e", "#e2e6ea", "#a3abb4")
            case .dark: ("#15191e", "#e6e9ed", "#9aa4af", "#2b323a", "#68727d")
            }
        return """
            .figure text{fill:\(ink)}
            .figure .muted{fill:\(muted)}
            .grid{stroke:\(grid);stroke-width:1;fill:none}
            .axis{stroke:\(muted);stroke-width:1;fill:none}
            .empty{fill:\(grid);fill-opacity:.5}
            .control{color:\(ink)}
            .context{color:\(context)}
            .open{fill:\(paper)}
            \(Palette.rules(theme))
            """ + ".figure .label{fill:currentColor}\n"
    }

    /// For a file of its own, which is shown on white paper.
    static let standalone = marks + palette(.light)
}
