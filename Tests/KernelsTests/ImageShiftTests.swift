import CKernels
import Testing

@Suite struct ImageShiftTests {
    /// Two images of 2x3 pixels of two channels; offsets -1, 0 and 1 down, 0 and 1 to the right.
    private func shifted(_ numbers: [Float], back: Bool = false) -> [Float] {
        let images = (1...24).map(Float.init)
        var out = [Float](repeating: .nan, count: 24)
        var shift = qk_image_shift(
            count: 2, height: 2, width: 3, channels: 2, first_height: -1, first_width: 0,
            choices_height: 3, choices_width: 2, is_reversed: back)
        qk_shift_images(&out, images, numbers, &shift)
        return out
    }

    @Test func zerosStandWhereNothingComesFrom() {
        // Up by one; then down and to the right by one.
        let expected: [Float] =
            [7, 8, 9, 10, 11, 12, 0, 0, 0, 0, 0, 0]
            + [0, 0, 0, 0, 0, 0, 0, 0, 13, 14, 15, 16]
        #expect(shifted([0, 0, 0.9, 0.5]) == expected)
        let back: [Float] =
            [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]
            + [21, 22, 23, 24, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(shifted([0, 0, 0.9, 0.5], back: true) == back)
    }

    @Test func theMiddleOffsetChangesNothing() {
        #expect(shifted([0.34, 0.49, 0.66, 0]) == (1...24).map(Float.init))
    }

    /// Numbers that are none of [0, 1) stay within the offsets.
    @Test(arguments: [
        (Float.nan, Float(0)), (-5, 0), (-.infinity, 0), (1, 0.999), (7e9, 0.999),
        (.infinity, 0.999),
    ]) func otherNumbersCountAsTheNearest(number: Float, nearest: Float) {
        #expect(
            shifted([number, number, number, number])
                == shifted([nearest, nearest, nearest, nearest]))
    }

    /// Moved beyond the image nothing is left.
    @Test(arguments: [-9, -3, 3, 9] as [Int32]) func farMovesLeaveZeros(offset: Int32) {
        var out = [Float](repeating: .nan, count: 12)
        var shift = qk_image_shift(
            count: 1, height: 2, width: 3, channels: 2, first_height: 0, first_width: offset,
            choices_height: 1, choices_width: 1, is_reversed: false)
        qk_shift_images(&out, (1...12).map(Float.init), [0.5, 0.5], &shift)
        #expect(out.allSatisfy { $0 == 0 })
    }
}
