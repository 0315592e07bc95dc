import FileFormats
import Randomness
import Settings

/// What is done to real examples on their way into a batch.
///
/// The random numbers of place p of a batch belong to the member, the step, the update and p alone:
/// the corner of a random crop and the flip are `bounded(4 p)`, `bounded(4 p + 1)` and
/// `bounded(4 p + 2, below: 2)` of the stream `exampleTransform`; noise is the normal numbers of
/// the stream `inputNoise` from block p ceil(n / 4) on, n values an example.
struct ExampleTransform: Sendable {
    enum CropPlace: String, CaseIterable {
        case centre, random
    }

    /// Side of a square window; nil leaves images whole.
    let crop: Int?
    let cropPlace: CropPlace
    let flips: Bool
    private(set) var noise: Double
    let noiseDecay: Int

    /// - Parameter exampleShape: of the source; images have three extents.
    init(settings: SettingsTable, holdsImages: Bool, exampleShape: [Int]) throws {
        if holdsImages {
            crop = try settings.optionalInteger(
                "crop", in: 1...65_536, unit: "pixels",
                "side of the square that is cut out of each image; where absent, all of it")
            cropPlace = try settings.choice(
                "crop_place", default: CropPlace.centre,
                "where data.crop cuts: in the centre, or anywhere, each time an image is drawn")
            flips = try settings.flag(
                "flip", default: false,
                "whether images are mirrored, left to right, every second time, at random")
        } else {
            (crop, cropPlace, flips) = (nil, .centre, false)
        }
        noise = try settings.number(
            "input_noise", default: 0, in: .nonNegative,
            "standard deviation of the noise added to real examples, in their units")
        noiseDecay = try settings.integer(
            "input_noise_decay", default: 0, unit: "steps",
            "over which data.input_noise falls to 0 in a straight line; 0: it stays")
        try check(settings, exampleShape)
    }

    private func check(_ settings: SettingsTable, _ shape: [Int]) throws {
        if flips && shape.count != 3 {
            throw settings.error("flip", "the examples are vectors, not images")
        }
        guard let crop else {
            if cropPlace == .random {
                throw settings.error("crop_place", "data.crop, the size to cut, is not given")
            }
            return
        }
        guard shape.count == 3, crop <= shape[0], crop <= shape[1] else {
            throw settings.error(
                "crop",
                "a square of \(crop) pixels cannot be cut out of \(describeShape(shape))")
        }
    }

    var withoutNoise: ExampleTransform {
        var transform = self
        transform.noise = 0
        return transform
    }

    var movesPixels: Bool { crop != nil || flips }
    var isNone: Bool { !movesPixels && noise == 0 }

    func shape(of source: [Int]) -> [Int] {
        crop.map { [$0, $0, source[2]] } ?? source
    }

    /// `input_noise * max(0, 1 - (step - 1) / input_noise_decay)`
    func noiseScale(step: Int) -> Float {
        guard noiseDecay > 0 else { return Float(noise) }
        return Float(noise * max(0, 1 - Double(step - 1) / Double(noiseDecay)))
    }
}

/// Where an image is cut and whether it is mirrored.
private struct Window {
    let top: Int
    let left: Int
    let isFlipped: Bool

    /// Copies the window of `source` as `shape`.
    func copy(
        _ image: UnsafePointer<Float>, of source: [Int], to target: UnsafeMutablePointer<Float>,
        as shape: [Int]
    ) {
        let (height, width, channels) = (shape[0], shape[1], shape[2])
        for y in 0..<height {
            let row = image + ((top + y) * source[1] + left) * channels
            let to = target + y * width * channels
            guard isFlipped else {
                to.update(from: row, count: width * channels)
                continue
            }
            for x in 0..<width {
                for channel in 0..<channels {
                    to[x * channels + channel] = row[(width - 1 - x) * channels + channel]
                }
            }
        }
    }
}

/// A source whose examples are dealt out to members and changed on their way into a batch.
struct TransformedExamples: DataSource {
    let source: any DataSource
    private(set) var transform: ExampleTransform
    let parts: ExampleParts
    let heldOut: HeldOut?
    let exampleShape: [Int]
    let labels: [UInt16]?
    private let sourceShape: [Int]
    private let sourceSize: Int
    private let exampleSize: Int

    /// - Parameter parts: of the examples that are not held out, counted within them.
    init(
        _ source: any DataSource, _ transform: ExampleTransform, _ parts: ExampleParts,
        heldOut: HeldOut? = nil
    ) {
        self.source = source
        self.transform = transform
        self.parts = heldOut.map { ExampleParts(parts, skipping: $0) } ?? parts
        self.heldOut = heldOut
        labels = heldOut?.labels(of: source) ?? source.labels
        sourceShape = source.exampleShape
        exampleShape = transform.shape(of: sourceShape)
        sourceSize = sourceShape.reduce(1, *)
        exampleSize = exampleShape.reduce(1, *)
    }

