import TensorGraph

/// A part of a network: a builder of graph code over named parameters.
package protocol Layer: Sendable {
    /// Why the layer cannot take examples of this shape; nil where it can.
    func refusal(of input: [Int]) -> String?

    /// The shape of one output example, for one input example that is not refused.
    func outputShape(_ input: [Int]) -> [Int]

    /// Declares parameters and statistics, named `<layer>.<tensor>`; statistics that follow the
    /// parameters become estimates of the network.
    func declare(input: [Int], parameters: inout StateLayout, statistics: inout StateLayout)

    /// The layer's output for a batch `[batch] + input`.
    func apply(_ input: Value, _ pass: NetworkPass) -> Value

    /// Random numbers that one input example needs in training.
    func noiseCount(_ input: [Int]) -> Int

    /// Numbers that the layer and those within it make of one example, where it has weights.
    func unitCount(_ input: [Int]) -> Int

    /// Whether an example's output depends on the other examples of its batch in training.
    var usesBatchStatistics: Bool { get }
}

extension Layer {
    package func refusal(of input: [Int]) -> String? { nil }
    package func outputShape(_ input: [Int]) -> [Int] { input }
    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {}
    package func noiseCount(_ input: [Int]) -> Int { 0 }
    package func unitCount(_ input: [Int]) -> Int { outputShape(input).reduce(1, *) }
    package var usesBatchStatistics: Bool { false }
}
