/// The extents of a tensor, outermost axis first; images are `[batch, height, width, channels]`.
///
/// A scalar has no axes. Extents are at least 1.
package struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral {
    package let extents: [Int]

    /// The largest rank any kernel walks.
    package static let maximumRank = 4
    package static let scalar: Shape = []

    package init(_ extents: [Int]) {
        precondition(extents.count <= Self.maximumRank, "rank \(extents.count) is above 4")
        precondition(extents.allSatisfy { $0 > 0 }, "extents must be positive: \(extents)")
        self.extents = extents
    }

    package init(arrayLiteral elements: Int...) { self.init(elements) }

    package var rank: Int { extents.count }
    package var elementCount: Int { extents.reduce(1, *) }
    package subscript(axis: Int) -> Int { extents[axis] }

    /// Row-major strides in elements.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return strides
    }

    /// The same shape with leading axes of extent 1 up to `rank` axes.
    package func leftPadded(toRank rank: Int) -> [Int] {
        [Int](repeating: 1, count: rank - self.rank) + extents
    }

    /// The common shape of two operands under right-aligned broadcasting, or nil.
    package func broadcast(with other: Shape) -> Shape? {
        let rank = max(self.rank, other.rank)
        var result: [Int] = []
        for (left, right) in zip(leftPadded(toRank: rank), other.leftPadded(toRank: rank)) {
            guard left == right || left == 1 || right == 1 else { return nil }
            result.append(max(left, right))
        }
        return Shape(result)
    }
}

extension Shape: CustomStringConvertible {
    package var description: String { "[" + extents.map(String.init).joined(separator: "x") + "]" }
}
