/// How a two-dimensional filter walks over an image; pairs are (height, width).
package struct ConvolutionGeometry: Hashable, Sendable {
    package let kernel: ImageExtent
    package let stride: ImageExtent
    /// Zeros around the image: above and left of it, and below and right of it.
    package let paddingBefore: ImageExtent
    package let paddingAfter: ImageExtent
    /// Distance between neighbouring elements of the filter; 1 is an ordinary one.
    package let dilation: ImageExtent

    package init(
        kernel: ImageExtent, stride: ImageExtent = ImageExtent(1, 1),
        paddingBefore: ImageExtent = ImageExtent(0, 0),
        paddingAfter: ImageExtent = ImageExtent(0, 0), dilation: ImageExtent = ImageExtent(1, 1)
    ) {
        self.kernel = kernel
        self.stride = stride
        self.paddingBefore = paddingBefore
        self.paddingAfter = paddingAfter
        self.dilation = dilation
    }

    /// `(extent + padding - dilation (kernel - 1) - 1) / stride + 1`, rounded down, per axis; nil
    /// where the filter does not fit into the padded image.
    package func resultExtent(of image: ImageExtent) -> ImageExtent? {
        func along(_ axis: KeyPath<ImageExtent, Int>) -> Int? {
            let padded =
                image[keyPath: axis] + paddingBefore[keyPath: axis]
                + paddingAfter[keyPath: axis]
            let reach = dilation[keyPath: axis] * (kernel[keyPath: axis] - 1) + 1
            return padded < reach ? nil : (padded - reach) / stride[keyPath: axis] + 1
        }
        guard isPossible, let height = along(\.height), let width = along(\.width) else {
            return nil
        }
        return ImageExtent(height, width)
    }

    private var isPossible: Bool {
        [kernel, stride, dilation].allSatisfy { $0.height > 0 && $0.width > 0 }
            && [paddingBefore, paddingAfter].allSatisfy { $0.height >= 0 && $0.width >= 0 }
    }

    fileprivate var words: String {
        "\(kernel) stride \(stride) padding \(paddingBefore) \(paddingAfter)"
            + (dilation == ImageExtent(1, 1) ? "" : " dilation \(dilation)")
    }
}

/// Height and width of an image, or of anything that moves over one.
package struct ImageExtent: Hashable, Sendable, CustomStringConvertible {
    package let height: Int
    package let width: Int

    package init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    package var description: String { "\(height)x\(width)" }
}

/// `result[n, y, x, o] = sum over ky, kx, c of
/// images[n, y stride - padding + ky dilation, x stride - padding + kx dilation, c]
/// filters[ky, kx, c, o]`, with zeros outside of the image: a convolution as networks have it.
///
/// Images are [count, height, width, channels], filters [height, width, channels in, channels out].
/// Linear in both operands; its derivatives are the two primitives below.
package struct Convolution: Primitive {
    package let geometry: ConvolutionGeometry

    package var name: String { "convolution \(geometry.words)" }

    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 2, operands.allSatisfy({ $0.rank == 4 }) else { return nil }
        let (images, filters) = (operands[0], operands[1])
        guard filters.filterExtent == geometry.kernel, filters[2] == images[3],
            let extent = geometry.resultExtent(of: images.imageExtent)
        else { return nil }
        return [images[0], extent.height, extent.width, filters[3]]
    }

    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        let (images, filters) = (operands[0], operands[1])
        return [
            cotangent.convolutionInputGradient(
                filters, geometry, image: images.shape.imageExtent),
            images.convolutionFilterGradient(cotangent, geometry),
        ]
    }
}

/// The derivative of a convolution with respect to its images, applied to a cotangent:
/// operands cotangent [count, y, x, channels out] and filters; the result is shaped as the images.
///
/// Used forwards it is the transposed convolution of generators.
package struct ConvolutionInputGradient: Primitive {
    package let geometry: ConvolutionGeometry
    package let image: ImageExtent

    package var name: String { "convolution-input-gradient \(geometry.words) to \(image)" }

    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 2, operands.allSatisfy({ $0.rank == 4 }) else { return nil }
        let (cotangent, filters) = (operands[0], operands[1])
        guard filters.filterExtent == geometry.kernel, filters[3] == cotangent[3],
            geometry.resultExtent(of: image) == cotangent.imageExtent
        else { return nil }
        return [cotangent[0], image.height, image.width, filters[2]]
    }

    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        let (source, filters) = (operands[0], operands[1])
        return [
            cotangent.convolution(filters, geometry),
            cotangent.convolutionFilterGradient(source, geometry),
        ]
    }
}

/// The derivative of a convolution with respect to its filters, applied to a cotangent: operands
/// images and cotangent; the result is shaped as the filters.
package struct ConvolutionFilterGradient: Primitive {
    package let geometry: ConvolutionGeometry

    package var name: String { "convolution-filter-gradient \(geometry.words)" }

    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 2, operands.allSatisfy({ $0.rank == 4 }) else { return nil }
        let (images, cotangent) = (operands[0], operands[1])
        guard images[0] == cotangent[0],
            geometry.resultExtent(of: images.imageExtent) == cotangent.imageExtent
        else { return nil }
        return [geometry.kernel.height, geometry.kernel.width, images[3], cotangent[3]]
    }

    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        let (images, source) = (operands[0], operands[1])
        return [
            source.convolutionInputGradient(
                cotangent, geometry, image: images.shape.imageExtent),
            images.convolution(cotangent, geometry),
        ]
    }
}

extension Shape {
    /// Height and width of [count, height, width, channels].
    package var imageExtent: ImageExtent { ImageExtent(self[1], self[2]) }
    /// Height and width of [height, width, channels in, channels out].
    package var filterExtent: ImageExtent { ImageExtent(self[0], self[1]) }
}

extension Value {
    /// See `Convolution`.
    package func convolution(_ filters: Value, _ geometry: ConvolutionGeometry) -> Value {
        graph.append(Convolution(geometry: geometry), [self, filters])
    }

    /// See `ConvolutionInputGradient`: a transposed convolution to images of extent `image`.
    package func convolutionInputGradient(
        _ filters: Value, _ geometry: ConvolutionGeometry, image: ImageExtent
    ) -> Value {
        graph.append(
            ConvolutionInputGradient(geometry: geometry, image: image), [self, filters])
    }

    /// See `ConvolutionFilterGradient`.
    package func convolutionFilterGradient(
        _ cotangent: Value, _ geometry: ConvolutionGeometry
    ) -> Value {
        graph.append(ConvolutionFilterGradient(geometry: geometry), [self, cotangent])
    }
}
