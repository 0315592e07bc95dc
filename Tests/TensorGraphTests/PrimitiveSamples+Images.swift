import TensorGraph

/// Rearrangements of images.
extension PrimitiveSamples {
    static let images: [PrimitiveSample] =
        pooling + [
            plain("nearest", [2, 1, 3, 2], [2, 2, 6, 2]) { $0[0].upsampledNearest(2) },
            plain("nearest", [1, 2, 1, 1], [1, 6, 3, 1]) { $0[0].upsampledNearest(3) },
            plain("bilinear", [2, 2, 3, 2], [2, 4, 6, 2]) { $0[0].upsampledBilinear(2) },
            plain("bilinear", [1, 1, 2, 1], [1, 3, 6, 1]) { $0[0].upsampledBilinear(3) },
            plain("pixel-shuffle", [2, 1, 2, 8], [2, 2, 4, 2]) { $0[0].pixelShuffled(2) },
            plain("pixel-shuffle", [1, 2, 1, 9], [1, 6, 3, 1]) { $0[0].pixelShuffled(3) },
            plain("softmax", [5], [5]) { $0[0].softmax() },
            plain("softmax", [2, 2, 3], [2, 2, 3]) { $0[0].softmax() },
            plain("softmax", [2, 1], [2, 1]) { $0[0].softmax() * $0[0] },
            plain("log-softmax", [5], [5]) { $0[0].logSoftmax() },
            plain("log-softmax", [2, 2, 3], [2, 2, 3]) { $0[0].logSoftmax() },
        ]

    private static let pooling: [PrimitiveSample] = [
        (image: [2, 4, 4, 2], kernel: 2, stride: 2, expected: [2, 2, 2, 2]),
        (image: [1, 5, 6, 1], kernel: 3, stride: 2, expected: [1, 2, 2, 1]),
        (image: [1, 3, 4, 2], kernel: 2, stride: 1, expected: [1, 2, 3, 2]),
        (image: [1, 5, 5, 1], kernel: 1, stride: 3, expected: [1, 2, 2, 1]),
        (image: [2, 2, 2, 1], kernel: 2, stride: 5, expected: [2, 1, 1, 1]),
    ].flatMap { sample in
        let window = ConvolutionGeometry(
            kernel: ImageExtent(sample.kernel, sample.kernel),
            stride: ImageExtent(sample.stride, sample.stride))
        return [
            plain("average", Shape(sample.image), Shape(sample.expected)) {
                $0[0].averagePooled(window)
            },
            plain("maximum", Shape(sample.image), Shape(sample.expected)) {
                $0[0].maximumPooled(window)
            },
        ]
    }
}
