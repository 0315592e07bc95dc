import CKernels
import Kernels
import Testing

/// Against sums over every use of a pixel by a filter, in double precision.
@Suite struct ImageConvolutionTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        var count = 2
        let image: (Int32, Int32)
        let channels: Int32
        let filterCount: Int
        let kernel: (Int32, Int32)
        var stride: (Int32, Int32) = (1, 1)
        var padding: (Int32, Int32) = (0, 0)
        var dilation: (Int32, Int32) = (1, 1)
        let isTiled: Bool

        var geometry: qk_patch_geometry {
            func results(
                _ extent: Int32, _ kernel: Int32, _ stride: Int32, _ padding: Int32,
                _ dilation: Int32
            ) -> Int32 {
                (extent + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
            }
            return qk_patch_geometry(
                height: image.0, width: image.1, channels: channels,
                result_height: results(image.0, kernel.0, stride.0, padding.0, dilation.0),
                result_width: results(image.1, kernel.1, stride.1, padding.1, dilation.1),
                kernel_height: kernel.0, kernel_width: kernel.1, stride_height: stride.0,
                stride_width: stride.1, padding_top: padding.0, padding_left: padding.1,
                dilation_height: dilation.0, dilation_width: dilation.1)
        }
        var testDescription: String {
            "\(count)x\(image)x\(channels) by \(kernel) to \(filterCount), stride \(stride), "
                + "padding \(padding), dilation \(dilation)"
        }
    }

    static let samples: [Sample] = [
        // By tiles: kernels of two and of three strides, whole tiles and broken ones, channels that
        // fill vectors and that do not, one slab and several.
        Sample(
            count: 24, image: (14, 14), channels: 32, filterCount: 48, kernel: (4, 4),
            stride: (2, 2),
            padding: (1, 1), isTiled: true),
        Sample(
            count: 40, image: (8, 8), channels: 16, filterCount: 48, kernel: (4, 4),
            stride: (2, 2), padding: (1, 1), isTiled: true),
        Sample(
            count: 24, image: (16, 17), channels: 48, filterCount: 40, kernel: (3, 3),
            padding: (1, 1),
            isTiled: true),
        Sample(
            count: 24, image: (11, 9), channels: 40, filterCount: 72, kernel: (5, 5),
            stride: (2, 2),
            padding: (2, 2), isTiled: true),
        Sample(
            count: 24, image: (12, 12), channels: 61, filterCount: 67, kernel: (2, 2), isTiled: true
        ),
        Sample(
            count: 32, image: (27, 26), channels: 32, filterCount: 96, kernel: (6, 5),
            stride: (3, 3),
            padding: (0, 2), isTiled: true),
        Sample(
            count: 24, image: (18, 20), channels: 48, filterCount: 64, kernel: (4, 4),
            stride: (2, 2), padding: (1, 1), isTiled: true),
        Sample(
            count: 24, image: (10, 28), channels: 48, filterCount: 64, kernel: (4, 4),
            stride: (2, 2), padding: (1, 1), isTiled: true),
        // By patches: few channels, other strides, dilation, filters like the image, 1x1.
        Sample(
            image: (14, 14), channels: 1, filterCount: 64, kernel: (4, 4), stride: (2, 2),
            padding: (1, 1), isTiled: false),
        Sample(
            image: (12, 12), channels: 48, filterCount: 48, kernel: (4, 4), stride: (2, 1),
            isTiled: false),
        Sample(
            image: (12, 12), channels: 48, filterCount: 48, kernel: (3, 3),
            dilation: (2, 2), isTiled: false),
        Sample(image: (7, 7), channels: 32, filterCount: 2, kernel: (7, 7), isTiled: false),
        Sample(image: (9, 5), channels: 32, filterCount: 16, kernel: (1, 1), isTiled: false),
        Sample(
            image: (9, 5), channels: 32, filterCount: 16, kernel: (1, 1), stride: (2, 2),
            isTiled: false),
    ]

    /// Every use of a pixel by a filter: the places of the result, the pixel and the filter's
    /// element, without channels.
    private func forEachUse(_ sample: Sample, _ body: (Int, Int, Int) -> Void) {
        let g = sample.geometry
        for n in 0..<sample.count {
            for y in 0..<Int(g.result_height) {
                for x in 0..<Int(g.result_width) {
                    for u in 0..<Int(g.kernel_height) {
                        for v in 0..<Int(g.kernel_width) {
                            let row =
                                y * Int(g.stride_height) - Int(g.padding_top)
                                + u * Int(g.dilation_height)
                            let column =
                                x * Int(g.stride_width) - Int(g.padding_left)
                                + v * Int(g.dilation_width)
                            guard (0..<Int(g.height)).contains(row),
                                (0..<Int(g.width)).contains(column)
                            else { continue }
                            body(
                                (n * Int(g.result_height) + y) * Int(g.result_width) + x,
                                (n * Int(g.height) + row) * Int(g.width) + column,
                                u * Int(g.kernel_width) + v)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: samples)
    func equalsTheSumOfProducts(sample: Sample) {
        LinearAlgebraLibrary.configure()
        let g = sample.geometry
        let (inputs, outputs) = (Int(g.channels), sample.filterCount)
        let convolution = ImageConvolution(
            patches: g, count: sample.count, filterCount: outputs)
        #expect((convolution.filterTiling != nil) == sample.isTiled)
        var numbers = TestNumbers(UInt64(inputs + outputs))
        let images = numbers.floats(sample.count * Int(g.height * g.width) * inputs)
        let filters = numbers.floats(Int(g.kernel_height * g.kernel_width) * inputs * outputs)
        let cotangent = numbers.floats(
            sample.count * Int(g.result_height * g.result_width) * outputs)
        var sums = (
            [Double](repeating: 0, count: cotangent.count),
            [Double](repeating: 0, count: images.count),
            [Double](repeating: 0, count: filters.count)
        )
        forEachUse(sample) { result, pixel, element in
            for c in 0..<inputs {
                let image = Double(images[pixel * inputs + c])
                var slope = 0.0
                for o in 0..<outputs {
                    let filter = (element * inputs + c) * outputs + o
                    let back = Double(cotangent[result * outputs + o])
                    sums.0[result * outputs + o] += image * Double(filters[filter])
                    slope += back * Double(filters[filter])
                    sums.2[filter] += image * back
                }
                sums.1[pixel * inputs + c] += slope
            }
        }
        // Nothing may be left of what memory held before.
        var scratch = [Float](repeating: .nan, count: convolution.scratchCount)
        var ready = filters
        if let tiling = convolution.filterTiling {
            ready = [Float](repeating: .nan, count: tiling.resultCount)
            tiling.run(filters: filters, result: &ready)
        }
        var results = (
            [Float](repeating: .nan, count: cotangent.count),
            [Float](repeating: .nan, count: images.count),
            [Float](repeating: .nan, count: filters.count)
        )
        convolution.run(
            images: images, filters: ready, result: &results.0, scratch: &scratch)
        scratch = [Float](repeating: .nan, count: convolution.scratchCount)
        convolution.runInputGradient(
            cotangent: cotangent, filters: ready, result: &results.1, scratch: &scratch)
        scratch = [Float](repeating: .nan, count: convolution.filterGradientScratchCount)
        convolution.runFilterGradient(
            images: images, cotangent: cotangent, result: &results.2, scratch: &scratch)
        #expect(Self.largestError(results.0, sums.0) < 5e-5)
        #expect(Self.largestError(results.1, sums.1) < 5e-5)
        #expect(Self.largestError(results.2, sums.2) < 5e-5)
    }

    /// The largest difference, as a share of the root mean square of what is exact.
    private static func largestError(_ values: [Float], _ exact: [Double]) -> Double {
        let square = exact.reduce(0) { $0 + $1 * $1 } / Double(exact.count)
        // NaN must not get lost in a maximum.
        return zip(values, exact).reduce(0) { largest, pair in
            let error = abs(Double(pair.0) - pair.1) / square.squareRoot()
            return error <= largest ? largest : error
        }
    }
}
