/// Each image moved by an offset of its own, with zeros where nothing comes from:
/// `result[n, y, x, c] = images[n, y - dy, x - dx, c]` with `dy = first.height +
/// floor(u[n, 0] choices.height)` and dx likewise by the width and u[n, 1].
///
/// Operands are images [count, height, width, channels] and numbers u of [0, 1), [count, 2]. It is
/// linear in the images, and its derivative is the move back; that by u is zero.
package struct Shift: Primitive {
    /// The smallest offset along each axis, in pixels; may be negative.
    package let first: ImageExtent
    /// How many offsets there are, from the first on.
    package let choices: ImageExtent
    /// Whether images move by the offsets' negatives.
    package let isReversed: Bool

    package var name: String {
        "shift from \(first) by \(choices) choices" + (isReversed ? " back" : "")
    }

    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 2, operands[0].rank == 4, operands[1] == [operands[0][0], 2],
            choices.height > 0, choices.width > 0
        else { return nil }
        return operands[0]
    }

    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        [cotangent.shifted(operands[1], first: first, choices: choices, back: !isReversed), nil]
    }

    /// The offset along one axis for the number `u`; one beyond [0, 1) counts as the nearest.
    package func offset(_ axis: KeyPath<ImageExtent, Int>, _ u: Double) -> Int {
        let last = Double(choices[keyPath: axis] - 1)
        let choice = (u * Double(choices[keyPath: axis])).rounded(.down)
        let offset = first[keyPath: axis] + Int(choice >= 0 ? Swift.min(choice, last) : 0)
        return isReversed ? -offset : offset
    }
}

extension Value {
    /// See `Shift`.
    package func shifted(
        _ numbers: Value, first: ImageExtent, choices: ImageExtent, back: Bool = false
    ) -> Value {
        graph.append(
            Shift(first: first, choices: choices, isReversed: back), [self, numbers])
    }
}
