import Settings
import TensorGraph

/// `y = scale * (x - mean) / sqrt(variance + epsilon) + shift` per channel (the last axis), with
/// mean and biased variance of the batch in training and running ones in sampling, unless it is
/// batch sampling (Ioffe and Szegedy 2015, arXiv 1502.03167).
///
/// A training pass moves the running statistics by `running += momentum * (batch - running)`,
/// with the unbiased variance, as PyTorch does.
package struct BatchNormalization: Layer {
    package let name: String
    package let momentum: Double
    package let epsilon: Double

    package init(name: String, momentum: Double = 0.1, epsilon: Double = 1e-5) {
        self.name = name
        self.momentum = momentum
        self.epsilon = epsilon
    }

    package var usesBatchStatistics: Bool { true }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        let channels = [input.last!]
        parameters.append("\(name).weight", channels, .constant(1))
        parameters.append("\(name).bias", channels, .constant(0))
        statistics.append("\(name).running_mean", channels, .constant(0))
        statistics.append("\(name).running_var", channels, .constant(1))
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let (scale, shift) = (
            pass.parameter("\(name).weight"), pass.parameter("\(name).bias")
        )
        guard pass.usesBatchStatistics else {
            let deviation = (pass.statistic("\(name).running_var") + epsilon).squareRoot()
            return (input - pass.statistic("\(name).running_mean")) / deviation * scale + shift
        }
        let axes = Array(0..<(input.shape.rank - 1))
        let mean = input.mean(axes: axes)
        let centred = input - mean
        let variance = (centred * centred).mean(axes: axes)
        move("running_mean", towards: mean, pass)
        let count = Double(axes.map { input.shape[$0] }.reduce(1, *))
        move("running_var", towards: variance * (count / max(count - 1, 1)), pass)
        return centred / (variance + epsilon).squareRoot() * scale + shift
    }

    private func move(_ statistic: String, towards batch: Value, _ pass: NetworkPass) {
        let running = pass.statistic("\(name).\(statistic)")
        let target = batch.reshaped(running.shape).stoppingGradient()
        pass.update(
            statistic: "\(name).\(statistic)",
            to: running * (1 - momentum) + target * momentum)
    }
}

extension BatchNormalization: ListedLayer {
    package static let identifier = "batch-normalization"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        BatchNormalization(
            name: name,
            momentum: try settings.number(
                "momentum", default: 0.1, in: .unitInterval,
                "Share of the running statistics that a batch replaces."))
    }
}
