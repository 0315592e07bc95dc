import Exporting
import Foundation
import Testing

@Suite("Figures")
struct FigureTests {
    @Test(arguments: [
        (0.0312, "0.0312"), (1250, "1250"), (7.831, "7.83"), (-2, "−2.00"), (0, "0"),
        (3.14e-7, "3.14e-07"), (.infinity, "∞"), (.nan, "–"), (99.96, "100"),
    ]) func numbersAreShort(value: Double, text: String) {
        #expect(Numerals.significant(value) == text)
    }

    @Test func coordinatesAreShort() {
        #expect(Numerals.coordinate(12.04) == "12" && Numerals.coordinate(-0.06) == "-0.1")
        #expect(Numerals.coordinate(1e300) == "1000000" && Numerals.coordinate(-0.04) == "0")
        #expect(Numerals.grouped(20_000) == "20,000" && Numerals.grouped(-999) == "-999")
    }

    @Test(arguments: [
        (0.0, 20_000.0, ["0", "5k", "10k", "15k", "20k"]),
        (0, 600, ["0", "200", "400", "600"]), (-1, 1, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        (0.98, 1.01, ["0.98", "0.99", "1.00", "1.01"]),
    ]) func ticksAreRound(low: Double, high: Double, labels: [String]) {
        let scale = Scale(over: [low, high], from: 0, to: 100, tickCount: 4)
        #expect(scale.ticks.map(\.label) == labels)
        #expect(scale.place(scale.domain.lowerBound) == 0)
        #expect(scale.place(scale.domain.upperBound) == 100)
    }

    /// Whatever comes, an axis is finite and not empty.
    @Test(
        arguments: [
            [], [.nan], [5], [0], [.infinity, 1], [-1e308, 1e308], [1, 1 + 1e-15],
            [.leastNonzeroMagnitude],
            [1e15, 1e15 + 1],
        ] as [[Double]]) func axesBearAnyValue(values: [Double])
    {
        for isLogarithmic in [false, true] {
            let scale = Scale(over: values, from: 200, to: 0, isLogarithmic: isLogarithmic)
            #expect(scale.domain.lowerBound < scale.domain.upperBound)
            #expect(!scale.ticks.isEmpty && scale.ticks.count < 20)
            #expect(scale.ticks.allSatisfy { scale.place($0.value).isFinite })
        }
    }

    @Test func labelsKeepTheirDistance() {
        let places = LabelPlaces.spread([50, 50, 51, 99, 100], distance: 12, within: 0...100)
        let sorted = places.sorted()
        #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 11.999 })
        #expect(sorted.first! >= 0 && sorted.last! <= 100 && places == sorted)
    }

    @Test func markupEscapesWhatItDidNotMake() {
        var markup = Markup()
        markup.element("a", ["b": "\"<&"]) { $0.write("</a>\u{0}\u{fffe}") }
        #expect(markup.text == "<a b=\"&quot;&lt;&amp;\">&lt;/a&gt;\u{fffd}\u{fffd}</a>")
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]) func base64(plain: String, text: String) {
        #expect(Base64.text(Array(plain.utf8)) == text)
    }

    @Test func commandsAreQuotedForTheShell() {
        #expect(
            Shell.line(["quadrille", "a=1,2", "my file", "it's"])
                == "quadrille a=1,2 'my file' 'it'\\''s'")
    }
}
