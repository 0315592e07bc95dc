import Foundation
import GraphExecution
import TensorGraph
import Testing

@Suite struct PrimitiveTests {
    /// A sample's graph with numbers for its inputs.
    private struct Built {
        let operands: [Value]
        let result: Value
        var inputs: [String: [Double]] = [:]
        var generator = SeededGenerator(seed: 7)

        init(_ sample: PrimitiveSample) {
            let graph = Graph()
            operands = sample.operands.enumerated().map { graph.input("x\($0)", $1) }
            result = sample.build(operands)
            for (index, values) in sample.values(using: &generator).enumerated() {
                inputs["x\(index)"] = values
            }
        }
    }

    @Test(arguments: PrimitiveSamples.all) func shapeIsThatOfTheExecution(_ sample: PrimitiveSample)
    {
        let built = Built(sample)
        #expect(built.result.shape == sample.expected)
        let reference = ReferenceEvaluator.evaluate([built.result], inputs: built.inputs)[0]
        #expect(reference.count == sample.expected.elementCount)
        let executed = Self.execute(built.result, built.inputs)
        #expect(executed.count == sample.expected.elementCount)
        for (value, expected) in zip(executed, reference) {
            #expect(abs(Double(value) - expected) <= 1e-5 * max(1, abs(expected)))
        }
    }

    /// The value of `result` as a plan computes it.
    private static func execute(_ result: Value, _ inputs: [String: [Double]]) -> [Float] {
        var request = PlanRequest()
        request.output("result", result)
        for name in inputs.keys { request.inputs[name] = .arena }
        let plan = PlanCompiler.compile(request)
        let arena = UnsafeMutablePointer<Float>.allocate(capacity: plan.arenaCount + 1)
        defer { arena.deallocate() }
        for (name, values) in inputs {
            guard let input = plan.input(name) else { continue }
            for (index, value) in values.enumerated() {
                arena[Int(input.location.offset) + index] = Float(value)
            }
        }
        var bases = [arena, arena]
        bases.withUnsafeMutableBufferPointer { PlanInterpreter.run(plan, $0.baseAddress!) }
        let (location, count) = plan.output("result")
        return (0..<count).map { bases[Int(location.slot)][Int(location.offset) + $0] }
    }

    @Test(arguments: PrimitiveSamples.all) func gradientsAgreeWithDifferences(
        _ sample: PrimitiveSample
    ) {
        var built = Built(sample)
        let weights = built.result.graph.input("weights", sample.expected)
        built.inputs["weights"] = built.generator.doubles(sample.expected.elementCount)
        let scalar = (built.result * weights).sum()
        GradientCheck(variables: built.operands, inputs: built.inputs)
            .verifyTwice(scalar, sample.testDescription, using: &built.generator)
    }

    @Test func everyPrimitiveHasASample() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/TensorGraph/Primitives").standardized
        var declared = Set<String>()
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let text = try String(
                contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for match in text.matches(of: /struct (\w+): Primitive/) {
                declared.insert(String(match.1))
            }
        }
        #expect(declared.count >= 12)
        var used: Set = ["StopGradient"]
        for sample in PrimitiveSamples.all {
            for node in Built(sample).result.graph.nodes {
                used.insert("\(type(of: node.primitive))")
            }
        }
        #expect(declared.subtracting(used) == [])
    }

    @Test func stoppedGradientCountsAsZero() {
        let graph = Graph()
        let x = graph.input("x", [2])
        let scalar = (x * x.stoppingGradient()).sum()
        let gradient = scalar.gradient(withRespectTo: [x])[0]
        let values = ReferenceEvaluator.evaluate([gradient], inputs: ["x": [3, -2]])[0]
        #expect(values == [3, -2])
    }

    @Test(arguments: [
        (Double.nan, Double.nan), (0, 0), (-0.0, 0), (-1, 0), (2, 2), (.infinity, .infinity),
    ]) func reluPassesNaNAndIsZeroAtZero(x: Double, expected: Double) {
        let graph = Graph()
        let input = graph.input("x", [])
        let values = ReferenceEvaluator.evaluate([input.relu()], inputs: ["x": [x]])[0]
        #expect(values[0] == expected || (values[0].isNaN && expected.isNaN))
        let slope = input.relu().gradient(withRespectTo: [input])[0]
        let slopes = ReferenceEvaluator.evaluate([slope], inputs: ["x": [x]])[0]
        #expect(slopes == [x <= 0 ? 0 : 1])
    }
}
