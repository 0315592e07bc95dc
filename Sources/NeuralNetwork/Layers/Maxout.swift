import Settings
import TensorGraph

/// `y[u] = max over p of (x W + b)[p * outputs + u]` (Goodfellow et al. 2013, arXiv 1302.4389).
///
/// `weight` is `[inputs, pieces * outputs]` in memory, piece by piece.
package struct Maxout: Layer {
    package let dense: Dense
    package let outputs: Int
    package let pieces: Int

    package init(name: String, outputs: Int, pieces: Int, isSpectral: Bool = false) {
        dense = Dense(name: name, outputs: outputs * pieces, isSpectral: isSpectral)
        self.outputs = outputs
        self.pieces = pieces
    }

    package func outputShape(_ input: [Int]) -> [Int] { [outputs] }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        dense.declare(input: input, parameters: &parameters, statistics: &statistics)
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let all = dense.apply(input, pass)
        let first = all.sliced(axis: 1, from: 0, count: outputs)
        return (1..<pieces).reduce(first) { best, piece in
            best.maximum(all.sliced(axis: 1, from: piece * outputs, count: outputs))
        }
    }
}

extension Maxout: ListedLayer {
    package static let identifier = "maxout"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        Maxout(
            name: name, outputs: try settings.unitCount(),
            pieces: try settings.integer(
                "pieces", default: 5, in: 2...64, "Linear pieces of a maxout unit."),
            isSpectral: try settings.isSpectral())
    }
}
