import TensorGraph

extension NetworkPass {
    /// The parameter `<layer>.weight`, divided by sigma where it is spectral.
    ///
    /// - Parameter outputAxis: the axis of the weight along which the layer's outputs lie.
    func weight(of layer: String, isSpectral: Bool, outputAxis: Int) -> Value {
        isSpectral
            ? SpectralNormalization(layer: layer).weight(self, outputAxis: outputAxis)
            : parameter("\(layer).weight")
    }
}

/// A weight divided by an estimate of its largest singular value, `W / sigma`, with W as a matrix
/// `[outputs, inputs of an output]` (Miyato et al. 2018, arXiv 1802.05957).
///
/// The layer has an estimate `weight_u` of the left singular vector, which begins as a normalised
/// random vector. A pass in training takes one step of power iteration from it,
/// `v = normalised(W^T u)`, `u' = normalised(W v)`, `sigma = u'^T W v`, as PyTorch's
/// `spectral_norm`; u' and v are constants to differentiation. All passes of one update begin with
/// the same u and so share one sigma, and only an update of the network itself keeps u': one
/// iteration for each of its updates (and microbatches). In sampling sigma is `u^T W v`.
struct SpectralNormalization: Sendable {
    /// The layer with the parameter `<layer>.weight`.
    let layer: String

    private var estimate: String { "\(layer).weight_u" }

    func declare(outputs: Int, _ statistics: inout StateLayout) {
        statistics.append(estimate, [outputs], .direction, followsParameters: true)
    }

    func weight(_ pass: NetworkPass, outputAxis: Int) -> Value {
        let weight = pass.parameter("\(layer).weight")
        let matrix = transposedMatrix(weight, outputAxis)
        var left = pass.estimate(estimate).reshaped([matrix.shape[1], 1])
        let right = normalized(matrix.stoppingGradient().matrixProduct(left))
        let product = matrix.matrixProduct(right, transposed: true, false)
        if pass.isTraining {
            left = normalized(product.stoppingGradient())
            pass.update(estimate: estimate, to: left)
        }
        return weight / (product * left).sum()
    }

    /// `W^T`, which is how the weights of most layers lie in memory.
    private func transposedMatrix(_ weight: Value, _ outputAxis: Int) -> Value {
        let axes = Array(0..<weight.shape.rank)
        let outputs = weight.shape[outputAxis]
        let ordered =
            outputAxis == axes.last
            ? weight : weight.transposed(axes.filter { $0 != outputAxis } + [outputAxis])
        return ordered.reshaped([weight.shape.elementCount / outputs, outputs])
    }

    /// `x / max(|x|, 1e-12)`, as PyTorch's `normalize`.
    private func normalized(_ vector: Value) -> Value {
        let length = (vector * vector).sum().squareRoot()
        return vector / length.maximum(vector.graph.constant(1e-12))
    }
}
