import TensorGraph

/// Layers in sequence, with the layout of their parameters and statistics.
package struct Network: Sendable {
    package let layers: [any Layer]
    /// The shape of one example, without the batch axis.
    package let inputShape: [Int]
    package let outputShape: [Int]
    package private(set) var parameters: StateLayout
    /// Running statistics of normalisation layers.
    package private(set) var statistics: StateLayout
    /// Running estimates that belong to the parameters and go where they go.
    package private(set) var estimates: StateLayout
    package let initializer: any Initializer
    /// How many networks of these layers lie in one vector, each with weights of its own.
    package private(set) var copies = 1
    /// Random numbers that one example needs on its way through in training.
    package let noiseCount: Int
    /// Numbers of one example that layers with weights take and give, the first input among them.
    package let unitCount: Int

    package init(layers: [any Layer], inputShape: [Int], initializer: any Initializer) {
        var (parameters, statistics) = (StateLayout(), StateLayout())
        var (shape, noiseCount) = (inputShape, 0)
        var unitCount = inputShape.reduce(1, *)
        for layer in layers {
            noiseCount += layer.noiseCount(shape)
            let known = parameters.entries.count
            layer.declare(input: shape, parameters: &parameters, statistics: &statistics)
            if parameters.entries[known...].contains(where: \.isWeight) {
                unitCount += layer.unitCount(shape)
            }
            shape = layer.outputShape(shape)
        }
        self.layers = layers
        self.inputShape = inputShape
        self.outputShape = shape
        self.parameters = parameters
        self.statistics = StateLayout(statistics.entries.filter { !$0.followsParameters })
        self.estimates = StateLayout(statistics.entries.filter(\.followsParameters))
        self.initializer = initializer
        self.noiseCount = noiseCount
        self.unitCount = unitCount
    }

    package var usesBatchStatistics: Bool { layers.contains { $0.usesBatchStatistics } }

    /// Several networks like this one as one, in vectors that hold one after the other: the tensors
    /// of copy i are `i.<name>`.
    package func repeated(_ copies: Int) -> Network {
        precondition(self.copies == 1, "copies of copies")
        var network = self
        network.copies = copies
        network.parameters = parameters.repeated(copies)
        network.statistics = statistics.repeated(copies)
        network.estimates = estimates.repeated(copies)
        return network
    }

    /// What stands before the names of a copy's tensors; nothing where there is one.
    package func prefix(ofCopy copy: Int) -> String { Self.prefix(ofCopy: copy, of: copies) }

    static func prefix(ofCopy copy: Int, of copies: Int) -> String {
        copies == 1 ? "" : "\(copy)."
    }

    /// Declares estimates besides those of the layers.
    package mutating func declareEstimates(_ declare: (inout StateLayout) -> Void) {
        declare(&estimates)
    }
}

