/// The samples of one member at one step, with what several metrics would otherwise each compute.
package struct MeasuredSamples: Sendable {
    package let histogram: ModeHistogram

    /// Measures `samples` against `reference` once; the buffer is not kept.
    ///
    /// - Parameter samples: `[count, 2]`, row-major.
    /// - Precondition: `samples` holds at least `2 * count` values.
    package init(
        samples: UnsafeBufferPointer<Float>, count: Int, reference: MixtureReference
    ) {
        precondition(count >= 0 && samples.count / 2 >= count, "fewer samples than stated")
        histogram = ModeHistogram(
            samples: UnsafeBufferPointer(rebasing: samples[..<(2 * count)]), reference: reference)
    }
}
