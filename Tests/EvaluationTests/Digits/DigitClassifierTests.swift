import Datasets
import Evaluation
import FileFormats
import Foundation
import Metrics
import Testing

@Suite struct DigitClassifierTests {
    private let classifier = DigitClassifier.stored

    private func read(_ examples: [Float], of data: any DataSource) -> DigitReading {
        examples.withUnsafeBufferPointer {
            classifier.read($0, exampleShape: data.exampleShape, range: data.valueRange)
        }
    }

    /// What `Tests/Oracles/digit_values.py` wrote.
    private struct Oracle: Decodable {
        let features: [Double]
        let logits: [Double]
    }

    private func oracle() throws -> Oracle {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Oracles/digit_values.json")
        return try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: file))
    }

    private func agree(_ found: [Float], _ expected: [Double], _ tolerance: Double) -> Bool {
        found.count == expected.count
            && zip(found, expected).allSatisfy {
                abs(Double($0) - $1) <= tolerance * max(1, abs($1))
            }
    }

    @Test func valuesAreThoseOfPyTorch() throws {
        let (data, oracle) = (try Digits.open(), try oracle())
        let reading = read(Digits.examples(data, 0..<3), of: data)
        #expect(reading.count == 3 && reading.channels == 1)
        #expect(agree(reading.features, oracle.features, 1e-5))
        #expect(agree(reading.logits, oracle.logits, 1e-5))
        let matrix = reading.featureMatrix
        #expect(matrix.count == 3 && matrix.width == 128)
    }

    /// Other images of the same execution, or of others, make no difference.
    @Test func theBitsOfAnImageAreItsOwn() throws {
        let data = try Digits.open()
        let all = read(Digits.examples(data, 0..<130), of: data)
        for first: Int32 in [0, 57, 127] {
            let some = read(Digits.examples(data, first..<(first + 3)), of: data)
            let place = Int(first) * 128
            #expect(some.features == Array(all.features[place..<(place + 3 * 128)]))
        }
        #expect(read([], of: data).featureMatrix.count == 0)
    }

    @Test func eachChannelIsADigit() throws {
        let stacks = try Digits.open("subset = \"test\"\ncount = 5", source: "stacked-mnist")
        let (examples, grey) = (Digits.examples(stacks, 0..<5), try Digits.open())
        let reading = read(examples, of: stacks)
        #expect(reading.count == 5 && reading.channels == 3)
        #expect(reading.featureMatrix.width == 384)
        var planes: [Float] = []
        for plane in 0..<15 {
            let first = plane / 3 * 784 * 3 + plane % 3
            for pixel in 0..<784 { planes.append(examples[first + 3 * pixel]) }
        }
        #expect(reading.logits == read(planes, of: grey).logits)
    }

    @Test func theRangeOfTheDataIsMapped() throws {
        let (ink, signed) = (
            try Digits.open(), try Digits.open("subset = \"test\"\nrange = [-1, 1]")
        )
        let expected = read(Digits.examples(ink, 0..<20), of: ink)
        let found = read(Digits.examples(signed, 0..<20), of: signed)
        #expect(agree(found.logits, expected.logits.map(Double.init), 1e-4))
    }

    @Test func shapesAndRangesOfDigitsAreKnown() throws {
        #expect(DigitClassifier.readsImages(of: try Digits.open()))
        for shape in [[784], [28, 28], [28, 28, 3], [32, 32, 1], [1, 28, 28]] {
            let other = FixedExamples(exampleShape: shape, values: [])
            #expect(!DigitClassifier.readsImages(of: other))
        }
        // Whatever is done to them, stacks stay stacks.
        for keys in ["count = 9", "count = 9\ninput_noise = 0.1"] {
            let stacks = try Digits.open(keys, source: "stacked-mnist")
            #expect(DigitClassifier.readsImages(of: stacks))
        }
        #expect(DigitClassifier.readsValues(on: 0...1) && DigitClassifier.readsValues(on: -1...1))
        for range: ClosedRange<Float> in [0...255, -1...0.5, 0.1...1, -0.5...1] {
            #expect(!DigitClassifier.readsValues(on: range))
        }
    }

    /// The accuracy and the floors beside the weights are those of the metrics as they are now;
    /// another BLAS kernel family rounds otherwise.
    @Test func theRecordIsTrue() throws {
        let (training, heldOut) = (try Digits.open("subset = \"train\""), try Digits.open())
        let record = classifier.record
        #expect(record.trainingCount == 4000 && record.heldOutCount == 1000)
        #expect(record.trainingFingerprint == training.fingerprint)
        #expect(record.heldOutFingerprint == heldOut.fingerprint)
        let (accuracy, floors) = DigitClassifierTraining.quality(
            of: classifier, training, heldOut)
        #expect(abs(accuracy - record.accuracy) < 0.0015)
        #expect(accuracy > 0.97)
        #expect(Set(floors.keys) == Set(record.floors.keys))
        #expect(floors["inception_score"] ?? 0 > 9)
        for (column, value) in floors {
            let stored = try #require(record.floors[column])
            #expect(abs(value - stored) < 5e-3 * max(1, abs(stored)), "\(column)")
        }
    }

    @Test func theDescriptionSaysWhatItIsWorth() {
        #expect(classifier.hash.count == 16)
        #expect(classifier.description.contains(classifier.hash))
        #expect(classifier.description.contains("of 1000 held-out digits right"))
        #expect(classifier.description.contains("not comparable with published values"))
        #expect(classifier.floorText("frechet")?.hasPrefix("1000 held-out digits have ") == true)
        #expect(classifier.floorText("modes") == nil)
    }

    @Test func filesOfOtherNetworksAreRefused() {
        let layout = SafetensorsLayout(
            tensors: [.init(name: "convolution1.weight", type: .float32, shape: [16, 1, 3, 3])])
        let other = layout.file(contents: [[UInt8](repeating: 0, count: 576)])
        for bytes in [other, Array("none".utf8), []] {
            let error = #expect(throws: DataError.self) {
                try DigitClassifier(parsing: bytes, file: "some.safetensors")
            }
            #expect(error?.file == "some.safetensors")
        }
    }
}
