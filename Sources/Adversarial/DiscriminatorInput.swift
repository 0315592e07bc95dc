import Settings
import TensorGraph

/// What each discriminator of a pair gets of a batch of real or generated examples.
///
/// - `discriminator.count = M` (GMAN; Durugkar, Gemp and Mahadevan 2017, arXiv 1611.01673):
///   discriminator i of M gets the examples i, i + M, i + 2 M and so on, a part of its own as in
///   the authors' program. Their initial weights come from the streams of one member: the tensors
///   of all copies are numbered through, so that the first begins as the only one would.
/// - `discriminator.packing = m` (PacGAN; Lin, Khetan, Fanti and Oh 2018, arXiv 1712.04086): each
///   m examples in sequence are one pack, judged as one example whose last axis is m times as
///   long: the features of points, the channels of images, one example after another.
///
/// `data.batch_size` counts examples, whatever becomes of them: with equal batches each setting
/// sees as many examples and makes as many latents as one discriminator of single examples. The
/// authors of both papers keep the number of judgements instead, for which the batch has to be m
/// (or M) times as large.
package struct DiscriminatorInput: Sendable {
    /// m: examples that are judged as one.
    package let packing: Int
    /// M: discriminators beside one generator.
    package let discriminators: Int

    package init(packing: Int = 1, discriminators: Int = 1) {
        self.packing = packing
        self.discriminators = discriminators
    }

    /// Reads `packing` and `count`.
    init(settings: SettingsTable) throws {
        packing =
            try settings.optionalInteger(
                "packing", in: 1...64, unit: "examples",
                "Examples that the discriminator judges as one (PacGAN); without the key 1.") ?? 1
        // Initial weights draw from at most 65,536 streams, one for each tensor of all copies.
        discriminators =
            try settings.optionalInteger(
                "count", in: 1...16, unit: "discriminators",
                "Discriminators beside each generator, each with its part of each batch (GMAN); "
                    + "without the key 1.") ?? 1
    }

    /// Examples of a batch for each judgement that all discriminators together make.
    package var examplesPerJudgement: Int { packing * discriminators }

    /// The shape of one pack of examples of a shape.
    package func shape(_ example: [Int]) -> [Int] {
        example.dropLast() + [packing * (example.last ?? 1)]
    }

    /// The packs of one discriminator: `[batch] + example` to `[batch / (M m)] + shape(example)`.
    package func packs(_ batch: Value, for discriminator: Int) -> Value {
        guard discriminators > 1 else { return packs(batch) }
        let example = Array(batch.shape.extents.dropFirst())
        let (share, size) = (batch.shape[0] / discriminators, example.reduce(1, *))
        let dealt = batch.reshaped([share, discriminators * size])
            .sliced(axis: 1, from: discriminator * size, count: size)
        return packs(dealt.reshaped(Shape([share] + example)))
    }

    /// `[examples] + example` to `[examples / m] + shape(example)`.
    package func packs(_ examples: Value) -> Value {
        guard packing > 1 else { return examples }
        let example = Array(examples.shape.extents.dropFirst())
        let (packs, pixels) = (examples.shape[0] / packing, example.dropLast().reduce(1, *))
        return exchangingMiddleAxes(
            examples, [packs, packing, pixels, example[example.count - 1]]
        ).reshaped(Shape([packs] + shape(example)))
    }

    /// Packs with every single example of them changed: unpacked, changed and packed again.
    func changed(_ packs: Value, _ change: (Value) -> Value) -> Value {
        guard packing > 1 else { return change(packs) }
        let (count, axes) = (packs.shape[0], Array(packs.shape.extents.dropFirst().dropLast()))
        let channels = packs.shape.extents[axes.count + 1] / packing
        let examples = exchangingMiddleAxes(packs, [count, axes.reduce(1, *), packing, channels])
        return self.packs(change(examples.reshaped(Shape([count * packing] + axes + [channels]))))
    }

    /// The elements under a shape of four axes, of which the second and the third change places.
    private func exchangingMiddleAxes(_ value: Value, _ shape: Shape) -> Value {
        let four = value.reshaped(shape)
        return shape[1] == 1 || shape[2] == 1 ? four : four.transposed([0, 2, 1, 3])
    }
}
