#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A colour in OKLCH (Ottosson 2020): perceived lightness 0...1, chroma, hue in degrees.
///
/// Equal differences of lightness look equal, so that a ramp with a straight lightness is
/// perceptually uniform by construction.
package struct Colour: Equatable, Sendable {
    var lightness: Double
    var chroma: Double
    var hue: Double

    package init(lightness: Double, chroma: Double, hue: Double) {
        self.lightness = lightness
        self.chroma = chroma
        self.hue = hue
    }

    /// Linear light sRGB; outside 0...1 where a screen cannot show the colour.
    private var linear: [Double] {
        let (a, b) = (chroma * cos(hue * .pi / 180), chroma * sin(hue * .pi / 180))
        let long = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
        let medium = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
        let short = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
        return [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ]
    }

    /// "#rrggbb" of this colour, with less chroma where a screen cannot show it.
    package var hexadecimal: String {
        var shown = self
        while shown.chroma > 0.001, shown.linear.contains(where: { $0 < -0.002 || $0 > 1.002 }) {
            shown.chroma *= 0.97
        }
        return "#"
            + shown.linear.map { value in
                let light = min(max(value, 0), 1)
                let encoded =
                    light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
                let level = String(Int((encoded * 255).rounded()), radix: 16)
                return level.count == 1 ? "0" + level : level
            }.joined()
    }
}

/// Light or dark surroundings.
package enum Theme: CaseIterable, Sendable {
    case light, dark
}

/// The colours of figures. Marks name them by CSS classes, so that one drawing serves both themes.
package enum Palette {
    /// Steps of the two ramps; finer than an eye can tell.
    static let rampSteps = 33

    /// Colours without an order. Chosen by a search over lightness at fixed hues: in normal vision
    /// and with missing cones of any kind (Machado et al. 2009), any two differ by at least 0.1 in
    /// OKLab.
    package static func categorical(_ theme: Theme) -> [String] {
        switch theme {
        case .light:
            [
                "#1e76d8", "#db5d2c", "#26cb96", "#5e2b9a", "#b4b52d", "#b53874", "#21a3bc",
                "#6c4302",
            ]
        case .dark:
            [
                "#59a0f9", "#de602f", "#41fabb", "#8b5dce", "#dfe044", "#c3457f", "#31cfee",
                "#ed9e2f",
            ]
        }
    }

    /// Colours of areas: nothing looks like paper, much stands out from it.
    package static func area(_ share: Double, _ theme: Theme) -> Colour {
        let chroma = 0.05 + 0.09 * sin(.pi * (0.15 + 0.75 * share))
        switch theme {
        case .light:
            return Colour(lightness: 0.965 - 0.635 * share, chroma: chroma, hue: 110 + 155 * share)
        case .dark:
            return Colour(lightness: 0.29 + 0.63 * share, chroma: chroma, hue: 270 - 160 * share)
        }
    }

    /// Colours of lines with an order, all far enough from paper.
    static func line(_ share: Double, _ theme: Theme) -> Colour {
        let lightness =
            switch theme {
            case .light: 0.40 + 0.34 * share
            case .dark: 0.62 + 0.27 * share
            }
        return Colour(lightness: lightness, chroma: 0.15, hue: 300 - 175 * share)
    }

    /// Class of the area of `share`, 0...1, of the greatest value.
    static func areaClass(_ share: Double) -> String { "q\(rampStep(share))" }

    static func rampStep(_ share: Double) -> Int {
        Int((min(max(share, 0), 1) * Double(rampSteps - 1)).rounded())
    }

    /// CSS rules for the classes `q0`... (areas) and their text, `r0`... (ordered lines) and
    /// `c0`... (lines without order).
    static func rules(_ theme: Theme) -> String {
        var rules = ""
        for step in 0..<rampSteps {
            let share = Double(step) / Double(rampSteps - 1)
            let area = area(share, theme)
            let ink = area.lightness > 0.64 ? "#10151c" : "#ffffff"
            rules += ".q\(step){fill:\(area.hexadecimal)}.q\(step) ~ .on{fill:\(ink)}"
            rules += ".r\(step){color:\(line(share, theme).hexadecimal)}\n"
        }
        for (index, colour) in categorical(theme).enumerated() {
            rules += ".c\(index){color:\(colour)}"
        }
        return rules + "\n"
    }
}

/// What a line or mark stands for, which decides its colour.
enum SeriesColour: Equatable, Sendable {
    /// One of a few things without an order; they repeat after eight.
    case category(Int)
    /// A place in an order, 0...1.
    case order(Double)
    /// What others are compared with.
    case control
    /// Context that need not be told apart.
    case context

    var className: String {
        switch self {
        case .category(let index): "c\(index % 8)"
        case .order(let share): "r\(Palette.rampStep(share))"
        case .control: "control"
        case .context: "context"
        }
    }
}
