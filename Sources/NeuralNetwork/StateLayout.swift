/// The named tensors of one contiguous vector.
package struct StateLayout: Sendable {
    package struct Entry: Sendable {
        package let name: String
        package let shape: [Int]
        /// The first element, counted from the start of the vector.
        package let offset: Int
        package let initialization: Initialization

        package var count: Int { shape.reduce(1, *) }

        /// The shape in files: weights are `[out, in]` there, as PyTorch has them.
        package var fileShape: [Int] { isWeight ? shape.reversed() : shape }

        package var isWeight: Bool {
            if case .weight = initialization { true } else { false }
        }

        /// The elements in the order of `fileShape`, from and to the order in memory.
        package func transposed<Element>(
            _ values: some Sequence<Element>, toFile: Bool
        ) -> [Element] {
            let values = Array(values)
            guard isWeight else { return values }
            let (rows, columns) = toFile ? (shape[0], shape[1]) : (shape[1], shape[0])
            return (0..<count).map { values[$0 % rows * columns + $0 / rows] }
        }
    }

    /// What an element holds at the beginning.
    package enum Initialization: Sendable {
        case constant(Float)
        /// A weight matrix by the network's initialiser. In memory it is `[in, out]`: the products
        /// of a forward pass then need no transposition, which is faster for small batches.
        case weight
    }

    package private(set) var entries: [Entry] = []
    package private(set) var count = 0

    package init() {}

    package mutating func append(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) {
        precondition(!entries.contains { $0.name == name }, "\(name) declared twice")
        entries.append(
            Entry(name: name, shape: shape, offset: count, initialization: initialization))
        count += shape.reduce(1, *)
    }

    package subscript(name: String) -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            preconditionFailure("no tensor named \(name)")
        }
        return entry
    }
}
