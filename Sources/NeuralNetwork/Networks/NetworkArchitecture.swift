import Settings

/// A recipe that turns settings and shapes into a network.
package protocol NetworkArchitecture: Catalogued {
    /// The layers from examples of `input` to examples of `output`.
    func network(input: [Int], output: [Int], outputActivation: Activation) -> Network
}

package enum Networks {
    package static let catalog: [any NetworkArchitecture.Type] = [MultilayerPerceptron.self]
}
