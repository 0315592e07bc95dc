/// The named tensors of one contiguous vector.
package struct StateLayout: Sendable {
    package struct Entry: Sendable {
        package let name: String
        package let shape: [Int]
        /// The first element, counted from the start of the vector.
        package let offset: Int
        package let initialization: Initialization

        package var count: Int { shape.reduce(1, *) }
    }

    /// What an element holds at the beginning.
    package enum Initialization: Sendable {
        case constant(Float)
        /// A weight matrix `[out, in]`, by the network's initialiser.
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
