import FileFormats
import Randomness
import Settings

/// Real examples for the discriminators, all of one shape.
///
/// A source never changes once it is there; any number of threads may copy examples from it.
package protocol DataSource: Sendable {
    /// `[features]` or `[height, width, channels]`.
    var exampleShape: [Int] { get }
    /// The number of examples to train on; 0 only while describing.
    var count: Int { get }
    /// What the values stay within after scaling. The generator's output has to reach it.
    var valueRange: ClosedRange<Float> { get }
    /// The class of each example, or `nil` where the set has none.
    var labels: [UInt16]? { get }
    /// The name of each class from 0 on, where there are any.
    var classNames: [String]? { get }
    /// 16 hexadecimal digits: XXH3 of contents, shape and labels.
    var fingerprint: String { get }
    /// The distribution the examples were drawn from, where it is known.
    var mixture: GaussianMixture? { get }

    /// Whether each channel of an image is a digit of MNIST by itself.
    var stacksDigits: Bool { get }

    /// Why files were left out, where `data.on_bad_image` allows it.
    var skipped: [DataError] { get }
    /// What could not be read since the source was opened: its examples are NaN from then on.
    var failure: DataError? { get }

    /// Examples that nobody trains on, at most `count`: where the distribution is known, new ones
    /// drawn from it; none where there are none.
    func heldOutExamples(count: Int, seed: UInt64) -> [Float]

    /// The same examples without the noise that batches get.
    var withoutNoise: any DataSource { get }

    /// Into how many parts the examples are dealt: members whose numbers are equal modulo it train
    /// on the same ones.
    var partCount: Int { get }

    /// Examples that a member trains on, as they are: at most `count`, chosen at random.
    func trainingExamples(count: Int, member: UInt32, seed: UInt64) -> [Float]

    /// Copies the examples of these indices, one behind the other, scaled and as they are.
    ///
    /// - Precondition: every index is in `0..<count`, and `target` has room.
    func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>)

    /// The examples that a member trains on, as `copyBatch` counts them: those that are held out
    /// have numbers as well there, and nowhere else.
    func part(ofMember member: UInt32) -> ExamplePart
    /// The examples of the smallest part.
    var smallestPartCount: Int { get }
    /// Floats of working memory that `copyBatch` needs.
    var scratchCount: Int { get }
    /// Copies examples of a real batch, with all that is done to them at random.
    ///
    /// Does not allocate where the examples are in memory; where they are not, the first time for
    /// each member.
    ///
    /// - Parameters:
    ///   - indices: the examples at the places of the batch from `batch.firstPlace` on.
    ///   - scratch: room for `scratchCount` floats.
    func copyBatch(
        _ indices: UnsafeBufferPointer<Int32>, of batch: RealBatch,
        into target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>)
}

/// What holds for examples that stay as they are, all in memory.
extension DataSource {
    package var mixture: GaussianMixture? { nil }
    package var classNames: [String]? { nil }
    package var stacksDigits: Bool { false }
    package var skipped: [DataError] { [] }
    package var failure: DataError? { nil }
    package var smallestPartCount: Int { count }
    package var partCount: Int { 1 }
    package var withoutNoise: any DataSource { self }
    package var scratchCount: Int { 0 }

    package func heldOutExamples(count: Int, seed: UInt64) -> [Float] {
        mixture?.draw(count: count, seed: seed, firstUpdate: 2).points ?? []
    }

    package func trainingExamples(count: Int, member: UInt32, seed: UInt64) -> [Float] {
        let chosen = Self.trainingSubset(count, of: self.count, seed: seed).map { Int32($0) }
        var examples = [Float](repeating: 0, count: chosen.count * exampleShape.reduce(1, *))
        chosen.withUnsafeBufferPointer { copyExamples($0, into: &examples) }
        return examples
    }

    /// Places of at most `count` of a member's `available` examples.
    static func trainingSubset(_ count: Int, of available: Int, seed: UInt64) -> [Int] {
        RandomStream(seed: seed, step: 0, member: 0, purpose: .evaluationData, update: 4)
            .subset(min(count, available), of: available)
    }

    package func part(ofMember member: UInt32) -> ExamplePart { ExamplePart(all: count) }

    package func copyBatch(
        _ indices: UnsafeBufferPointer<Int32>, of batch: RealBatch,
        into target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        copyExamples(indices, into: target)
    }
}

/// A source that `data.source` can name: it reads its keys of `[data]`, loads and checks.
package protocol CataloguedDataSource: DataSource {
    /// The word written at `data.source`.
    static var identifier: String { get }
    /// Whether examples are, or may be, images: then the keys for images are read.
    static var holdsImages: Bool { get }

    /// Reads the keys, then (unless only describing) the data.
    ///
    /// - Throws: `SettingsError` for a key, `DataError` for a file.
    init(settings: SettingsTable, context: DataSourceContext) throws
}

extension CataloguedDataSource {
    package static var holdsImages: Bool { true }
}

/// What a source needs to know besides its keys.
package struct DataSourceContext: Sendable {
    /// The seed of the run, for sets that are generated.
    package let seed: UInt64
    /// Folder of the experiment file: relative paths start there.
    package let directory: String
    /// Only the keys are wanted; no data is read or made.
    package let describing: Bool

    package init(seed: UInt64, directory: String, describing: Bool) {
        self.seed = seed
        self.directory = directory
        self.describing = describing
    }

    /// The path as the system takes it.
    package func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }
}
