import CKernels
import Kernels

/// Reproducible test values: a 64-bit linear congruential generator, upper bits.
struct TestNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt32 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt32(truncatingIfNeeded: state >> 32)
    }

    /// Uniform on [-limit, limit).
    mutating func floats(_ count: Int, limit: Float = 2) -> [Float] {
        (0..<count).map { _ in (Float(next() >> 8) * 0x1p-23 - 1) * limit }
    }
}

extension CompiledFusedProgram {
    /// Runs on arrays and returns the outputs, each rows * columns elements.
    func callAsFunction(_ inputs: [[Float]]) -> [[Float]] {
        let count = Int(program.rows) * Int(program.columns)
        let inputMemory = inputs.map { values in
            let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(values.count, 1))
            memory.initialize(from: values, count: values.count)
            return memory
        }
        let outputMemory = (0..<Int(program.output_count)).map { _ in
            let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
            memory.initialize(repeating: -1234.5, count: max(count, 1))
            return memory
        }
        defer {
            for memory in inputMemory + outputMemory { memory.deallocate() }
        }
        run(inputs: inputMemory.map { UnsafePointer($0) }, outputs: outputMemory.map { $0 })
        return outputMemory.map { Array(UnsafeBufferPointer(start: $0, count: count)) }
    }
}

/// The exact value of an operation, in double precision, its operands being floats.
func exactValue(_ operation: FusedProgram.Operation, _ x: [Double]) -> Double {
    switch operation {
    case .add: return x[0] + x[1]
    case .subtract: return x[0] - x[1]
    case .multiply: return x[0] * x[1]
    case .divide: return x[0] / x[1]
    case .maximum: return x[0].isNaN || x[1].isNaN ? .nan : max(x[0], x[1])
    case .minimum: return x[0].isNaN || x[1].isNaN ? .nan : min(x[0], x[1])
    case .select: return x[0] <= 0 ? x[2] : x[1]
    case .negate: return -x[0]
    case .squareRoot: return x[0].squareRoot()
    case .reciprocal: return 1 / x[0]
    case .copy: return x[0]
    case .exponential, .logarithm, .tanh, .sigmoid, .softplus:
        return exactFunction(operation, x[0])
    case .multiplyAdd: return x[0] * x[1] + x[2]
    case .multiplySubtract: return x[0] * x[1] - x[2]
    case .subtractProduct: return x[2] - x[0] * x[1]
    case .sumOfProducts: return x[0] * x[1] + x[2] * x[3]
    case .scaledSquareAdd: return x[0] * x[1] + x[2] * (x[3] * x[3])
    case .squareRootAffine: return x[0].squareRoot() * x[1] + x[2]
    case .subtractQuotient: return x[0] - x[1] * x[2] / x[3]
    }
}

/// The value that the floats' own arithmetic must give exactly, every operation rounded.
func roundedValue(_ operation: FusedProgram.Operation, _ x: [Float]) -> Float? {
    switch operation {
    case .exponential, .logarithm, .tanh, .sigmoid, .softplus: return nil
    case .multiplyAdd: return x[0] * x[1] + x[2]
    case .multiplySubtract: return x[0] * x[1] - x[2]
    case .subtractProduct: return x[2] - x[0] * x[1]
    case .sumOfProducts: return x[0] * x[1] + x[2] * x[3]
    case .scaledSquareAdd: return x[0] * x[1] + x[2] * (x[3] * x[3])
    case .squareRootAffine: return x[0].squareRoot() * x[1] + x[2]
    case .subtractQuotient: return x[0] - x[1] * x[2] / x[3]
    default: return Float(exactValue(operation, x.map(Double.init)))
    }
}

/// The distance to the exact value in units of the last place of that value as a float.
func unitsInTheLastPlace(_ value: Float, from exact: Double) -> Double {
    let nearest = Float(exact)
    if value == nearest || (value.isNaN && exact.isNaN) { return 0 }
    if !value.isFinite || !nearest.isFinite {
        // Next to the largest float, infinity stands for the next number.
        let limit = Double(Float.greatestFiniteMagnitude)
        let step = Double(Float.greatestFiniteMagnitude.ulp)
        guard abs(exact) > limit - 2 * step, abs(exact) < limit + 2 * step else { return .infinity }
        let seen = value.isFinite ? abs(Double(value)) : limit + step
        return abs(seen - abs(exact)) / step
    }
    return abs(Double(value) - exact) / Double(nearest.ulp)
}

func areAllNaN(_ values: [Float]) -> Bool { values.allSatisfy { $0.isNaN } }
