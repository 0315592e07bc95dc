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
            if tensor.shape == entry.shape { return tensor.data }
            precondition(tensor.shape == entry.shape.reversed(), "\(entry.name) \(entry.shape)")
            return Self.transposed(tensor.data, columns: tensor.shape[1])
        }
    }

    /// The tensor `name` of a vector; a weight as `outputs` rows.
    func tensor(_ name: String, of vector: [Double], outputs: Int? = nil) -> [Double] {
        let entry = self[name]
        let values = Array(vector[entry.offset..<(entry.offset + entry.count)])
        guard let outputs, entry.shape[0] != outputs else { return values }
        return Self.transposed(values, columns: outputs)
    }

    private static func transposed(_ values: [Double], columns: Int) -> [Double] {
        let rows = values.count / columns
        return (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
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
