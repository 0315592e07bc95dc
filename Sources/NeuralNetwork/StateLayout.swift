/// The named tensors of one contiguous vector.
package struct StateLayout: Sendable {
    package struct Entry: Sendable {
        package let name: String
        package let shape: [Int]
        /// The first element, counted from the start of the vector.
        package let offset: Int
        package let initialization: Initialization
        /// Whether a statistic is an estimate that belongs to the parameters and goes where they
        /// go, unlike running statistics of normalisation layers.
        package let followsParameters: Bool

        package var count: Int { shape.reduce(1, *) }

        /// The shape in files, which is PyTorch's: `[out, in]` for matrices and `[out, in, height,
        /// width]` for filters, where memory has `[in, out]` and `[height, width, in, out]`.
        package var fileShape: [Int] { fileAxes.map { shape[$0] } }

        /// Axis i in files is axis `fileAxes[i]` in memory.
        private var fileAxes: [Int] {
            guard isWeight else { return Array(shape.indices) }
            return [shape.count - 1, shape.count - 2] + (0..<(shape.count - 2))
        }

        /// Numbers that a unit reads and units that a number reaches, as PyTorch counts them.
        package var fan: (inputs: Int, outputs: Int) {
            let field = shape.dropLast(2).reduce(1, *)
            return (fileShape[1] * field, fileShape[0] * field)
        }

        package var isWeight: Bool {
            if case .weight = initialization { true } else { false }
        }

        /// The elements in the order of `fileShape`, from and to the order in memory.
        package func transposed<Element>(
            _ values: some Sequence<Element>, toFile: Bool
        ) -> [Element] {
            let values = Array(values)
            guard isWeight else { return values }
            let axes = fileAxes
            var strides = [Int](repeating: 1, count: shape.count)
            for axis in shape.indices.dropLast().reversed() {
                strides[axis] = strides[axis + 1] * shape[axis + 1]
            }
            var result = values
            for index in 0..<count {
                var (rest, place) = (index, 0)
                for axis in axes.reversed() {
                    place += rest % shape[axis] * strides[axis]
                    rest /= shape[axis]
                }
                if toFile { result[index] = values[place] } else { result[place] = values[index] }
            }
            return result
        }
    }

    /// What an element holds at the beginning.
    package enum Initialization: Sendable {
        case constant(Float)
        /// Weights by the network's initialiser. In memory a matrix is `[in, out]`: the products
        /// of a forward pass then need no transposition, which is faster for small batches.
        case weight
        /// A normal vector divided by its length.
        case direction
    }

    package private(set) var entries: [Entry] = []
    package private(set) var count = 0

    package init() {}

    /// The given entries, one after another in a vector of their own.
    init(_ entries: [Entry]) {
        for entry in entries {
            append(
                entry.name, entry.shape, entry.initialization,
                followsParameters: entry.followsParameters)
        }
    }

    package mutating func append(
        _ name: String, _ shape: [Int], _ initialization: Initialization,
        followsParameters: Bool = false
    ) {
        precondition(!entries.contains { $0.name == name }, "\(name) declared twice")
        entries.append(
            Entry(
                name: name, shape: shape, offset: count, initialization: initialization,
                followsParameters: followsParameters))
        count += shape.reduce(1, *)
    }

    /// The tensors of `copies` vectors like this one, `0.<name>` and so on; itself for one.
    func repeated(_ copies: Int) -> StateLayout {
        guard copies > 1 else { return self }
        return StateLayout(
            (0..<copies).flatMap { copy in
                entries.map {
                    Entry(
                        name: Network.prefix(ofCopy: copy, of: copies) + $0.name, shape: $0.shape,
                        offset: 0, initialization: $0.initialization,
                        followsParameters: $0.followsParameters)
                }
            })
    }

    /// Whether a vector of the other layout has the same tensors at the same places.
    package func hasTensors(of other: StateLayout) -> Bool {
        entries.elementsEqual(other.entries) { $0.name == $1.name && $0.shape == $1.shape }
    }

    package subscript(name: String) -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            preconditionFailure("no tensor named \(name)")
        }
        return entry
    }
}
