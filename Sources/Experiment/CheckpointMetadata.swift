import Adversarial
import FileFormats

/// What a checkpoint says about its run, checked: a file may hold anything.
struct CheckpointMetadata {
    let seed: UInt64
    let step: UInt32
    let exampleShape: [Int]
    /// The global indices of the pairs.
    let members: ClosedRange<Int>

    /// - Parameter step: the step that the file's name says.
    /// - Throws: `DataError` for texts that are missing or no numbers, and numbers that no run has.
    init(_ checkpoint: SafetensorsFile, step: Int, file: String) throws {
        let metadata = checkpoint.metadata
        guard let shape = metadata["example_shape"],
            let seed = metadata["seed"].flatMap(UInt64.init)
        else { throw DataError(file: file, "not a checkpoint of Quadrille") }
        self.seed = seed
        guard let step = UInt32(exactly: step) else {
            throw DataError(file: file, "step \(step) is none that a run can reach")
        }
        self.step = step
        guard let exampleShape = Self.exampleShape(shape) else {
            throw DataError(file: file, "example_shape '\(shape)' is no shape of an example")
        }
        self.exampleShape = exampleShape
        guard let pairing = checkpoint.tensor(named: "population.pairing"),
            pairing.type == .int64, pairing.shape.count == 1, pairing.shape[0] > 0
        else { throw DataError(file: file, "population.pairing is no list of pairs") }
        let first = metadata["first_member"] ?? ""
        guard let first = UInt32(first).map(Int.init),
            let last = UInt32(exactly: first + pairing.shape[0] - 1).map(Int.init)
        else {
            throw DataError(
                file: file,
                "first_member '\(first)' is no first index of \(pairing.shape[0]) pairs")
        }
        members = first...last
    }

    /// Features, or height, width and channels: no more numbers than a network can make.
    private static func exampleShape(_ text: String) -> [Int]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let shape = parts.compactMap { Int($0) }
        guard (1...3).contains(shape.count), shape.count == parts.count,
            shape.allSatisfy({ $0 > 0 }), let count = checkedElementCount(shape),
            count <= AdversarialModel.largestActivationCount
        else { return nil }
        return shape
    }
}
