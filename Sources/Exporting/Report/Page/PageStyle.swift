/// The style sheet of a report: no font, picture or script from elsewhere.
enum PageStyle {
    static let sheet =
        layout + FigureStyle.marks + colours(.light)
        + "@media (prefers-color-scheme:dark){\n" + colours(.dark) + "}\n"
        + "@media print{.panels{break-inside:avoid}nav{display:none}}\n"

    private static func colours(_ theme: Theme) -> String {
        let (page, paper, ink, muted, rule, accent) =
            switch theme {
            case .light: ("#f6f7f9", "#ffffff", "#161b22", "#59636e", "#dfe3e8", "#0f62c4")
            case .dark: ("#0d1014", "#15191e", "#e6e9ed", "#9aa4af", "#2b323a", "#6cb0ff")
            }
        let (good, bad, busy) =
            theme == .light ? ("#1a7f4e", "#b3261e", "#8a6100") : ("#4cc38a", "#ff8a80", "#e3b341")
        return """
            :root{--page:\(page);--paper:\(paper);--ink:\(ink);--muted:\(muted);--rule:\(rule);\
            --accent:\(accent);--good:\(good);--bad:\(bad);--busy:\(busy)}
            \(FigureStyle.palette(theme))
            """
    }

    private static let layout = """
        :root{color-scheme:light dark}
        *{box-sizing:border-box}
        html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
        body{margin:0 auto;max-width:1520px;padding:clamp(14px,3vw,40px);background:var(--page);\
        color:var(--ink);font:15px/1.55 \(FigureStyle.fonts)}
        h1{font-size:clamp(22px,3.4vw,32px);line-height:1.2;margin:0 0 6px;overflow-wrap:anywhere}
        h2{font-size:20px;margin:44px 0 10px;padding-top:10px;border-top:1px solid var(--rule)}
        h3{font-size:15px;margin:0 0 8px}
        p{margin:0 0 12px;max-width:78ch;overflow-wrap:anywhere}
        figure,.card,summary{overflow-wrap:anywhere;min-width:0}
        a{color:var(--accent)}
        .muted,figcaption{color:var(--muted)}
        nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:18px 0 0}
        nav a{text-decoration:none}nav a:hover{text-decoration:underline}
        figure,.card{margin:0 0 18px;padding:16px;background:var(--paper);\
        border:1px solid var(--rule);border-radius:10px}
        figcaption{font-size:13px;margin-top:10px;max-width:100ch}
        .panels{display:grid;gap:10px 18px;\
        grid-template-columns:repeat(auto-fill,minmax(min(310px,100%),1fr))}
        .panels svg{width:100%;height:auto;max-width:470px}
        .panels svg.wide{grid-column:1/-1;max-width:880px}
        .sideways{overflow-x:auto}.sideways svg.wide{min-width:560px}
        .strands:hover .one{opacity:.2}.strands .one:hover{opacity:1}
        .result{display:grid;gap:18px;grid-template-columns:minmax(0,1fr);margin-bottom:14px}
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
        th,td{padding:5px 12px 5px 0;text-align:left;vertical-align:top;\
        border-bottom:1px solid var(--rule)}
        thead th{color:var(--muted);font-weight:600;white-space:nowrap}
        td.number,th.number{text-align:right;white-space:nowrap}
        td .range{display:block;color:var(--muted);font-size:11.5px}
        tr.control th,tr.control td{border-top:2px solid var(--rule)}
        caption{text-align:left;font-weight:600;padding-bottom:6px}
        details{margin:0 0 14px}
        summary{cursor:pointer;font-weight:600;padding:4px 0}
        details[open]>summary{margin-bottom:10px}
        pre{margin:0 0 12px;padding:12px;overflow-x:auto;background:var(--paper);\
        border:1px solid var(--rule);border-radius:8px;\
        font:12.5px/1.5 ui-monospace,'DejaVu Sans Mono',Consolas,monospace}
        .texts td{overflow-wrap:normal}
        .texts td:first-child,.texts td:last-child{overflow-wrap:anywhere;min-width:34ch}
        .states{display:flex;flex-wrap:wrap;gap:4px 16px;margin:10px 0 6px}
        .bar{display:flex;height:8px;border-radius:4px;overflow:hidden;background:var(--rule);\
        max-width:640px}
        .finished{color:var(--good)}.failed{color:var(--bad)}
        .running,.interrupted,.stale{color:var(--busy)}.pending{color:var(--muted)}
        .bar span{background:currentColor}
        .notice{margin:10px 0;border-left:4px solid var(--busy);padding:8px 14px;\
        background:var(--paper)}
        .halves{display:grid;gap:0 18px;\
        grid-template-columns:repeat(auto-fit,minmax(min(690px,100%),1fr))}
        .tables{display:grid;gap:18px;margin-bottom:18px;\
        grid-template-columns:repeat(auto-fill,minmax(min(480px,100%),1fr))}
        .tables .card{margin:0}.card table{width:100%}
        thead .corner{font-weight:400;font-size:12px;white-space:normal}
        .galleries{display:flex;flex-wrap:wrap;gap:18px 30px}
        .galleries>div{min-width:0;overflow-wrap:anywhere}
        .gallery{display:flex;flex-wrap:wrap;gap:12px}
        .gallery figure{width:132px;padding:0;border:0;background:none;margin:0}
        .gallery img{width:100%;height:auto;display:block;border:1px solid var(--rule);\
        border-radius:6px;background:#fff;image-rendering:auto}
        .gallery figcaption{font-size:12px;margin-top:4px}

        """
}
