import NeuralNetwork

extension NetworkState {
    /// The initial parameters, estimates and average of one member's network.
    package convenience init(
        _ network: Network, role: Role, streams: MemberStreams, isAveraged: Bool = false
    ) {
        self.init(network, isAveraged: isAveraged)
        network.initialize(parameters: parameters.elements) {
            streams.initialization(role, tensor: $0)
        }
        network.initialize(estimates: estimates.elements) {
            streams.initialization(role, tensor: $0)
        }
        if isAveraged { average.copy(parameters) }
    }
}

extension FloatVector {
    /// The initial running statistics of a network.
    package convenience init(statisticsOf network: Network) {
        self.init(count: network.statistics.count)
        network.initialize(statistics: elements)
    }
}
