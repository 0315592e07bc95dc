import GraphExecution
import TensorGraph
import Testing

@Suite struct DifferentiationTests {
    @Test func independentVariablesGetZeros() {
        let graph = Graph()
        let (x, y) = (graph.input("x", [2]), graph.input("y", [3, 1]))
        let scalar = (x * x).sum()
        let later = graph.input("later", [])
        let gradients = scalar.gradient(withRespectTo: [y, later])
        let values = ReferenceEvaluator.evaluate(gradients, inputs: [:])
        #expect(values == [[0, 0, 0], [0]])
    }

    @Test func variablesMayBeIntermediateValuesAndTheScalarItself() {
        let graph = Graph()
        let x = graph.input("x", [2])
        let square = x * x
        let scalar = (square * square).sum()
        let gradients = scalar.gradient(withRespectTo: [square, x, scalar])
        let values = ReferenceEvaluator.evaluate(gradients, inputs: ["x": [2, -1]])
        #expect(values == [[8, 2], [32, -4], [1]])
    }

    @Test func pullbackTakesACotangentOfAnyShape() {
        let graph = Graph()
        let (x, seed) = (graph.input("x", [3]), graph.input("seed", [3]))
        let product = (x * x).pullback(seed, withRespectTo: [x])[0]
        let values = ReferenceEvaluator.evaluate(
            [product], inputs: ["x": [1, 2, 3], "seed": [1, 10, 100]])
        #expect(values == [[2, 40, 600]])
    }

    /// The derivative asks for the sign of the result, so that the operand need not be kept.
    @Test(arguments: [0, 0.1]) func reluIsDifferentiatedThroughItsResult(slope: Double) {
        let graph = Graph()
        let x = graph.input("x", [2])
        let activation = slope == 0 ? x.relu() : x.leakyRelu(slope: slope)
        _ = activation.sum().gradient(withRespectTo: [x])
        let conditions = graph.nodes[(activation.index + 1)...].filter {
            ($0.primitive as? Elementwise)?.function == .select
        }.map { $0.operands[0] }
        #expect(Set(conditions) == [activation.index])
    }

    /// With a negative slope the result does not have the sign of the operand.
    @Test func negativeSlopeIsDifferentiatedThroughTheOperand() {
        let graph = Graph()
        let x = graph.input("x", [2])
        let gradient = x.leakyRelu(slope: -0.5).sum().gradient(withRespectTo: [x])
        #expect(ReferenceEvaluator.evaluate(gradient, inputs: ["x": [-1, 1]]) == [[-0.5, 1]])
    }
}

@Suite struct GraphPassTests {
    private static func program(_ build: (Graph, Value) -> Value) -> GraphProgram {
        let graph = Graph()
        return GraphProgram(outputs: [build(graph, graph.input("x", [2]))])
    }

    private static func names(_ program: GraphProgram) -> [String] {
        program.graph.nodes.map(\.primitive.name)
    }

    @Test func constantsAreFolded() {
        let program = Self.program { graph, x in x * (graph.constant(2) * 3 + 1) }
        let folded = DeadValueRemoval().run(ConstantFolding().run(program))
        #expect(Self.names(folded) == ["input x", "constant 7.0", "broadcast", "multiply"])
    }

    @Test func neutralOperationsVanish() {
        let program = Self.program { _, x in
            -(-((1 * ((x + 0) - 0) * 1) / 1 + 0.0)) + x.graph.constant(0)
        }
        let folded = DeadValueRemoval().run(ConstantFolding().run(program))
        #expect(Self.names(folded) == ["input x"])
    }

