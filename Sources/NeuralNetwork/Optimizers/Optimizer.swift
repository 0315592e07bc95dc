import Settings
import TensorGraph

/// A rule that turns a gradient into new parameters, written as graph code.
package protocol Optimizer: Catalogued {
    /// The vectors that the rule keeps, one element per parameter, zero at the beginning.
    var slotNames: [String] { get }

    /// How many numbers change from update to update.
    var scalarCount: Int { get }

    /// Writes those numbers for the `update`-th update (from 1).
    func writeScalars(
        learningRate: Double, update: Int, into scalars: UnsafeMutableBufferPointer<Float>)

    /// The parameters and slots after one update.
    func update(
        parameters: Value, gradient: Value, slots: [Value], scalars: [Value]
    ) -> (parameters: Value, slots: [Value])
}

package enum Optimizers {
    package static let catalog: [any Optimizer.Type] = [
        Adam.self, AdamW.self, RMSProp.self, Momentum.self, StochasticGradientDescent.self,
    ]
}
