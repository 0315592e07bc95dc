import Adversarial
import NeuralNetwork
import OracleSupport

/// The only places where tests turn named tensors, as PyTorch has them, into parameter vectors
/// and back: a weight that the layout keeps as [in, out] is given and returned as [out, in].
extension StateLayout {
    /// The vector that holds the tensors `prefix + name` of `oracle`.
    func vector(_ oracle: OracleValue, prefix: String = "") -> [Double] {
        entries.flatMap { entry in
            let tensor = oracle[prefix + entry.name]
            precondition(tensor.shape == entry.fileShape, "\(entry.name) \(tensor.shape)")
            return entry.transposed(tensor.data, toFile: false)
        }
    }

    /// The vector that holds the tensors of the part `name`; empty where the layout has none.
    func vector(ifAnyOf oracle: OracleValue, _ name: String) -> [Double] {
        entries.isEmpty ? [] : vector(oracle[name])
    }

    /// The tensor `name` of a vector.
    func tensor(_ name: String, of vector: [Double]) -> [Double] {
        let entry = self[name]
        let values = vector[entry.offset..<(entry.offset + entry.count)]
        return entry.transposed(values, toFile: true)
    }
}

extension FloatVector {
    var values: [Double] { elements.map(Double.init) }
    var bits: [UInt32] { elements.map(\.bitPattern) }

    func set(_ values: [Double]) {
        precondition(values.count == elements.count, "\(values.count) for \(elements.count)")
        for (index, value) in values.enumerated() { elements[index] = Float(value) }
    }
}
