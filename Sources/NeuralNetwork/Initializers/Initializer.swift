import Randomness
import Settings

/// How the weights of a network begin.
package protocol Initializer: Catalogued {
    /// Fills weights, as a row-major matrix of `columns` columns, from a stream of their own.
    ///
    /// - Parameter fan: numbers that a unit reads, and units that a number reaches.
    func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, columns: Int,
        fan: (inputs: Int, outputs: Int), from stream: RandomStream)
}

package enum Initializers {
    package static let catalog: [any Initializer.Type] = [
        GlorotInitializer.self, HeInitializer.self, NormalInitializer.self,
        OrthogonalInitializer.self,
    ]
}

extension Network {
    /// Fills a parameter vector: weights by the initialiser, the rest with their constants.
    ///
    /// The n-th tensor of the layout draws from `stream(n)`.
    package func initialize(
        parameters vector: UnsafeMutableBufferPointer<Float>, stream: (Int) -> RandomStream
    ) {
        for (index, entry) in parameters.entries.enumerated() {
            let part = UnsafeMutableBufferPointer(
                rebasing: vector[entry.offset..<(entry.offset + entry.count)])
            switch entry.initialization {
            case .constant(let value): part.update(repeating: value)
            case .weight:
                initializer.fill(
                    part, columns: entry.shape.last!, fan: entry.fan, from: stream(index))
            case .direction: part.fillDirection(from: stream(index))
            }
        }
    }

    /// Fills an estimates vector; the n-th tensor draws from `stream(parameter tensors + n)`.
    package func initialize(
        estimates vector: UnsafeMutableBufferPointer<Float>, stream: (Int) -> RandomStream
    ) {
        for (index, entry) in estimates.entries.enumerated() {
            let part = UnsafeMutableBufferPointer(
                rebasing: vector[entry.offset..<(entry.offset + entry.count)])
            if case .constant(let value) = entry.initialization {
                part.update(repeating: value)
            } else {
                part.fillDirection(from: stream(parameters.entries.count + index))
            }
        }
    }

    /// Fills a statistics vector with its constants.
    package func initialize(statistics vector: UnsafeMutableBufferPointer<Float>) {
        for entry in statistics.entries {
            guard case .constant(let value) = entry.initialization else { continue }
            vector[entry.offset..<(entry.offset + entry.count)].update(repeating: value)
        }
    }
}

extension UnsafeMutableBufferPointer<Float> {
    /// A normal vector divided by its length.
    fileprivate func fillDirection(from stream: RandomStream) {
        stream.fillNormal(self)
        let length = reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0 else {
            self[0] = 1
            return
        }
        for index in indices { self[index] = Float(Double(self[index]) / length) }
    }
}
