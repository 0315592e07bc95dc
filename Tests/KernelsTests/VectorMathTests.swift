import Foundation
import Kernels
import Testing

/// In double precision with the library's functions, which are far more precise than a float.
func exactFunction(_ operation: FusedProgram.Operation, _ x: Double) -> Double {
    switch operation {
    case .exponential: return exp(x)
    case .logarithm: return log(x)
    case .tanh: return tanh(x)
    case .sigmoid: return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
    case .softplus: return x.isNaN ? x : max(x, 0) + log1p(exp(-abs(x)))
    default: preconditionFailure("\(operation) is not a function")
    }
}

/// The promised distance from the exact value, in units of its last place.
func promisedError(_ operation: FusedProgram.Operation) -> Double {
    operation == .sigmoid ? 2.5 : 2
}

@Suite struct VectorMathTests {
    static let functions: [FusedProgram.Operation] = [
        .exponential, .logarithm, .tanh, .sigmoid, .softplus,
    ]

    private func apply(_ operation: FusedProgram.Operation, _ values: [Float]) -> [Float] {
        var program = FusedProgram(rows: 1, columns: values.count)
        let x = program.addInput(.full)
        program.markOutput(program.append(operation, x))
        return program.compiled()!([values])[0]
    }

    /// Every 2,039th of all floats, NaN and infinities included: 2.1 million.
    @Test(arguments: functions)
    func isWithinThePromisedError(operation: FusedProgram.Operation) {
        let values = stride(from: UInt64(0), through: UInt64(UInt32.max), by: 2039).map {
            Float(bitPattern: UInt32($0))
        }
        let results = apply(operation, values)
        var worst = (error: 0.0, value: Float(0))
        for (value, result) in zip(values, results) {
            let exact = exactFunction(operation, Double(value))
            let error = unitsInTheLastPlace(result, from: exact)
            if error > worst.error { worst = (error, value) }
        }
        #expect(worst.error <= promisedError(operation), "\(operation) at \(worst.value)")
    }

    /// Where numbers change: the ends of the ranges and the joints of the approximations.
    @Test(arguments: functions)
    func isWithinThePromisedErrorAroundSpecialPlaces(operation: FusedProgram.Operation) {
        let places: [Float] = [
            0, 0.34657359, 0.41421356, 0.5, 0.625, 0.6931472, 0.70710677, 1, 1.4142135, 2, 8, 9,
            16.6, 17.3, 44, 87.33654, 88, 88.72283, 89, 103.27893, 103.97208, 104,
            .leastNormalMagnitude,
        ]
        let values = places.flatMap { place in
            (-2000...2000).flatMap { offset -> [Float] in
                let bits = Int64(place.bitPattern) + Int64(offset)
                guard bits >= 0 else { return [] }
                let value = Float(bitPattern: UInt32(bits))
                return [value, -value]
            }
        }
        for (value, result) in zip(values, apply(operation, values)) {
            let exact = exactFunction(operation, Double(value))
            let error = unitsInTheLastPlace(result, from: exact)
            if error > promisedError(operation) {
                Issue.record("\(operation) at \(value): off by \(error)")
            }
        }
    }

    @Test func limitsAreExact() {
        let ends: [Float] = [-.infinity, -1e30, 0, 1e30, .infinity]
        #expect(apply(.exponential, ends) == [0, 0, 1, .infinity, .infinity])
        #expect(apply(.sigmoid, ends) == [0, 0, 0.5, 1, 1])
        #expect(apply(.tanh, ends) == [-1, -1, 0, 1, 1])
        #expect(apply(.softplus, [-.infinity, -1e30, 1e30, .infinity]) == [0, 0, 1e30, .infinity])
        #expect(
            apply(.logarithm, [0, -0.0, 1, .infinity]) == [-.infinity, -.infinity, 0, .infinity])
        #expect(areAllNaN(apply(.logarithm, [-1, -.infinity])))
        #expect(apply(.tanh, [-0.0])[0].sign == .minus)
    }

    @Test(arguments: functions)
    func nanStaysNaN(operation: FusedProgram.Operation) {
        let nans: [Float] = [.nan, -.nan, .signalingNaN, Float(bitPattern: 0xFFFF_FFFF)]
        #expect(areAllNaN(apply(operation, nans)))
    }

    /// The same element gives the same bits at every place of a vector and of its remainder.
    @Test(arguments: functions)
    func resultDoesNotDependOnThePlace(operation: FusedProgram.Operation) {
        for count in [1, 2, 3, 7, 15, 16, 17, 31, 33, 63, 100, 1025] {
            let results = apply(operation, [Float](repeating: 0.8371, count: count))
            #expect(Set(results.map(\.bitPattern)).count == 1)
        }
    }
}
