/// Adjoins what is padded with zeros and then added: `pad(a) + pad(b)` becomes
/// `pad(concatenate(a, b))` where the boxes of `a` and `b` touch along one axis and agree along the
/// others.
///
/// The derivatives of slices of one value come to such sums: pieces that together are all of it end
/// as one `concatenate`, without zeros and additions.
package struct PadMerging: GraphPass {
    package init() {}
    package var name: String { "pad merging" }

    package func run(_ program: GraphProgram) -> GraphProgram {
        program.rewritten { graph, node, operands in
            if (node.primitive as? Elementwise)?.function == .add,
                let merged = merged(operands[0], operands[1]) ?? merged(operands[1], operands[0])
            {
                return merged
            }
            return graph.append(node.primitive, operands)
        }
    }

    /// The sum, where the box of `first` ends where that of `second` begins.
    private func merged(_ first: Value, _ second: Value) -> Value? {
        guard let one = first.node.primitive as? Pad, let other = second.node.primitive as? Pad
        else { return nil }
        let (front, back) = (first.operands[0], second.operands[0])
        let different = one.starts.indices.filter {
            one.starts[$0] != other.starts[$0] || front.shape[$0] != back.shape[$0]
        }
        guard different.count == 1, let axis = different.first,
            one.starts[axis] + front.shape[axis] == other.starts[axis]
        else { return nil }
        return Value.concatenated(parts(front, axis) + parts(back, axis), axis: axis)
            .padded(to: one.shape, at: one.starts)
    }

    /// What a value is concatenated of along an axis.
    private func parts(_ value: Value, _ axis: Int) -> [Value] {
        (value.node.primitive as? Concatenate)?.axis == axis ? value.operands : [value]
    }
}
