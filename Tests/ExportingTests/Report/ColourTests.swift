import Exporting
import Foundation
import Testing

@Suite("Colours of figures")
struct ColourTests {
    /// OKLCH of the corners of sRGB, as Ottosson (2020) and CSS Color 4 give them.
    @Test(arguments: [
        (0.62796, 0.25768, 29.234, "#ff0000"), (0.86644, 0.29483, 142.495, "#00ff00"),
        (0.45201, 0.31321, 264.052, "#0000ff"), (1, 0, 0, "#ffffff"), (0, 0, 0, "#000000"),
    ]) func agreesWithPublishedValues(
        lightness: Double, chroma: Double, hue: Double, hexadecimal: String
    ) {
        let colour = Colour(lightness: lightness, chroma: chroma, hue: hue)
        #expect(colour.hexadecimal == hexadecimal)
    }

    /// Any two categories can be told apart by everybody: in normal vision and, by Machado et al.
    /// (2009) at full severity, without the cones for red, green or blue.
    @Test(arguments: Theme.allCases) func categoriesDiffer(theme: Theme) {
        let views: [[[Double]]] = [
            [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
            [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            [
                [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ]
        let colours = Palette.categorical(theme).map(linear)
        // Few people lack the cones for blue; the search gave that view less weight.
        for (view, least) in zip(views, [0.1, 0.1, 0.1, 0.06]) {
            let seen = colours.map { colour in
                oklab(
                    view.map { row in
                        min(max(zip(row, colour).map { $0 * $1 }.reduce(0, +), 0), 1)
                    })
            }
            for first in seen.indices {
                for second in 0..<first {
                    #expect(distance(seen[first], seen[second]) > least)
                }
            }
        }
    }

    /// Lightness is straight, so that equal differences look equal; the ramp never turns back.
    @Test(arguments: Theme.allCases) func rampsAreUniform(theme: Theme) {
        let ramp = (0..<33).map {
            oklab(linear(Palette.area(Double($0) / 32, theme).hexadecimal))
        }
        let steps = zip(ramp, ramp.dropFirst()).map { $1[0] - $0[0] }
        let sign = theme == .light ? -1.0 : 1.0
        #expect(steps.allSatisfy { $0 * sign > 0.012 && $0 * sign < 0.028 })
    }

    private func linear(_ hexadecimal: String) -> [Double] {
        let digits = Array(hexadecimal.dropFirst())
        return stride(from: 0, to: 6, by: 2).map { start in
            let level = Double(Int(String(digits[start...start + 1]), radix: 16)!) / 255
            return level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4)
        }
    }

    private func oklab(_ rgb: [Double]) -> [Double] {
        let long = cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2])
        let medium = cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2])
        let short = cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2])
        return [
            0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
            1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
            0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
        ]
    }

    private func distance(_ first: [Double], _ second: [Double]) -> Double {
        zip(first, second).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    }
}
