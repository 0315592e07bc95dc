import CKernels
import NeuralNetwork
import Randomness

// What a swap may do to the memory of networks, besides giving it another place.

extension NetworkState {
    /// Begins anew: parameters and estimates as `Network.initialize` fills them from these streams.
    package func reinitialize(_ network: Network, stream: (Int) -> RandomStream) {
        network.initialize(parameters: parameters.elements, stream: stream)
        network.initialize(estimates: estimates.elements, stream: stream)
    }

    /// w[i] += scale rms(w) n[i], rms(w) = sqrt(mean w^2), for each tensor w of the parameters.
    ///
    /// - Parameter stream: the normal numbers n of each tensor, in the order of memory.
    package func perturb(_ network: Network, scale: Double, stream: (Int) -> RandomStream) {
        for (index, entry) in network.parameters.entries.enumerated() {
            let tensor = parameters.base + entry.offset
            let squares = qk_sum_squares(tensor, entry.count)
            let deviation = Float(scale * (squares / Double(entry.count)).squareRoot())
            addNoise(to: tensor, entry.count, deviation, stream(index))
        }
    }

    private func addNoise(
        to tensor: UnsafeMutablePointer<Float>, _ count: Int, _ deviation: Float,
        _ stream: RandomStream
    ) {
        let most = 1024
        withUnsafeTemporaryAllocation(of: Float.self, capacity: most) { noise in
            for first in stride(from: 0, to: count, by: most) {
                let part = min(most, count - first)
                stream.fillNormal(
                    UnsafeMutableBufferPointer(rebasing: noise[..<part]),
                    firstBlock: UInt32(first / 4))
                for index in 0..<part { tensor[first + index] += deviation * noise[index] }
            }
        }
    }

    /// Takes the parameters and estimates of another network of the same kind.
    package func take(_ other: NetworkState) {
        parameters.copy(other.parameters)
        estimates.copy(other.estimates)
    }
}

extension OptimizerState {
    /// Takes the slots and the step count of the same optimiser of a network of the same kind.
    package func take(_ other: OptimizerState) {
        slots.copy(other.slots)
        updateCount = other.updateCount
    }

    /// Each takes what the other one has.
    package func exchange(_ other: OptimizerState) {
        precondition(slots.elements.count == other.slots.elements.count, "other optimisers")
        for index in slots.elements.indices {
            let element = slots.elements[index]
            slots.elements[index] = other.slots.elements[index]
            other.slots.elements[index] = element
        }
        swap(&updateCount, &other.updateCount)
    }

    /// Each becomes the mean of all; step counts are rounded down.
    package static func average(_ states: [OptimizerState]) {
        FloatVector.average(states.map(\.slots))
        let count = states.reduce(0) { $0 + $1.updateCount } / states.count
        for state in states { state.updateCount = count }
    }
}

extension FloatVector {
    /// v[k] = (v[0] + ... + v[n - 1]) / n for each of n vectors of one length, summed in this order
    /// in `Double`.
    package static func average(_ vectors: [FloatVector]) {
        guard let first = vectors.first else { return }
        for index in first.elements.indices {
            var sum = 0.0
            for vector in vectors { sum += Double(vector.elements[index]) }
            let mean = Float(sum / Double(vectors.count))
            for vector in vectors { vector.elements[index] = mean }
        }
    }
}
