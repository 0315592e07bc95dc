import CKernels
import TensorGraph

/// Images moved by random offsets.
package struct ShiftInstruction: BitwiseCopyable {
    let shift: qk_image_shift
    let images: Location
    let numbers: Location
    let result: Location

    @inline(__always)
    func run(_ bases: MemoryBases) {
        withUnsafePointer(to: shift) {
            qk_shift_images(
                result.pointer(bases), images.pointer(bases), numbers.pointer(bases), $0)
        }
    }

    /// The extents of the images.
    var description: String {
        "shift \(shift.count)x\(shift.height)x\(shift.width)x\(shift.channels)"
    }
}

extension Shift: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        [
            .shift(
                ShiftInstruction(
                    shift: qk_image_shift(
                        count: Int32(shape[0]), height: Int32(shape[1]), width: Int32(shape[2]),
                        channels: Int32(shape[3]), first_height: Int32(first.height),
                        first_width: Int32(first.width), choices_height: Int32(choices.height),
                        choices_width: Int32(choices.width), is_reversed: isReversed),
                    images: operands[0].location, numbers: operands[1].location, result: result))
        ]
    }
}
