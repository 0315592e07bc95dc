import Adversarial
import Datasets
import FileFormats
import GraphExecution
import Kernels
import Metrics
import NeuralNetwork
import Randomness
import Settings
import TensorGraph

/// Trains the classifier of digits: 80 epochs in batches of 100, Adam with its defaults, learning
/// rate 2e-3 falling to 0 in a straight line, mean cross-entropy
/// `-log softmax(logits)[label]`, each digit distorted anew (``DigitDistortion``).
///
/// All random numbers follow from seed 1: weights from the purpose `discriminatorInitialization`
/// (update: place of the tensor), order from `batchOrder` (step: epoch), distortions from
/// `augmentation` (step: epoch, update: batch).
package struct DigitClassifierTraining {
    package static let epochs = 80
    private static let seed: UInt64 = 1
    private static let learningRate = 2e-3

    private let training: any DataSource
    private let heldOut: any DataSource
    private let batches: Int

    /// - Parameter file: the name of the digits in errors.
    /// - Throws: `DataError` for examples that are no labelled digits on 0...1, or too few of them.
    package init(training: any DataSource, heldOut: any DataSource, file: String) throws {
        for (data, least) in [(training, DigitClassifier.batchSize), (heldOut, 2)] {
            let isDigits =
                data.exampleShape == [DigitClassifier.side, DigitClassifier.side, 1]
                && data.valueRange == 0...1
                && data.labels?.allSatisfy { $0 < DigitClassifier.classCount } == true
            guard isDigits, data.count >= least else {
                throw DataError(
                    file: file,
                    "\(data.count) examples; at least \(least) digits of 28 x 28 with labels from "
                        + "0 to 9 were expected")
            }
        }
        self.training = training
        self.heldOut = heldOut
        batches = training.count / DigitClassifier.batchSize
    }

    /// With the digits in the four IDX files of a folder.
    ///
    /// - Throws: `DataError` for a file that cannot be read.
    package init(folder: String) throws {
        let context = DataSourceContext(seed: Self.seed, directory: folder, describing: false)
        let parts = try ["train", "test"].map { subset in
            let keys = "source = \"mnist\"\npath = \".\"\nsubset = \"\(subset)\""
            let document = try SettingsDocument(text: keys, file: folder, overrides: [])
            return try DataSources.open(settings: document.root, context: context)
        }
        try self.init(training: parts[0], heldOut: parts[1], file: folder)
    }

    /// The content of the classifier's file.
    ///
    /// - Parameter progress: hears the mean loss of each epoch.
    package func run(
        epochs: Int = epochs, progress: (_ epoch: Int, _ loss: Double) -> Void
    ) -> [UInt8] {
        let parameters = initialParameters()
        let update = ClassifierUpdate(parameters)
        for epoch in 0..<epochs {
            let order = KeyedPermutation(
                count: training.count, seed: Self.seed, member: 0, epoch: UInt32(epoch))
            var sum = 0.0
            for batch in 0..<batches {
                let labels = fill(update.images, order, epoch: epoch, batch: batch)
                for (index, label) in labels.enumerated() {
                    for digit in 0..<DigitClassifier.classCount {
                        update.targets[index * DigitClassifier.classCount + digit] =
                            digit == Int(label) ? 1 : 0
                    }
                }
                let rate = Self.learningRate * (1 - Double(epoch) / Double(epochs))
                sum += Double(update.run(learningRate: rate))
            }
            progress(epoch + 1, sum / Double(batches))
        }
        return file(parameters)
    }

    private func initialParameters() -> FloatVector {
        let parameters = FloatVector(count: DigitClassifier.network.parameters.count)
        DigitClassifier.network.initialize(parameters: parameters.elements) {
            RandomStream(
                seed: Self.seed, step: 0, member: 0, purpose: .discriminatorInitialization,
                update: UInt16($0))
        }
        return parameters
    }

    /// Distorted digits of one batch; returns their labels.
    private func fill(
        _ images: UnsafeMutablePointer<Float>, _ order: KeyedPermutation, epoch: Int, batch: Int
    ) -> [UInt16] {
        let size = DigitClassifier.batchSize
        let pixels = DigitClassifier.side * DigitClassifier.side
        let indices = (0..<size).map { order[batch * size + $0] }
        let digits = Self.examples(indices, of: training)
        var uniform = [Float](repeating: 0, count: size * DigitDistortion.numbersPerImage)
        uniform.withUnsafeMutableBufferPointer {
            RandomStream(
                seed: Self.seed, step: UInt32(epoch), member: 0, purpose: .augmentation,
                update: UInt16(batch)
            ).fillUniform($0)
        }
        for place in 0..<size {
            uniform.withUnsafeBufferPointer { uniform in
                digits.withUnsafeBufferPointer { digits in
                    DigitDistortion(
                        uniform.baseAddress! + place * DigitDistortion.numbersPerImage
                    ).copy(digits.baseAddress! + place * pixels, to: images + place * pixels)
                }
            }
        }
        return indices.map { training.labels?[$0] ?? 0 }
    }

    static func examples(_ indices: [Int], of data: any DataSource) -> [Float] {
        let pixels = DigitClassifier.side * DigitClassifier.side
        var examples = [Float](repeating: 0, count: indices.count * pixels)
        indices.map(Int32.init).withUnsafeBufferPointer { indices in
            examples.withUnsafeMutableBufferPointer {
                data.copyExamples(indices, into: $0.baseAddress!)
            }
        }
        return examples
    }

    // MARK: Result

    private func file(_ parameters: FloatVector) -> [UInt8] {
        let classifier = DigitClassifier(
            parameters: parameters, record: record(accuracy: 0, floors: [:]), hash: "")
        let (accuracy, floors) = Self.quality(of: classifier, training, heldOut)
        let entries = DigitClassifier.network.parameters.entries
        let layout = SafetensorsLayout(
            tensors: entries.map {
                SafetensorsLayout.Tensor(name: $0.name, type: .float32, shape: $0.fileShape)
            }, metadata: record(accuracy: accuracy, floors: floors).metadata, hasChecksums: true)
        return layout.file(
            contents: entries.map { entry in
                let part = parameters.elements[entry.offset..<(entry.offset + entry.count)]
                return entry.transposed(part, toFile: true).withUnsafeBytes { Array($0) }
            })
    }

    private func record(accuracy: Double, floors: [String: Double]) -> DigitClassifierRecord {
        DigitClassifierRecord(
            trainingCount: training.count, heldOutCount: heldOut.count, accuracy: accuracy,
            trainingFingerprint: training.fingerprint, heldOutFingerprint: heldOut.fingerprint,
            kernelFamily: LinearAlgebraLibrary.kernelFamily, floors: floors)
    }

    /// The share of held-out digits named rightly, and the floors of the record.
    package static func quality(
        of classifier: DigitClassifier, _ training: any DataSource, _ heldOut: any DataSource
    ) -> (accuracy: Double, floors: [String: Double]) {
        func reading(_ data: any DataSource) -> DigitReading {
            let count = min(data.count, heldOut.count)
            return examples(Array(0..<count), of: data).withUnsafeBufferPointer {
                classifier.read($0, exampleShape: data.exampleShape, range: 0...1)
            }
        }
        let (known, unknown) = (reading(training), reading(heldOut))
        let predictions = unknown.predictions
        let right = (0..<unknown.count).count {
            predictions.likeliest(example: $0) == Int(heldOut.labels?[$0] ?? 0)
        }
        var floors: [String: Double] = [:]
        for metric in Metrics.catalog.compactMap({ $0 as? any FeatureMetric.Type }) {
            let values = metric.init(real: known.featureMatrix).values(unknown.featureMatrix)
            for (column, value) in zip(metric.columns, values) { floors[column.name] = value }
        }
        for case let metric as any ClassMetric.Type in Metrics.catalog
        where metric.channels == unknown.channels {
            let values = metric.values(predictions)
            for (column, value) in zip(metric.columns, values) { floors[column.name] = value }
        }
        return (Double(right) / Double(unknown.count), floors)
    }
}

