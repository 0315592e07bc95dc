import Kernels
import Testing

@Suite struct FusedProgramTests {
    typealias Operation = FusedProgram.Operation
    typealias OperandMode = FusedProgram.OperandMode

    static let shapes: [(Int, Int)] = [
        (1, 1), (1, 2), (2, 1), (1, 1000), (1000, 1), (128, 2), (32, 1), (33, 7), (3, 127),
        (5, 128), (7, 129), (9, 511), (4, 512), (3, 2049), (1025, 3), (1, 2500),
    ]

    private func value(_ operand: [Float], _ mode: OperandMode, row: Int, column: Int, of: Int)
        -> Float
    {
        switch mode {
        case .full: return operand[row * of + column]
        case .scalar: return operand[0]
        case .row: return operand[column]
        case .column: return operand[row]
        }
    }

    private func elementCount(_ mode: OperandMode, _ rows: Int, _ columns: Int) -> Int {
        switch mode {
        case .full: return rows * columns
        case .scalar: return 1
        case .row: return columns
        case .column: return rows
        }
    }

    /// Every mode for every operand of every operation: one program per combination.
    @Test(arguments: Operation.allCases)
    func everyOperationTakesEveryMode(operation: Operation) {
        var numbers = TestNumbers(UInt64(operation.rawValue) + 1)
        let modes = OperandMode.allCases
        let combinations = (0..<(1 << (2 * operation.operandCount))).map { code in
            (0..<operation.operandCount).map { modes[code >> (2 * $0) & 3] }
        }
        for (index, combination) in combinations.enumerated() {
            let (rows, columns) = Self.shapes[index % Self.shapes.count]
            check(operation, combination, rows: rows, columns: columns, &numbers)
        }
    }

    @Test(arguments: shapes)
    func everyShapeIsCovered(rows: Int, columns: Int) {
        var numbers = TestNumbers(77)
        for first in OperandMode.allCases {
            for second in OperandMode.allCases {
                check(.subtract, [first, second], rows: rows, columns: columns, &numbers)
            }
        }
    }

