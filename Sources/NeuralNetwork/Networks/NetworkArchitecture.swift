import Settings

/// A recipe that turns settings and shapes into a network.
package protocol NetworkArchitecture: Catalogued {
    /// The layers from examples of `input` to examples of `output`.
    func network(
        input: [Int], output: [Int], outputActivation: Activation
    ) throws(NetworkShapeError) -> Network
}

/// Examples of a shape that an architecture cannot take or make.
package struct NetworkShapeError: Error, CustomStringConvertible {
    /// What it needs, to follow its name: "needs images ...".
    package let description: String

    package init(_ description: String) { self.description = description }
}

package enum Networks {
    package static let catalog: [any NetworkArchitecture.Type] = [
        MultilayerPerceptron.self, DeepConvolutionalNetwork.self, ResidualNetwork.self,
        SelfAttentionNetwork.self, ListedNetwork.self,
    ]
}
