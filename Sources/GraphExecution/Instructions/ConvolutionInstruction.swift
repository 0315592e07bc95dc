import CKernels
import Kernels
import TensorGraph

/// A convolution or one of its derivatives, with memory for patches or tiles.
package struct ConvolutionInstruction: BitwiseCopyable {
    enum Kind: BitwiseCopyable {
        case forward, inputGradient, filterGradient
    }

    let kind: Kind
    let convolution: ImageConvolution
    /// Images and filters, cotangent and filters, or images and cotangent; filters as the
    /// convolution's tiling makes them.
    let left: Location
    let right: Location
    let result: Location
    let scratch: Location

    @inline(__always)
    func run(_ bases: MemoryBases) {
        let (left, right) = (left.pointer(bases), right.pointer(bases))
        let (result, scratch) = (result.pointer(bases), scratch.pointer(bases))
        switch kind {
        case .forward:
            convolution.run(images: left, filters: right, result: result, scratch: scratch)
        case .inputGradient:
            convolution.runInputGradient(
                cotangent: left, filters: right, result: result, scratch: scratch)
        case .filterGradient:
            convolution.runFilterGradient(
                images: left, cotangent: right, result: result, scratch: scratch)
        }
    }

    /// One line: what it does, with its extents.
    var description: String { "\(name) \(convolution.description)" }

    /// The word that reports show.
    var name: String {
        switch kind {
        case .forward: "convolution"
        case .inputGradient: "convolution-input-gradient"
        case .filterGradient: "convolution-filter-gradient"
        }
    }
}

/// The three primitives of convolution, by the shapes of images, filters and cotangent.
protocol LowerableConvolution: Lowerable {
    var geometry: ConvolutionGeometry { get }
    var kind: ConvolutionInstruction.Kind { get }
    /// The shapes of the images and of the result of the forward convolution.
    func shapes(_ operands: [Shape], _ result: Shape) -> (images: Shape, output: Shape)
}

extension LowerableConvolution {
    func convolution(_ operands: [Shape], _ result: Shape) -> ImageConvolution {
        let (images, output) = shapes(operands, result)
        return ImageConvolution(
            patches: qk_patch_geometry(
                height: Int32(images[1]), width: Int32(images[2]), channels: Int32(images[3]),
                result_height: Int32(output[1]), result_width: Int32(output[2]),
                kernel_height: Int32(geometry.kernel.height),
                kernel_width: Int32(geometry.kernel.width),
                stride_height: Int32(geometry.stride.height),
                stride_width: Int32(geometry.stride.width),
                padding_top: Int32(geometry.paddingBefore.height),
                padding_left: Int32(geometry.paddingBefore.width),
                dilation_height: Int32(geometry.dilation.height),
                dilation_width: Int32(geometry.dilation.width)),
            count: images[0], filterCount: output[3])
    }

    func scratchCount(operands: [Shape], shape: Shape) -> Int {
        let convolution = convolution(operands, shape)
        return kind == .filterGradient
            ? convolution.filterGradientScratchCount : convolution.scratchCount
    }

    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        [
            .convolution(
                ConvolutionInstruction(
                    kind: kind, convolution: convolution(operands.map(\.shape), shape),
                    left: operands[0].location, right: operands[1].location, result: result,
                    scratch: scratch ?? result))
        ]
    }
}

extension Convolution: LowerableConvolution {
    var kind: ConvolutionInstruction.Kind { .forward }
    func shapes(_ operands: [Shape], _ result: Shape) -> (images: Shape, output: Shape) {
        (operands[0], result)
    }
}

extension ConvolutionInputGradient: LowerableConvolution {
    var kind: ConvolutionInstruction.Kind { .inputGradient }
    func shapes(_ operands: [Shape], _ result: Shape) -> (images: Shape, output: Shape) {
        (result, operands[0])
    }
}

extension ConvolutionFilterGradient: LowerableConvolution {
    var kind: ConvolutionInstruction.Kind { .filterGradient }
    func shapes(_ operands: [Shape], _ result: Shape) -> (images: Shape, output: Shape) {
        (operands[0], operands[1])
    }
}