    private func check(
        _ operation: Operation, _ modes: [OperandMode], rows: Int, columns: Int,
        _ numbers: inout TestNumbers
    ) {
        var program = FusedProgram(rows: rows, columns: columns)
        let registers = modes.map { program.addInput($0) }
        program.markOutput(program.append(operation, registers))
        let operands = modes.map { numbers.floats(elementCount($0, rows, columns)) }
        let result = program.compiled()!(operands)[0]
        var wrong = 0
        for row in 0..<rows {
            for column in 0..<columns {
                let x = zip(operands, modes).map {
                    value($0, $1, row: row, column: column, of: columns)
                }
                let seen = result[row * columns + column]
                if let expected = roundedValue(operation, x) {
                    let same = seen == expected || (seen.isNaN && expected.isNaN)
                    if !same { wrong += 1 }
                } else {
                    let exact = exactValue(operation, x.map(Double.init))
                    let error = unitsInTheLastPlace(seen, from: exact)
                    if !(error <= promisedError(operation)) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0, "\(operation) \(modes) [\(rows), \(columns)]")
    }

    @Test func nanPropagates() throws {
        var program = FusedProgram(rows: 1, columns: 3)
        let (x, y) = (program.addInput(.full), program.addInput(.full))
        program.markOutput(program.append(.maximum, x, y))
        program.markOutput(program.append(.minimum, x, y))
        program.markOutput(program.append(.select, x, y, x))
        let compiled = try #require(program.compiled())
        let results = compiled([[.nan, 1, .nan], [2, .nan, .nan]])
        #expect(areAllNaN(results[0]))
        #expect(areAllNaN(results[1]))
        #expect(results[2][0] == 2, "an unordered condition takes the first value")
    }

    /// p' = p - s m' / (sqrt(v') i + e) in place, with m' and v' in place as well.
    private func adam() -> FusedProgram {
        var program = FusedProgram(rows: 1, columns: 3001)
        let full = (0..<4).map { _ in program.addInput(.full) }
        let scalar = (0..<7).map { _ in program.addInput(.scalar) }
        let (m, v, p, g) = (full[0], full[1], full[2], full[3])
        let newM = program.append(
            .add, program.append(.multiply, scalar[0], m), program.append(.multiply, scalar[1], g))
        let square = program.append(.multiply, g, g)
        let newV = program.append(
            .add, program.append(.multiply, scalar[2], v),
            program.append(.multiply, scalar[3], square))
        let root = program.append(.squareRoot, newV)
        let denominator = program.append(
            .add, program.append(.multiply, root, scalar[5]), scalar[6])
        let numerator = program.append(.multiply, scalar[4], newM)
        let update = program.append(.divide, numerator, denominator)
        program.markOutput(newM)
        program.markOutput(newV)
        program.markOutput(program.append(.subtract, p, update))
        return program
    }

    @Test func anAdamUpdateBecomesFourStepsAndRunsInPlace() throws {
        let program = try #require(adam().compiled())
        #expect(program.stepCount == 4)
        var numbers = TestNumbers(3)
        var m = numbers.floats(3001)
        var v = numbers.floats(3001).map(abs)
        var p = numbers.floats(3001)
        let g = numbers.floats(3001)
        let s: [Float] = [0.9, 0.1, 0.999, 0.001, 1e-3, 1.5, 1e-8]
        let expected = (0..<3001).map { i -> [Float] in
            let newM = s[0] * m[i] + s[1] * g[i]
            let newV = s[2] * v[i] + s[3] * (g[i] * g[i])
            return [newM, newV, p[i] - s[4] * newM / (newV.squareRoot() * s[5] + s[6])]
        }
        m.withUnsafeMutableBufferPointer { m in
            v.withUnsafeMutableBufferPointer { v in
                p.withUnsafeMutableBufferPointer { p in
                    g.withUnsafeBufferPointer { g in
                        s.withUnsafeBufferPointer { s in
                            let scalars = (0..<7).map { s.baseAddress! + $0 }
                            let state = [m.baseAddress!, v.baseAddress!, p.baseAddress!]
                            program.run(
                                inputs: state.map { UnsafePointer($0) } + [g.baseAddress!]
                                    + scalars, outputs: state.map { $0 })
                        }
                    }
                }
            }
        }
        #expect(m == expected.map { $0[0] })
        #expect(v == expected.map { $0[1] })
        #expect(p == expected.map { $0[2] })
    }

    /// An output that replaces an input must not be seen by later steps that read the input.
    @Test func laterStepsSeeTheOldValueOfAReplacedInput() throws {
        var source = FusedProgram(rows: 3, columns: 700)
        let (x, y) = (source.addInput(.full), source.addInput(.row))
        source.markOutput(source.append(.add, x, y))
        source.markOutput(source.append(.multiply, x, x))
        let program = try #require(source.compiled())
        var numbers = TestNumbers(4)
        let original = numbers.floats(2100)
        let row = numbers.floats(700)
        var replaced = original
        var squares = [Float](repeating: 0, count: 2100)
        replaced.withUnsafeMutableBufferPointer { replaced in
            squares.withUnsafeMutableBufferPointer { squares in
                row.withUnsafeBufferPointer { row in
                    program.run(
                        inputs: [UnsafePointer(replaced.baseAddress!), row.baseAddress!],
                        outputs: [replaced.baseAddress!, squares.baseAddress!])
                }
            }
        }
        #expect(squares == original.map { $0 * $0 })
        #expect(replaced == original.indices.map { original[$0] + row[$0 % 700] })
    }

    /// Random programs: combined and uncombined forms, against plain Swift, bit for bit.
    @Test func randomProgramsEqualTheirStepsBitForBit() throws {
        let operations: [Operation] = [.add, .subtract, .multiply, .divide, .squareRoot, .select]
        for seed in 0..<200 {
            var numbers = TestNumbers(UInt64(seed))
            var program = FusedProgram(rows: 5, columns: 301)
            var registers = (0..<3).map { _ in program.addInput(.full) }
            let operands = (0..<3).map { _ in numbers.floats(1505) }
            var values = operands
            for _ in 0..<14 {
                let operation = operations[Int(numbers.next() >> 8) % operations.count]
                let chosen = (0..<operation.operandCount).map { _ in
                    Int(numbers.next() >> 8) % registers.count
                }
                registers.append(program.append(operation, chosen.map { registers[$0] }))
                values.append(
                    (0..<1505).map { i in roundedValue(operation, chosen.map { values[$0][i] })! })
            }
            let outputs = [registers.count - 1, registers.count - 3, 2]
            for output in outputs { program.markOutput(registers[output]) }
            let compiled = try #require(program.compiled())
            let results = compiled(operands)
            for (result, output) in zip(results, outputs) {
                let same = zip(result, values[output]).allSatisfy {
                    $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
                }
                #expect(same, "seed \(seed)")
            }
        }
    }

    @Test func aProgramBeyondTheLimitsIsRefused() {
        var wide = FusedProgram(rows: 1, columns: 1)
        let inputs = (0...FusedProgram.maximumInputCount).map { _ in wide.addInput(.full) }
        wide.markOutput(wide.append(.negate, inputs[0]))
        #expect(wide.compiled() == nil)

        var long = FusedProgram(rows: 1, columns: 1)
        var register = long.addInput(.full)
        for _ in 0...FusedProgram.maximumStepCount { register = long.append(.tanh, register) }
        long.markOutput(register)
        #expect(long.compiled() == nil)

        var tangled = FusedProgram(rows: 1, columns: 1)
        let x = tangled.addInput(.full)
        let waiting = (0..<20).map { _ in tangled.append(.tanh, x) }
        tangled.markOutput(waiting.dropFirst().reduce(waiting[0]) { tangled.append(.add, $1, $0) })
        #expect(tangled.compiled() == nil, "twenty results wait at the same time")
    }

    @Test func emptySpacesDoNothing() throws {
        var program = FusedProgram(rows: 0, columns: 5)
        let x = program.addInput(.row)
        program.markOutput(program.append(.negate, x))
        let compiled = try #require(program.compiled())
        #expect(compiled([[1, 2, 3, 4, 5]]) == [[]])
    }
}
