import Recording

/// What swaps did: who sat with whom, and losses before and after.
enum SwapFigures {
    private static let mostDiagrams = 8

    enum Name: String, CaseIterable {
        case lineage, partners
        case losses = "losses-around-swaps"
    }

    /// The first run of each arm in which somebody swapped.
    private static func dancers(_ source: ReportSource) -> [(SweepArm, ReportedRun, PartnerHistory)]
    {
        CurveFigures.differentArms(source).compactMap { arm in
            for run in source.counted(arm) {
                if let partners = run.partners { return (arm, run, partners) }
            }
            return nil
        }
    }

    static func lineage(of source: ReportSource) -> Figure {
        let dancers = dancers(source)
        let panels = dancers.prefix(mostDiagrams).map { arm, run, partners in
            LineageDiagram(
                title: title(arm, run, source), firstMember: run.firstMember,
                discriminators: partners.pairings, steps: partners.starts, lastStep: partners.end
            ).panel
        }
        let left = dancers.count - panels.count
        return Figure(
            name: Name.lineage.rawValue, title: "Who danced with whom",
            caption: "Each strand is a discriminator on its way between generators, through the "
                + "first \(LineageDiagram.mostSwaps) swaps; vertical lines are swaps. One run of "
                + "each arm." + (left > 0 ? " \(left) further arms are not drawn." : ""),
            panels: panels)
    }

    static func partners(of source: ReportSource) -> Figure {
        let dancers = dancers(source)
        let panels = dancers.prefix(CurveFigures.mostPanels).map { arm, run, partners in
            let names = (0..<run.pairs).map { String(run.firstMember + $0) }
            return Heatmap(
                title: title(arm, run, source),
                quantity: "% of steps",
                rowName: "generator", columnName: "discriminator", rows: names.map { "G" + $0 },
                columns: names.map { "D" + $0 },
                cells: partners.shares.enumerated().map { seat, shares in
                    shares.enumerated().map { one, share in
                        Heatmap.Cell(
                            value: share * 100, text: Numerals.fixed(share * 100, decimals: 0),
                            detail: "G\(names[seat]) with D\(names[one]): "
                                + "\(Numerals.significant(share * 100)) % of the steps")
                    }
                },
                range: 0...(partners.shares.joined().max() ?? 1) * 100
            ).panel
        }
        return Figure(
            name: Name.partners.rawValue, title: "How long each two were together",
            caption: "Share of all steps that a generator trained with a discriminator, over the "
                + "whole of one run of each arm.", panels: panels)
    }

    static func losses(of source: ReportSource) -> Figure {
        let arms = CurveFigures.differentArms(source).filter { arm in
            source.counted(arm).contains { $0.swapEffect != nil }
        }
        let shown = arms.prefix(CurveFigures.mostPanels / 2)
        let panels = shown.flatMap { arm in
            SwapEffect.losses.map { chart(of: $0, arm, source) }
                .filter { $0.lines.contains { $0.points.count > 2 } }.map(\.panel)
        }
        let left = arms.count - shown.count
        return Figure(
            name: Name.losses.rawValue, title: "Losses around swaps",
            caption: "Step 0 is the last one with the old partner, the swap follows it. Mean over "
                + "all swaps of a run and the seats concerned, then over runs, with 95 % bootstrap "
                + "intervals." + (left > 0 ? " \(left) further arms are not drawn." : ""),
            panels: panels)
    }

    private static func chart(of loss: String, _ arm: SweepArm, _ source: ReportSource) -> LineChart
    {
        let effects = source.counted(arm).compactMap(\.swapEffect)
        let reach = effects.map(\.reach).min() ?? 0
        let lines = SwapEffect.Seat.allCases.compactMap { seat -> LineChart.Line? in
            let points = (-reach...reach).compactMap { offset -> LineChart.Point? in
                let values = effects.compactMap { effect in
                    effect.means[loss]?[seat]?[offset + effect.reach].value
                }.filter { !$0.isNaN }
                return values.isEmpty ? nil : OverSeeds.point(at: Double(offset), of: values)
            }
            guard !points.isEmpty else { return nil }
            return LineChart.Line(
                name: seat == .changed ? "new partner" : "same partner",
                colour: seat == .changed ? .category(0) : .context, points: points)
        }
        return LineChart(
            title: source.title(of: arm), quantity: loss, horizontalName: "steps after the swap",
            lines: lines)
    }

    private static func title(_ arm: SweepArm, _ run: ReportedRun, _ source: ReportSource) -> String
    {
        [source.title(of: arm), "seed = \(run.seed)"].filter { !$0.isEmpty }
            .joined(separator: ", ")
    }
}