    var count: Int { heldOut?.trainingCount ?? source.count }
    var valueRange: ClosedRange<Float> { source.valueRange }
    var classNames: [String]? { source.classNames }
    var fingerprint: String { source.fingerprint }
    var mixture: GaussianMixture? { source.mixture }
    var stacksDigits: Bool { source.stacksDigits }
    var skipped: [DataError] { source.skipped }
    var failure: DataError? { source.failure }
    var smallestPartCount: Int { parts.smallestCount }
    var partCount: Int { parts.parts.count }
    var scratchCount: Int { max(source.scratchCount, sourceSize) }

    var withoutNoise: any DataSource {
        var examples = self
        examples.transform = transform.withoutNoise
        return examples
    }

    func heldOutExamples(count: Int, seed: UInt64) -> [Float] {
        guard let heldOut else { return source.heldOutExamples(count: count, seed: seed) }
        let chosen = Array(heldOut.examples.prefix(count))
        var examples = [Float](repeating: 0, count: chosen.count * exampleSize)
        chosen.withUnsafeBufferPointer { copyOfSource($0, into: &examples) }
        return examples
    }

    func trainingExamples(count: Int, member: UInt32, seed: UInt64) -> [Float] {
        let part = part(ofMember: member)
        let chosen = Self.trainingSubset(count, of: part.count, seed: seed).map { part[$0] }
        var examples = [Float](repeating: 0, count: chosen.count * exampleSize)
        chosen.withUnsafeBufferPointer { copyOfSource($0, into: &examples) }
        return examples
    }

    func part(ofMember member: UInt32) -> ExamplePart { parts.part(ofMember: member) }

    func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        guard let heldOut else { return copyOfSource(indices, into: target) }
        indices.map(heldOut.training).withUnsafeBufferPointer {
            copyOfSource($0, into: target)
        }
    }

    /// Examples of the source, cut in the centre, not mirrored, without noise.
    private func copyOfSource(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        guard transform.crop != nil else { return source.copyExamples(indices, into: target) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: sourceSize) { image in
            for place in indices.indices {
                source.copyExamples(
                    UnsafeBufferPointer(rebasing: indices[place...place]), into: image.baseAddress!)
                centre.copy(
                    image.baseAddress!, of: sourceShape, to: target + place * exampleSize,
                    as: exampleShape)
            }
        }
    }

    func copyBatch(
        _ indices: UnsafeBufferPointer<Int32>, of batch: RealBatch,
        into target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        if transform.movesPixels {
            for place in indices.indices {
                var one = batch
                one.firstPlace += place
                source.copyBatch(
                    UnsafeBufferPointer(rebasing: indices[place...place]), of: one, into: scratch,
                    scratch: scratch)
                window(one).copy(
                    scratch, of: sourceShape, to: target + place * exampleSize, as: exampleShape)
            }
        } else {
            source.copyBatch(indices, of: batch, into: target, scratch: scratch)
        }
        let noise = transform.noiseScale(step: batch.step)
        guard noise > 0 else { return }
        for place in indices.indices {
            addNoise(
                noise, batch, place: batch.firstPlace + place, to: target + place * exampleSize,
                scratch: scratch)
        }
    }

    private var centre: Window {
        Window(
            top: (sourceShape[0] - exampleShape[0]) / 2,
            left: (sourceShape[1] - exampleShape[1]) / 2, isFlipped: false)
    }

    private func window(_ batch: RealBatch) -> Window {
        let stream = batch.stream(.exampleTransform)
        let place = 4 * batch.firstPlace
        let isFlipped = transform.flips && stream.bounded(place + 2, below: 2) == 1
        guard transform.cropPlace == .random else {
            return Window(top: centre.top, left: centre.left, isFlipped: isFlipped)
        }
        return Window(
            top: stream.bounded(place, below: sourceShape[0] - exampleShape[0] + 1),
            left: stream.bounded(place + 1, below: sourceShape[1] - exampleShape[1] + 1),
            isFlipped: isFlipped)
    }

    private func addNoise(
        _ scale: Float, _ batch: RealBatch, place: Int, to example: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let blocks = (exampleSize + 3) / 4
        batch.stream(.inputNoise).fillNormal(
            UnsafeMutableBufferPointer(start: scratch, count: exampleSize),
            firstBlock: UInt32(truncatingIfNeeded: place * blocks))
        for index in 0..<exampleSize { example[index] += scale * scratch[index] }
    }
}
