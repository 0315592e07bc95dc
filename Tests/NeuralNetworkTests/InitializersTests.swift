import NeuralNetwork
import Randomness
import Settings
import Testing

private let identifiers = Initializers.catalog.map { $0.identifier }

private func initializer(_ identifier: String, _ toml: String = "") throws -> any Initializer {
    let type = Initializers.catalog.first { $0.identifier == identifier }!
    return try type.init(settings: settings(toml))
}

private func stream(_ tensor: Int, seed: UInt64 = 3) -> RandomStream {
    RandomStream(
        seed: seed, step: UInt32(tensor), member: 0, purpose: .generatorInitialization)
}

/// A weight matrix `[inputs, outputs]`, filled by the initialiser where it was NaN.
private func weight(
    _ initializer: any Initializer, outputs: Int, inputs: Int, tensor: Int = 0
) -> [Float] {
    var weight = [Float](repeating: .nan, count: outputs * inputs)
    weight.withUnsafeMutableBufferPointer {
        initializer.fill(
            $0, columns: outputs, fan: (inputs: inputs, outputs: outputs), from: stream(tensor))
    }
    return weight
}

/// The whole parameter and statistics vectors of a network.
private func state(
    _ network: Network, seed: UInt64 = 3
) -> (parameters: [Float], statistics: [Float]) {
    var parameters = [Float](repeating: .nan, count: network.parameters.count)
    parameters.withUnsafeMutableBufferPointer {
        network.initialize(parameters: $0) { stream($0, seed: seed) }
    }
    var statistics = [Float](repeating: .nan, count: network.statistics.count)
    statistics.withUnsafeMutableBufferPointer { network.initialize(statistics: $0) }
    return (parameters, statistics)
}

@Suite struct InitializersTests {
    /// The documented variance, of which a sample of 160 000 may be 2 % off (5 deviations).
    @Test(arguments: identifiers) func meanAndVariance(identifier: String) throws {
        let (outputs, inputs) = (400, 400)
        let variance: Double =
            switch identifier {
            case "glorot": 2.0 / Double(inputs + outputs)
            case "he": 2.0 / Double(inputs)
            case "normal": 0.02 * 0.02
            case "orthogonal": 1.0 / Double(inputs)
            default: throw UnknownChoice(name: identifier)
            }
        let numbers = weight(try initializer(identifier), outputs: outputs, inputs: inputs)
            .map(Double.init)
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let square = numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)
        #expect(abs(mean) < 5 * (variance / Double(numbers.count)).squareRoot())
        #expect(abs(square / variance - 1) < 0.02)
    }

    /// Outputs and inputs are not confused.
    @Test func fansOfAWideMatrix() throws {
        let glorot = weight(try initializer("glorot"), outputs: 500, inputs: 100)
        let bound = Float(0.1)  // sqrt(6 / 600)
        #expect(glorot.allSatisfy { abs($0) < bound })
        #expect(glorot.max()! > 0.999 * bound && glorot.min()! < -0.999 * bound)
        let he = weight(try initializer("he"), outputs: 500, inputs: 100)
        let square = he.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(he.count)
        #expect(abs(square / 0.02 - 1) < 0.04)
    }

    @Test func theDeviationIsASetting() throws {
        let narrow = weight(try initializer("normal"), outputs: 20, inputs: 20)
        let wide = weight(
            try initializer("normal", "initializer_deviation = 0.04"), outputs: 20, inputs: 20)
        #expect(zip(narrow, wide).allSatisfy { abs($0 * 2 - $1) <= 1e-7 })
        #expect(throws: SettingsError.self) {
            try initializer("normal", "initializer_deviation = 0")
        }
    }

    @Test(arguments: [(1, 1), (1, 9), (9, 1), (24, 24), (17, 40), (40, 17)])
    func orthonormality(outputs: Int, inputs: Int) throws {
        let numbers = weight(try initializer("orthogonal"), outputs: outputs, inputs: inputs)
        let byColumns = outputs <= inputs
        let (count, length) = byColumns ? (outputs, inputs) : (inputs, outputs)
        func element(_ vector: Int, _ place: Int) -> Double {
            Double(
                byColumns ? numbers[place * outputs + vector] : numbers[vector * outputs + place])
        }
        for i in 0..<count {
            for j in 0...i {
                let product = (0..<length).reduce(0.0) { $0 + element(i, $1) * element(j, $1) }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
            }
        }
    }

    @Test(arguments: identifiers) func everyElementIsWritten(identifier: String) throws {
        let initializer = try initializer(identifier)
        for (outputs, inputs) in [(1, 1), (1, 3), (3, 1), (5, 7), (13, 1), (64, 3)] {
            let numbers = weight(initializer, outputs: outputs, inputs: inputs)
            #expect(numbers.allSatisfy { $0.isFinite })
        }
    }

    @Test(arguments: identifiers) func streamsDecideTheBits(identifier: String) throws {
        let initializer = try initializer(identifier)
        let first = weight(initializer, outputs: 8, inputs: 8, tensor: 0)
        #expect(first == weight(initializer, outputs: 8, inputs: 8, tensor: 0))
        let second = weight(initializer, outputs: 8, inputs: 8, tensor: 1)
        #expect(zip(first, second).allSatisfy { $0 != $1 })
    }

    @Test(arguments: identifiers) func networksBegin(identifier: String) throws {
        let network = try perceptron(
            "hidden = [6, 6]\nnormalization = \"batch\"\ninitializer = \"\(identifier)\"",
            input: [6], output: [6])
        let (parameters, statistics) = state(network)
        #expect((parameters, statistics) == state(network))
        #expect(parameters != state(network, seed: 4).parameters)
        func part(_ name: String) -> [Float] {
            let entry = network.parameters[name]
            return Array(parameters[entry.offset..<(entry.offset + entry.count)])
        }
        let weights = (1...3).map { part("dense\($0).weight") }
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            #expect(zip(weights[one], weights[other]).allSatisfy { $0 != $1 })
        }
        for layer in 1...3 { #expect(part("dense\(layer).bias") == .init(repeating: 0, count: 6)) }
        for layer in 1...2 {
            #expect(part("norm\(layer).weight") == .init(repeating: 1, count: 6))
            #expect(part("norm\(layer).bias") == .init(repeating: 0, count: 6))
        }
        let once = [Float](repeating: 0, count: 6) + [Float](repeating: 1, count: 6)
        #expect(statistics == once + once)
    }

    /// A tensor's numbers depend on its place in the layout alone, not on those before it.
    @Test func eachTensorHasItsOwnStream() throws {
        let narrow = try perceptron("hidden = [5]", input: [4], output: [3])
        let wide = try perceptron("hidden = [5]", input: [9], output: [3])
        let (one, other) = (state(narrow).parameters, state(wide).parameters)
        let (first, second) = (
            narrow.parameters["dense2.weight"].offset, wide.parameters["dense2.weight"].offset
        )
        #expect(one[first..<(first + 15)] == other[second..<(second + 15)])
    }
}