    @Test func otherOperationsStay() {
        let program = Self.program { _, x in (0 - x) / 2 * 3 }
        let folded = ConstantFolding().run(program)
        #expect(
            Self.names(folded).filter { !$0.hasPrefix("constant") && $0 != "broadcast" }
                == ["input x", "subtract", "divide", "multiply"])
    }

    @Test func duplicatesAreMerged() {
        let program = Self.program { _, x in x.tanh() * x.tanh() + x.tanh().sigmoid() }
        let merged = DuplicateMerging().run(program)
        #expect(Self.names(merged) == ["input x", "tanh", "multiply", "sigmoid", "add"])
        #expect(merged.graph.nodes[2].operands == [1, 1])
    }

    @Test func differentPrimitivesAreNotMerged() {
        let program = Self.program { _, x in
            x.sliced(from: [0], extents: [1]) * x.sliced(from: [1], extents: [1])
        }
        #expect(DuplicateMerging().run(program).graph.nodes.count == 4)
    }

    /// The derivative of a maximum over pieces, as of a maxout unit.
    @Test func paddedPiecesAreConcatenated() {
        let graph = Graph()
        let x = graph.input("x", [2, 6])
        let pieces = [4, 0, 2].map { x.sliced(axis: 1, from: $0, count: 2) }
        let best = pieces[0].maximum(pieces[1]).maximum(pieces[2])
        let program = GraphProgram(
            outputs: (best * best).sum().gradient(withRespectTo: [x]))
        let merged = GraphPasses.run(program, verifying: true)
        let names = Self.names(merged)
        #expect(names.last == "concatenate along 1" && !names.contains { $0.hasPrefix("pad") })
        let values: [Double] = [1, -2, 3, 5, 2, 4, -1, 0.5, -3, 0.25, -2, 7]
        let expected: [Double] = [0, 0, 6, 10, 0, 0, -2, 0, 0, 0, 0, 14]
        #expect(ReferenceEvaluator.evaluate(merged.outputs, inputs: ["x": values]) == [expected])
        #expect(ReferenceEvaluator.evaluate(program.outputs, inputs: ["x": values]) == [expected])
    }

    /// Two of three columns are one piece; boxes that overlap, leave a gap or touch at a corner
    /// stay two.
    @Test(arguments: [
        ([0, 0], [0, 1], [2, 1], 1), ([0, 1], [0, 0], [2, 1], 1), ([0, 0], [1, 0], [1, 3], 0),
        ([0, 0], [0, 1], [2, 2], 2), ([0, 0], [0, 2], [2, 1], 2), ([0, 0], [1, 1], [1, 1], 2),
        ([0, 0], [0, 0], [2, 2], 2),
    ])
    func piecesThatTouchAreMerged(_ one: [Int], _ other: [Int], _ extents: [Int], pads: Int) {
        let graph = Graph()
        let values = ["a", "b"].map { graph.input($0, Shape(extents)) }
        let program = GraphProgram(outputs: [
            values[0].padded(to: [2, 3], at: one) + values[1].padded(to: [2, 3], at: other)
        ])
        let merged = DeadValueRemoval().run(PadMerging().run(program))
        #expect(GraphVerifier.problems(of: merged).isEmpty)
        #expect(Self.names(merged).filter { $0.hasPrefix("pad") }.count == pads)
        let count = extents.reduce(1, *)
        let inputs = [
            "a": (0..<count).map { Double($0) + 1 }, "b": (0..<count).map { -Double($0) - 10 },
        ]
        #expect(
            ReferenceEvaluator.evaluate(merged.outputs, inputs: inputs)
                == ReferenceEvaluator.evaluate(program.outputs, inputs: inputs))
    }

    @Test func deadValuesAreRemoved() {
        let program = Self.program { graph, x in
            _ = (graph.input("unused", [5]) * 2).sum()
            return x.stoppingGradient().tanh()
        }
        #expect(Self.names(DeadValueRemoval().run(program)) == ["input x", "tanh"])
    }

    @Test func passesKeepTheValues() {
        let program = Self.program { graph, x in
            let y = (x * 2 + 0).tanh() - (x * 2).tanh() * (graph.constant(3) / 6)
            return (y * y).mean().gradient(withRespectTo: [x])[0]
        }
        let inputs = ["x": [0.3, -0.8]]
        let expected = ReferenceEvaluator.evaluate(program.outputs, inputs: inputs)[0]
        for pass in GraphPasses.all {
            let changed = GraphPasses.run(program, passes: [pass], verifying: true)
            let values = ReferenceEvaluator.evaluate(changed.outputs, inputs: inputs)[0]
            #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-14 }, "\(pass.name)")
        }
        let all = GraphPasses.run(program, verifying: true)
        #expect(all.graph.nodes.count < program.graph.nodes.count)
    }
}

@Suite struct GraphPrinterTests {
    @Test func programsArePrintedLineByLine() {
        let graph = Graph()
        let (x, w) = (graph.input("x", [2, 3]), graph.input("w", [4, 3]))
        let hidden = x.matrixProduct(w, transposed: false, true).relu()
        let program = GraphProgram(outputs: [hidden.mean(), hidden])
        #expect(
            GraphPrinter.text(of: program) == """
                %0 = input x [2x3]
                %1 = input w [4x3]
                %2 = matrix-product NT(%0, %1) [2x4]
                %3 = constant 0.0 []
                %4 = broadcast(%3) [2x4]
                %5 = select(%2, %2, %4) [2x4]
                %6 = sum over [0, 1](%5) [1x1]
                %7 = reshape(%6) []
                %8 = constant 0.125 []
                %9 = multiply(%7, %8) []
                return %9, %5
                """)
    }
}

@Suite struct GraphVerifierTests {
    @Test func soundProgramsHaveNoProblems() {
        let graph = Graph()
        let x = graph.input("x", [2, 3])
        let scalar = (x.tanh() * 2).mean()
        let outputs = [scalar] + scalar.gradient(withRespectTo: [x])
        #expect(GraphVerifier.problems(of: GraphProgram(outputs: outputs)) == [])
    }

    @Test func oneNameWithTwoShapesIsFound() {
        let graph = Graph()
        let sum = graph.input("x", [2]).sum() + graph.input("x", [3]).sum()
        let problems = GraphVerifier.problems(of: GraphProgram(outputs: [sum]))
        #expect(problems.count == 1 && problems[0].contains("also declared as [2]"))
    }

    @Test func outputsOfAnotherGraphAreFound() {
        var program = GraphProgram(outputs: [Graph().input("x", [])])
        program.outputs.append(Graph().input("y", []))
        let problems = GraphVerifier.problems(of: program)
        #expect(problems.count == 1 && problems[0].contains("belongs to another graph"))
    }

    /// A primitive whose shape rule changes its mind.
    private struct Fickle: Primitive {
        final class Memory: @unchecked Sendable, Hashable {
            var extent = 1
            static func == (a: Memory, b: Memory) -> Bool { a === b }
            func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
        }

        let memory: Memory
        var name: String { "fickle" }
        func resultShape(_ operands: [Shape]) -> Shape? { [memory.extent] }
        func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] { [] }
    }

    @Test func shapesThatDoNotFollowAreFound() {
        let memory = Fickle.Memory()
        let value = Graph().append(Fickle(memory: memory), [])
        let program = GraphProgram(outputs: [value])
        #expect(GraphVerifier.problems(of: program) == [])
        memory.extent = 2
        let problems = GraphVerifier.problems(of: program)
        #expect(problems.count == 1 && problems[0].contains("[1] does not follow"))
    }
}
