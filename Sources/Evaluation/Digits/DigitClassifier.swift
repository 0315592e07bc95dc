import Adversarial
import CDigitClassifier
import Datasets
import FileFormats
import GraphExecution
import Metrics
import NeuralNetwork
import Settings
import TensorGraph

/// A small network that names handwritten digits, as a measuring device:
///
///     3 times: convolution 3x3 of 16, 32, 32 channels, ReLU, maximum of 2x2
///     fully connected 128, ReLU: the features;  fully connected 10: the logits
///
/// It reads images of 28 x 28 grey pixels, 0 = background, 1 = ink; of images with three channels
/// each channel is a digit. Its weights are part of the program. `quadrille train-classifier` made
/// them of MNIST-5k (``DigitClassifierTraining``) and makes the same bytes again on a machine with
/// the same BLAS kernel family. With other weights than those of published work, and of 4,000
/// digits instead of 60,000, no value that it gives is comparable with published ones.
package struct DigitClassifier: Sendable {
    package static let featureCount = 128
    package static let classCount = 10
    package static let side = 28
    /// Images per execution: always as many, because the bits of a product depend on its size.
    package static let batchSize = 100

    /// The classifier that the program carries.
    package static let stored: DigitClassifier = {
        var count = 0
        let bytes = UnsafeBufferPointer(start: qd_digit_classifier(&count), count: count)
        do {
            return try DigitClassifier(parsing: Array(bytes), file: "digits.safetensors")
        } catch {
            preconditionFailure("the classifier that the program was built with: \(error)")
        }
    }()

    /// 16 hexadecimal digits: XXH3 of the file of the weights.
    package let hash: String
    package let record: DigitClassifierRecord
    private let parameters: FloatVector
    private let plan: ExecutionPlan

    /// Reads the content of a file of weights; `file` is its name in errors.
    ///
    /// - Throws: `DataError` where a tensor or an entry of the metadata is missing, or another one.
    package init(parsing bytes: [UInt8], file: String) throws {
        let content = try SafetensorsFile(parsing: bytes, file: file)
        let layout = Self.network.parameters
        let parameters = FloatVector(count: layout.count)
        for entry in layout.entries {
            guard let tensor = content.tensor(named: entry.name), tensor.type == .float32,
                tensor.shape == entry.fileShape
            else {
                throw DataError(
                    file: file,
                    "no tensor \(entry.name) of \(entry.fileShape) floats, so it is no classifier "
                        + "of digits; `quadrille train-classifier` makes one")
            }
            let values = entry.transposed(content.floats(of: tensor), toFile: false)
            for (index, value) in values.enumerated() {
                parameters.elements[entry.offset + index] = value
            }
        }
        self.init(
            parameters: parameters,
            record: try DigitClassifierRecord(metadata: content.metadata, file: file),
            hash: hexadecimal(XXH3.hash(bytes)))
    }

    init(parameters: FloatVector, record: DigitClassifierRecord, hash: String) {
        self.parameters = parameters
        self.record = record
        self.hash = hash
        let graph = Graph()
        let network = BoundNetwork(Self.network, role: "classifier", graph: graph)
        let images = graph.input("images", [Self.batchSize, Self.side, Self.side, 1])
        let outputs = network.layerOutputs(images, mode: .sampling)
        var request = PlanRequest()
        request.inputs["images"] = .arena
        request.inputs["classifier.parameters"] = .external(
            slot: Location.firstExternalSlot, offset: 0)
        request.output("features", outputs[outputs.count - 2])
        request.output("logits", outputs[outputs.count - 1])
        plan = PlanCompiler.compile(request)
    }

    static let network: Network = {
        var layers: [any Layer] = []
        for (index, channels) in [16, 32, 32].enumerated() {
            layers += [
                Convolution2D(
                    name: "convolution\(index + 1)", channels: channels,
                    kernel: ImageExtent(3, 3), padding: 1),
                Activation.relu,
                Pooling2D(kernel: 2, stride: 2, method: .maximum),
            ]
        }
        layers += [
            Dense(name: "features", outputs: featureCount), Activation.relu,
            Dense(name: "classes", outputs: classCount),
        ]
        return Network(layers: layers, inputShape: [side, side, 1], initializer: initializer)
    }()

    private static let initializer: HeInitializer = {
        guard let document = try? SettingsDocument(text: "", file: "", overrides: []),
            let initializer = try? HeInitializer(settings: document.root)
        else { preconditionFailure("an initialiser without keys that cannot be read") }
        return initializer
    }()

    // MARK: Reading

    /// Whether examples are images of a digit each, or of one in each of three channels.
    package static func readsImages(of data: any DataSource) -> Bool {
        data.exampleShape == [side, side, data.stacksDigits ? 3 : 1]
    }

    /// Whether the ends of the range, but for rounding, are those that digits are kept in.
    package static func readsValues(on range: ClosedRange<Float>) -> Bool {
        abs(range.upperBound - 1) < 1e-6
            && (abs(range.lowerBound) < 1e-6 || abs(range.lowerBound + 1) < 1e-6)
    }

    /// What the classifier says of examples, one behind the other.
    ///
    /// A value `x` is taken for `(x - lower) / (upper - lower)`; values beyond the range, which an
    /// unbounded generator makes, stay beyond 0 and 1.
    ///
    /// - Precondition: the range is one of those, the shape `[28, 28, channels]`.
    package func read(
        _ examples: UnsafeBufferPointer<Float>, exampleShape: [Int], range: ClosedRange<Float>
    ) -> DigitReading {
        precondition(
            exampleShape.count == 3 && exampleShape.starts(with: [Self.side, Self.side]),
            "no digits: \(exampleShape)")
        let (pixels, channels) = (Self.side * Self.side, exampleShape[2])
        let count = examples.count / pixels
        let scale = 1 / (range.upperBound - range.lowerBound)
        var reading = DigitReading(count: count / channels, channels: channels)
        let arena = FloatVector(count: plan.arenaCount)
        run(arena, count: count, into: &reading) { image, target in
            let first = image / channels * pixels * channels + image % channels
            for pixel in 0..<pixels {
                target[pixel] = (examples[first + pixel * channels] - range.lowerBound) * scale
            }
        }
        return reading
    }

    private func run(
        _ arena: FloatVector, count: Int, into reading: inout DigitReading,
        copy: (_ image: Int, _ target: UnsafeMutablePointer<Float>) -> Void
    ) {
        var bases = [UnsafeMutablePointer<Float>](
            repeating: arena.base, count: Location.firstExternalSlot + 1)
        bases[Location.firstExternalSlot] = parameters.base
        guard let (images, size) = plan.input("images") else { return }
        let input = arena.base + Int(images.offset)
        let features = arena.base + Int(plan.output("features").location.offset)
        let logits = arena.base + Int(plan.output("logits").location.offset)
        for start in stride(from: 0, to: count, by: Self.batchSize) {
            let present = min(Self.batchSize, count - start)
            for place in 0..<present { copy(start + place, input + place * size / Self.batchSize) }
            let used = present * size / Self.batchSize
            (input + used).update(repeating: 0, count: size - used)
            PlanInterpreter.run(plan, &bases)
            reading.features += UnsafeBufferPointer(
                start: features, count: present * Self.featureCount)
            reading.logits += UnsafeBufferPointer(
                start: logits, count: present * Self.classCount)
        }
    }
}

/// What a classifier says of the digits in examples.
package struct DigitReading: Sendable {
    package let count: Int
    package let channels: Int
    /// `[example, channel, 128]`
    package fileprivate(set) var features: [Float] = []
    /// `[example, channel, 10]`
    package fileprivate(set) var logits: [Float] = []

    fileprivate init(count: Int, channels: Int) {
        self.count = count
        self.channels = channels
        features.reserveCapacity(count * channels * DigitClassifier.featureCount)
        logits.reserveCapacity(count * channels * DigitClassifier.classCount)
    }

    /// One row for each example: the features of its channels, one behind the other.
    package var featureMatrix: FeatureMatrix {
        features.withUnsafeBufferPointer {
            FeatureMatrix($0, width: channels * DigitClassifier.featureCount)
        }
    }

    package var predictions: ClassPredictions {
        ClassPredictions(
            logits: logits, channels: channels, classes: DigitClassifier.classCount)
    }
}
