import CKernels
import FileFormats
import Randomness
import Settings

/// Three digits of MNIST drawn at random as red, green and blue: 1,000 classes, label
/// 100 red + 10 green + blue. It measures how many modes a generator finds.
///
/// Example i has the digits floor(r_(3i + c) n / 2^64) of n for the channels c, r being the 64-bit
/// words of the stream (seed of the run, purpose `data`, update 1). Two protocols are in use:
///
/// - `fixed` (VEEGAN, PacGAN): the first `count` examples, 128,000 by default, again in each epoch.
/// - `drawn` (unrolled GAN): all 2^31 - 1 examples that can be numbered. No run meets one twice, so
///   that every batch is a fresh draw. This set has no list of labels.
///
/// Nothing is stored but the digits. Sources: Metz et al., arXiv 1611.02163; Srivastava et al.,
/// arXiv 1705.07761; Lin et al., arXiv 1712.04086.
package struct StackedMNISTSource: CataloguedDataSource {
    package static let identifier = "stacked-mnist"
    package let exampleShape = [28, 28, 3]
    package let stacksDigits = true
    package let count: Int
    package let valueRange: ClosedRange<Float>
    package let labels: [UInt16]?
    package let fingerprint: String
    private let digits: MNISTDigits
    private let stream: RandomStream
    private let scale: Float
    private let offset: Float

    private static let planeSize = 28 * 28

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let keys = try MNISTKeys(settings: settings)
        let isFixed =
            try settings.choice(
                "protocol", of: ["fixed", "drawn"], default: "fixed",
                "a set drawn once, or every batch a fresh draw") == "fixed"
        let fixedCount = try settings.optionalInteger(
            "count", in: 1...Int(Int32.max), unit: "examples",
            "examples of the fixed set; 128000 where absent")
        if !isFixed && fixedCount != nil {
            throw settings.error("count", "belongs to data.protocol `fixed`")
        }
        (scale, offset) = (
            (keys.range.upperBound - keys.range.lowerBound) / 255, keys.range.lowerBound
        )
        valueRange = Examples.valueRange(ofBytesIn: keys.range)
        stream = RandomStream(seed: context.seed, step: 0, member: 0, purpose: .data, update: 1)
        guard !context.describing else {
            digits = MNISTDigits()
            (count, labels, fingerprint) = (0, nil, "")
            return
        }
        let digits = try keys.read(context)
        self.digits = digits
        count = isFixed ? fixedCount ?? 128_000 : Int(Int32.max)
        let drawn = StackedDigits(stream: stream, digitCount: digits.labels.count)
        labels =
            isFixed
            ? (0..<count).map { example in
                let classes = drawn.places(of: example).map { UInt16(digits.labels[$0]) }
                return 100 * classes[0] + 10 * classes[1] + classes[2]
            } : nil
        fingerprint = Self.fingerprint(of: digits, seed: context.seed, count: count)
    }

    package func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        let drawn = StackedDigits(stream: stream, digitCount: digits.labels.count)
        digits.pixels.withUnsafeBufferPointer { pixels in
            for (place, index) in indices.enumerated() {
                precondition(index >= 0 && index < count, "no such example")
                let image = target + place * 3 * Self.planeSize
                for channel in 0..<3 {
                    let digit = drawn.place(of: Int(index), channel: channel)
                    let plane = pixels.baseAddress! + digit * Self.planeSize
                    for pixel in 0..<Self.planeSize {
                        image[3 * pixel + channel] = Float(plane[pixel]) * scale + offset
                    }
                }
            }
        }
    }

    /// The digits, then seed and count as 64-bit integers.
    private static func fingerprint(of digits: MNISTDigits, seed: UInt64, count: Int) -> String {
        var hash = XXH3.Stream()
        digits.pixels.withUnsafeBytes { hash.update($0) }
        digits.labels.withUnsafeBytes { hash.update($0) }
        [seed, UInt64(count)].withUnsafeBytes { hash.update($0) }
        return hexadecimal(hash.value)
    }
}

/// Which digits an example is made of.
private struct StackedDigits {
    let stream: RandomStream
    let digitCount: Int

    func place(of example: Int, channel: Int) -> Int {
        stream.bounded(3 * example + channel, below: digitCount)
    }

    func places(of example: Int) -> [Int] {
        (0..<3).map { place(of: example, channel: $0) }
    }
}