/// A network inside one graph: its parameters are inputs, shared by all passes through it.
package final class BoundNetwork {
    package let network: Network
    package let graph: Graph
    /// The whole parameter vector, and each parameter as a view of it, in layout order.
    package let parameterVector: Value
    package let parameters: [Value]
    /// The statistics after the training passes so far, in layout order.
    package private(set) var statistics: [Value]
    /// The estimates before all passes, and after the training passes so far.
    private let firstEstimates: [Value]
    private var estimates: [Value]
    /// The names of the random inputs that passes asked for, with their element counts.
    package private(set) var noiseInputs: [(name: String, count: Int)] = []
    private let role: String

    /// Declares inputs `<role>.parameters`, `<role>.statistics` and `<role>.estimates`.
    package init(_ network: Network, role: String, graph: Graph) {
        self.network = network
        self.graph = graph
        self.role = role
        parameterVector = graph.input("\(role).parameters", [max(network.parameters.count, 1)])
        parameters = Self.views(parameterVector, network.parameters)
        func views(_ name: String, _ layout: StateLayout) -> [Value] {
            guard layout.count > 0 else { return [] }
            return Self.views(graph.input("\(role).\(name)", [layout.count]), layout)
        }
        statistics = views("statistics", network.statistics)
        firstEstimates = views("estimates", network.estimates)
        estimates = firstEstimates
    }

    private static func views(_ vector: Value, _ layout: StateLayout) -> [Value] {
        layout.entries.map { entry in
            vector.sliced(axis: 0, from: entry.offset, count: entry.count)
                .reshaped(Shape(entry.shape))
        }
    }

    /// The network's output for a batch, or that of one of its copies.
    package func apply(_ batch: Value, mode: NetworkPass.Mode, copy: Int = 0) -> Value {
        layerOutputs(batch, mode: mode, copy: copy).last ?? batch
    }

    /// What each layer makes of a batch; the last one is the network's output.
    package func layerOutputs(
        _ batch: Value, mode: NetworkPass.Mode, copy: Int = 0
    ) -> [Value] {
        let pass = NetworkPass(bound: self, mode: mode, prefix: network.prefix(ofCopy: copy))
        var value = batch
        return network.layers.map { layer in
            value = layer.apply(value, pass)
            return value
        }
    }

    /// The statistics as one vector, or nil for a network that has none.
    package var statisticsVector: Value? { Self.vector(statistics) }

    /// The estimates as one vector, or nil for a network that has none.
    package var estimatesVector: Value? { Self.vector(estimates) }

    private static func vector(_ values: [Value]) -> Value? {
        values.isEmpty ? nil : Value.concatenated(values.map { $0.flattened() }, axis: 0)
    }

    /// An estimate as it was before all passes.
    package func estimate(_ name: String) -> Value { firstEstimates[estimateIndex(name)] }

    /// What the next update begins with.
    package func update(estimate name: String, to value: Value) {
        let index = estimateIndex(name)
        estimates[index] = value.reshaped(firstEstimates[index].shape)
    }

    private func estimateIndex(_ name: String) -> Int {
        network.estimates.entries.firstIndex { $0.name == name }!
    }

    /// The derivatives of `loss` with respect to the parameters, as one vector.
    package func gradient(of loss: Value) -> Value {
        let gradients = loss.gradient(withRespectTo: parameters)
        return Value.concatenated(gradients.map { $0.flattened() }, axis: 0)
    }

    fileprivate func setStatistic(_ index: Int, _ value: Value) { statistics[index] = value }

    fileprivate func addNoise(_ shape: Shape) -> Value {
        let name = "\(role).noise.\(noiseInputs.count)"
        noiseInputs.append((name, shape.elementCount))
        return graph.input(name, shape)
    }
}

/// One walk through a network.
package struct NetworkPass {
    package enum Mode: Sendable {
        /// Batch statistics, dropout; running statistics move on.
        case training
        /// As training, but running statistics stay: the network is a measuring device for the
        /// gradients of another.
        case frozenTraining
        /// Running statistics, no dropout.
        case sampling
        /// As sampling, but with batch statistics.
        case batchSampling
    }

    let bound: BoundNetwork
    package let mode: Mode
    /// Of the names of the copy's tensors.
    let prefix: String

    package var isTraining: Bool { mode == .training || mode == .frozenTraining }
    /// Whether a batch is normalised by its own statistics.
    package var usesBatchStatistics: Bool { mode != .sampling }
    package var graph: Graph { bound.graph }

    package func parameter(_ name: String) -> Value {
        let entries = bound.network.parameters.entries
        let name = prefix + name
        return bound.parameters[entries.firstIndex { $0.name == name }!]
    }

    package func statistic(_ name: String) -> Value { bound.statistics[statisticIndex(name)] }

    /// Moves a running statistic on, in training passes that are not frozen.
    package func update(statistic name: String, to value: Value) {
        guard mode == .training else { return }
        let entry = bound.network.statistics[prefix + name]
        bound.setStatistic(statisticIndex(name), value.reshaped(Shape(entry.shape)))
    }

    /// An estimate as it was before all passes.
    package func estimate(_ name: String) -> Value { bound.estimate(prefix + name) }

    /// Moves an estimate on, in training passes that are not frozen.
    package func update(estimate name: String, to value: Value) {
        if mode == .training { bound.update(estimate: prefix + name, to: value) }
    }

    /// Fresh uniform numbers on [0, 1) at every execution.
    package func uniformNoise(_ shape: Shape) -> Value { bound.addNoise(shape) }

    private func statisticIndex(_ name: String) -> Int {
        let name = prefix + name
        return bound.network.statistics.entries.firstIndex { $0.name == name }!
    }
}
