import Settings
import TensorGraph

/// One more channel, which says how much the examples of a group differ: the standard deviation of
/// each element over the group, `sqrt(variance + 1e-8)`, averaged over all elements (Karras et al.
/// 2018, arXiv 1710.10196).
///
/// A group has four examples, or as many up to four as divide the batch; those of a batch of n in
/// groups of g are i, i + n / g, i + 2 n / g, ...
package struct MinibatchStandardDeviation: Layer {
    package init() {}

    package var usesBatchStatistics: Bool { true }

    package func refusal(of input: [Int]) -> String? { refusalUnlessImages(input) }

    package func outputShape(_ input: [Int]) -> [Int] { [input[0], input[1], input[2] + 1] }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let batch = input.shape[0]
        let group = (1...4).last { batch.isMultiple(of: $0) }!
        let groups = batch / group
        let grouped = input.reshaped([group, groups, input.shape.elementCount / batch])
        let centred = grouped - grouped.mean(axes: [0])
        let deviation = ((centred * centred).mean(axes: [0]) + 1e-8).squareRoot()
        let (height, width) = (input.shape[1], input.shape[2])
        let channel = deviation.mean(axes: [2])
            .broadcasted(to: [group, groups, 1]).reshaped([batch, 1, 1, 1])
            .broadcasted(to: [batch, height, width, 1])
        return Value.concatenated([input, channel], axis: 3)
    }
}

extension MinibatchStandardDeviation: ListedLayer {
    package static let identifier = "minibatch-standard-deviation"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        MinibatchStandardDeviation()
    }
}