/// One step of training as a plan, with the memory that it changes.
private final class ClassifierUpdate {
    private let plan: ExecutionPlan
    private let optimizer: Adam
    private let parameters: FloatVector
    private let slots: [FloatVector]
    private let scalars: FloatVector
    private let arena: FloatVector
    private var count = 0

    private enum Slot {
        static let parameters = Location.firstExternalSlot
        static let optimizer = Location.firstExternalSlot + 1
        static let scalars = Location.firstExternalSlot + 3
        static let count = Location.firstExternalSlot + 4
    }

    init(_ parameters: FloatVector) {
        guard let document = try? SettingsDocument(text: "", file: "", overrides: []),
            let optimizer = try? Adam(settings: document.root)
        else { preconditionFailure("an optimiser with its defaults that cannot be read") }
        self.optimizer = optimizer
        self.parameters = parameters
        let request = Self.request(optimizer)
        plan = PlanCompiler.compile(request)
        slots = optimizer.slotNames.map { _ in FloatVector(count: parameters.elements.count) }
        scalars = FloatVector(count: optimizer.scalarCount)
        arena = FloatVector(count: plan.arenaCount)
    }

    private static func request(_ optimizer: Adam) -> PlanRequest {
        let graph = Graph()
        var request = PlanRequest()
        let network = BoundNetwork(DigitClassifier.network, role: "classifier", graph: graph)
        func input(_ name: String, _ shape: Shape, _ place: Placement) -> Value {
            request.inputs[name] = place
            return graph.input(name, shape)
        }
        request.inputs["classifier.parameters"] = .external(slot: Slot.parameters, offset: 0)
        let (batch, side) = (DigitClassifier.batchSize, DigitClassifier.side)
        let images = input("images", [batch, side, side, 1], .arena)
        let targets = input("targets", [batch, DigitClassifier.classCount], .arena)
        let logits = network.apply(images, mode: .training)
        let loss = (targets * logits.logSoftmax()).sum() * (-1 / Double(batch))
        let vector = network.parameterVector
        let slots = optimizer.slotNames.indices.map {
            input("slot.\($0)", vector.shape, .external(slot: Slot.optimizer + $0, offset: 0))
        }
        let scalars = (0..<optimizer.scalarCount).map {
            input("scalar.\($0)", .scalar, .external(slot: Slot.scalars, offset: $0))
        }
        let next = optimizer.update(
            parameters: vector, gradient: network.gradient(of: loss), slots: slots,
            scalars: scalars)
        request.output("loss", loss)
        request.output(
            "parameters", next.parameters, .external(slot: Slot.parameters, offset: 0))
        for (index, slot) in next.slots.enumerated() {
            let place = Placement.external(slot: Slot.optimizer + index, offset: 0)
            request.output("slot.\(index)", slot, place)
        }
        return request
    }

    /// `[digit, 28, 28]`, to be filled before each run.
    var images: UnsafeMutablePointer<Float> { place("images") }
    /// `[digit, 10]`: 1 for the label of a digit, 0 for the others; to be filled as well.
    var targets: UnsafeMutablePointer<Float> { place("targets") }

    private func place(_ input: String) -> UnsafeMutablePointer<Float> {
        guard let (location, _) = plan.input(input) else {
            preconditionFailure("nothing depends on \(input)")
        }
        return arena.base + Int(location.offset)
    }

    /// Trains on the batch and returns its loss.
    func run(learningRate: Double) -> Float {
        count += 1
        optimizer.writeScalars(learningRate: learningRate, update: count, into: scalars.elements)
        var bases = [UnsafeMutablePointer<Float>](repeating: arena.base, count: Slot.count)
        bases[Slot.parameters] = parameters.base
        for (index, slot) in slots.enumerated() { bases[Slot.optimizer + index] = slot.base }
        bases[Slot.scalars] = scalars.base
        PlanInterpreter.run(plan, &bases)
        return arena.base[Int(plan.output("loss").location.offset)]
    }
}
