/// Rearrangements of images `[count, height, width, channels]`, all compositions of primitives.
extension Value {
    /// Pixels `first`, `first + stride`, ... of both axes: `extent` of each.
    func strided(from first: ImageExtent, stride: ImageExtent, extent: ImageExtent) -> Value {
        let rows = stridedRows(from: first.height, stride: stride.height, count: extent.height)
        return rows.stridedColumns(from: first.width, stride: stride.width, count: extent.width)
    }

    /// Rows `first`, `first + stride`, ...: `count` of them.
    private func stridedRows(from first: Int, stride: Int, count: Int) -> Value {
        let (images, width, channels) = (shape[0], shape[2], shape[3])
        let rows = reshaped([images, shape[1], width * channels])
        // Whole groups of `stride` rows, of which the first is taken.
        let missing = max(0, first + count * stride - shape[1])
        let enough =
            missing == 0
            ? rows
            : rows.padded(to: [images, shape[1] + missing, width * channels], at: [0, 0, 0])
        return enough.sliced(axis: 1, from: first, count: count * stride)
            .reshaped([images, count, stride, width * channels])
            .sliced(axis: 2, from: 0, count: 1).reshaped([images, count, width, channels])
    }

    /// Columns `first`, `first + stride`, ...: `count` of them.
    private func stridedColumns(from first: Int, stride: Int, count: Int) -> Value {
        let (lines, channels) = (shape[0] * shape[1], shape[3])
        let columns = reshaped([lines, shape[2], channels])
        let missing = max(0, first + count * stride - shape[2])
        let enough =
            missing == 0
            ? columns : columns.padded(to: [lines, shape[2] + missing, channels], at: [0, 0, 0])
        return enough.sliced(axis: 1, from: first, count: count * stride)
            .reshaped([lines, count, stride, channels])
            .sliced(axis: 2, from: 0, count: 1).reshaped([shape[0], shape[1], count, channels])
    }

    /// The pixels at each place of a pooling window, one image of results per place.
    private func windows(_ window: ConvolutionGeometry) -> [Value] {
        guard let extent = window.resultExtent(of: shape.imageExtent) else {
            preconditionFailure("no window of \(window.kernel) fits into \(shape)")
        }
        return (0..<window.kernel.height).flatMap { y in
            (0..<window.kernel.width).map { x in
                strided(
                    from: ImageExtent(y * window.dilation.height, x * window.dilation.width),
                    stride: window.stride, extent: extent)
            }
        }
    }

    /// The mean of each window, per channel.
    ///
    /// - Precondition: no padding.
    package func averagePooled(_ window: ConvolutionGeometry) -> Value {
        precondition(window.isUnpadded, "pooling of padded images")
        let windows = windows(window)
        return windows.dropFirst().reduce(windows[0], +) * (1 / Double(windows.count))
    }

    /// The largest element of each window, per channel. Where several are largest, the last of them
    /// gets the derivative.
    ///
    /// - Precondition: no padding.
    package func maximumPooled(_ window: ConvolutionGeometry) -> Value {
        precondition(window.isUnpadded, "pooling of padded images")
        let windows = windows(window)
        return windows.dropFirst().reduce(windows[0]) { $0.maximum($1) }
    }

    /// Each pixel `factor` times along both axes.
    package func upsampledNearest(_ factor: Int) -> Value {
        let (lines, width, channels) = (shape[0] * shape[1], shape[2], shape[3])
        return reshaped([lines, 1, width, channels])
            .broadcasted(to: [lines, factor, width, channels])
            .reshaped([lines * factor * width, 1, channels])
            .broadcasted(to: [lines * factor * width, factor, channels])
            .reshaped([shape[0], shape[1] * factor, width * factor, channels])
    }

    /// Images `factor` times as large along both axes, interpolated linearly between the centres of
    /// pixels and constant beyond the outermost, as PyTorch's `bilinear` without `align_corners`.
    package func upsampledBilinear(_ factor: Int) -> Value {
        let (images, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
        return reshaped([images, height, width * channels]).interpolated(factor)
            .reshaped([images * height * factor, width, channels]).interpolated(factor)
            .reshaped([images, height * factor, width * factor, channels])
    }

    /// The middle axis of three, `factor` times as long.
    private func interpolated(_ factor: Int) -> Value {
        let (outer, count, inner) = (shape[0], shape[1], shape[2])
        let (first, last) = (
            sliced(axis: 1, from: 0, count: 1), sliced(axis: 1, from: count - 1, count: 1)
        )
        let before = Value.concatenated(
            [first] + (count > 1 ? [sliced(axis: 1, from: 0, count: count - 1)] : []), axis: 1)
        let after = Value.concatenated(
            (count > 1 ? [sliced(axis: 1, from: 1, count: count - 1)] : []) + [last], axis: 1)
        let phases = (0..<factor).map { phase in
            // Where the new pixel's centre lies, in old pixels from the old pixel's centre.
            let place = (Double(phase) + 0.5) / Double(factor) - 0.5
            let neighbour = place < 0 ? before : after
            let mixed = self * (1 - abs(place)) + neighbour * abs(place)
            return mixed.reshaped([outer, count, 1, inner])
        }
        return Value.concatenated(phases, axis: 2).reshaped([outer, count * factor, inner])
    }

    /// Channels that become pixels: `result[n, y f + i, x f + j, c] = images[n, y, x, (c f + i) f +
    /// j]`, as PyTorch's `pixel_shuffle` (Shi et al. 2016, arXiv 1609.05158).
    ///
    /// - Precondition: the channels are a multiple of `factor * factor`.
    package func pixelShuffled(_ factor: Int) -> Value {
        let (images, height, width) = (shape[0], shape[1], shape[2])
        let channels = shape[3] / (factor * factor)
        precondition(channels * factor * factor == shape[3], "\(shape[3]) channels by \(factor)")
        return reshaped([images * height * width, channels, factor * factor])
            .transposed([0, 2, 1])
            .reshaped([images * height, width, factor, factor * channels])
            .transposed([0, 2, 1, 3])
            .reshaped([images, height * factor, width * factor, channels])
    }

    /// `softmax` over the last axis: `exp(x - max) / sum exp(x - max)`.
    package func softmax() -> Value {
        let axis = shape.rank - 1
        // The largest cancels: it only keeps the exponential in range.
        let exponential = (self - stoppingGradient().largest(axis: axis)).exponential()
        return exponential / exponential.sum(axes: [axis])
    }

    /// The logarithm of `softmax` over the last axis: `x - max - log sum exp(x - max)`.
    package func logSoftmax() -> Value {
        let axis = shape.rank - 1
        let shifted = self - stoppingGradient().largest(axis: axis)
        return shifted - shifted.exponential().sum(axes: [axis]).logarithm()
    }

    /// The largest element along `axis`, which stays with extent 1.
    private func largest(axis: Int) -> Value {
        var value = self
        while value.shape[axis] > 1 {
            let count = value.shape[axis]
            let half = (count + 1) / 2
            value = value.sliced(axis: axis, from: 0, count: half)
                .maximum(value.sliced(axis: axis, from: count - half, count: half))
        }
        return value
    }
}

extension ConvolutionGeometry {
    fileprivate var isUnpadded: Bool {
        [paddingBefore, paddingAfter].allSatisfy { $0 == ImageExtent(0, 0) }
    }
}
