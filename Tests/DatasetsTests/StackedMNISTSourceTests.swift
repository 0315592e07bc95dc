import Datasets
import Randomness
import Settings
import Testing

@Suite struct StackedMNISTSourceTests {
    private func open(_ more: String = "", seed: UInt64 = 1) throws -> any DataSource {
        try DatasetsTests.open(
            "source = \"stacked-mnist\"\nsubset = \"test\"\n" + more, seed: seed,
            folder: experimentsFolder)
    }

    @Test func channelsAreDigitsAndTheLabelIsTheirNumber() throws {
        let digits = try DatasetsTests.open(
            "source = \"mnist\"\nsubset = \"test\"", folder: experimentsFolder)
        let source = try open("count = 50")
        #expect(source.exampleShape == [28, 28, 3] && source.count == 50)
        let stream = RandomStream(seed: 1, step: 0, member: 0, purpose: .data, update: 1)
        for example in [0, 1, 49] {
            let places = (0..<3).map {
                Int32(stream.bounded(3 * example + $0, below: digits.count))
            }
            let classes = places.map { digits.labels![Int($0)] }
            #expect(
                source.labels?[example] == 100 * classes[0] + 10 * classes[1] + classes[2])
            let image = copy([Int32(example)], of: source)
            for (channel, place) in places.enumerated() {
                let plane = (0..<784).map { image[3 * $0 + channel] }
                #expect(plane == copy([place], of: digits))
            }
        }
    }

    @Test func theFixedSetHas128000Examples() throws {
        let source = try open()
        #expect(source.count == 128_000)
        // All 1,000 classes are expected 128 times; the least likely to be seen 64 times or less.
        var counts = [Int](repeating: 0, count: 1000)
        for label in try #require(source.labels) { counts[Int(label)] += 1 }
        #expect(counts.allSatisfy { $0 > 64 && $0 < 256 })
    }

    @Test func drawnExamplesNeverEndAndBeginAsTheFixedOnes() throws {
        let (drawn, fixed) = (try open("protocol = \"drawn\""), try open())
        #expect(drawn.count == Int(Int32.max) && drawn.labels == nil)
        #expect(copy([0, 127_999], of: drawn) == copy([0, 127_999], of: fixed))
        #expect(copy([Int32.max - 1], of: drawn).contains { $0 > 0 })
        #expect(throws: SettingsError.self) { try open("protocol = \"drawn\"\ncount = 5") }
        let prints = try [
            drawn.fingerprint, fixed.fingerprint, open(seed: 2).fingerprint,
            open("count = 9").fingerprint,
        ]
        #expect(Set(prints).count == 4)
    }
}
