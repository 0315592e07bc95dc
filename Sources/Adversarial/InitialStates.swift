import NeuralNetwork

extension NetworkState {
    /// The initial parameters and estimates of one member's network.
    package convenience init(_ network: Network, role: Role, streams: MemberStreams) {
        self.init(network)
        network.initialize(parameters: parameters.elements) {
            streams.initialization(role, tensor: $0)
        }
        network.initialize(estimates: estimates.elements) {
            streams.initialization(role, tensor: $0)
        }
    }
}

extension FloatVector {
    /// The initial running statistics of a network.
    package convenience init(statisticsOf network: Network) {
        self.init(count: network.statistics.count)
        network.initialize(statistics: elements)
    }
}
