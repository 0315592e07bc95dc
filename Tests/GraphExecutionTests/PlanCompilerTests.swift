import GraphExecution
import TensorGraph
import Testing

@Suite struct PlanCompilerTests {
    private var generator = SeededGenerator(seed: 3)

    /// An input with random numbers.
    private mutating func given(
        _ planCase: inout PlanCase, _ graph: Graph, _ name: String, _ shape: Shape, slot: Int?
    ) -> Value {
        let value = graph.input(name, shape)
        planCase.give(value, generator.floats(shape.elementCount), slot: slot)
        return value
    }

    private func check(_ outcome: PlanOutcome, _ planCase: PlanCase) {
        #expect(outcome.problems == [])
        #expect(outcome.error(against: planCase.reference()) < 1e-4)
    }

    @Test mutating func biasAndActivationRunInTheMemoryOfTheProduct() {
        var (planCase, graph) = (PlanCase(), Graph())
        let x = given(&planCase, graph, "x", [8, 5], slot: PlanCase.readOnlySlot)
        let w = given(&planCase, graph, "w", [6, 5], slot: PlanCase.readOnlySlot)
        let bias = given(&planCase, graph, "b", [6], slot: PlanCase.readOnlySlot)
        let layer = (x.matrixProduct(w, transposed: false, true) + bias).leakyRelu(slope: 0.1)
        planCase.request.output("layer", layer)
        let outcome = PlanOutcome(planCase)
        check(outcome, planCase)
        #expect(outcome.instructionNames == ["matrix-product", "elementwise"])
        #expect(outcome.plan.arenaCount == 48)
    }

    @Test mutating func adamIsOneLoopThatStoresInPlace() {
        var (planCase, graph) = (PlanCase(), Graph())
        let p = given(&planCase, graph, "p", [3_000], slot: PlanCase.parameterSlot)
        let m = given(&planCase, graph, "m", [3_000], slot: PlanCase.parameterSlot)
        let v = graph.input("v", [3_000])
        planCase.give(v, generator.floats(3_000, in: 0...1), slot: PlanCase.parameterSlot)
        let g = given(&planCase, graph, "g", [3_000], slot: PlanCase.readOnlySlot)
        let rate = given(&planCase, graph, "rate", [], slot: PlanCase.readOnlySlot)
        let (first, second) = (m * 0.9 + g * 0.1, v * 0.99 + (g * g) * 0.01)
        planCase.store("p'", p - rate * first / (second.squareRoot() + 1e-3), over: "p")
        planCase.store("m'", first, over: "m")
        planCase.store("v'", second, over: "v")
        let outcome = PlanOutcome(planCase)
        check(outcome, planCase)
        #expect(outcome.instructionNames == ["elementwise"])
        #expect(outcome.plan.arenaCount == 0)
    }

    @Test mutating func derivativeOfReluKeepsOnlyTheResult() {
        var (planCase, graph) = (PlanCase(), Graph())
        let x = given(&planCase, graph, "x", [4, 5], slot: PlanCase.readOnlySlot)
        let w = given(&planCase, graph, "w", [5, 6], slot: PlanCase.readOnlySlot)
        let bias = given(&planCase, graph, "b", [6], slot: PlanCase.readOnlySlot)
        let hidden = (x.matrixProduct(w) + bias).relu()
        let loss = hidden.matrixProduct(hidden, transposed: true, false).mean()
        planCase.request.output("gradient", loss.gradient(withRespectTo: [w])[0])
        let outcome = PlanOutcome(planCase)
        check(outcome, planCase)
        let nodes = outcome.plan.program.graph.nodes
        let stored = outcome.plan.buffers.flatMap(\.members).map { nodes[$0].primitive.name }
        #expect(stored.filter { $0 == "add" } == [])
        #expect(stored.filter { $0 == "select" }.count == 2)
    }

    @Test mutating func deepChainsShareMemory() {
        var (planCase, graph) = (PlanCase(), Graph())
        var x = given(&planCase, graph, "x", [16, 16], slot: nil)
        for index in 0..<20 {
            let w = given(
                &planCase, graph, "w\(index)", [16, 16], slot: PlanCase.readOnlySlot)
            x = (x.matrixProduct(w) * 0.3).tanh()
        }
        planCase.request.output("x", x)
        let shared = PlanOutcome(planCase)
        check(shared, planCase)
        #expect(shared.plan.arenaCount == 2 * 256)
        #expect(shared.plan.unsharedCount == 41 * 256)
        var options = PlanOptions()
        options.reusesOperands = false
        #expect(PlanOutcome(planCase, options).plan.arenaCount == 2 * 256)
        options.reusesDeadBuffers = false
        #expect(PlanOutcome(planCase, options).plan.arenaCount == 41 * 256)
    }

    @Test mutating func concatenatedPartsAreComputedInPlace() {
        var (planCase, graph) = (PlanCase(), Graph())
        let x = given(&planCase, graph, "x", [4, 5], slot: nil)
        let y = given(&planCase, graph, "y", [5, 3], slot: PlanCase.readOnlySlot)
        let parts = [x.matrixProduct(y).flattened(), y.flattened().tanh(), x.flattened()]
        planCase.request.output("whole", Value.concatenated(parts, axis: 0))
        let placed = PlanOutcome(planCase)
        check(placed, planCase)
        #expect(!placed.instructionNames.contains("copy"))
        var options = PlanOptions()
        options.placesConcatenations = false
        let copied = PlanOutcome(planCase, options)
        check(copied, planCase)
        #expect(copied.instructionNames.filter { $0 == "copy" }.count == 3)
    }

    /// Twelve products wait for their sums: as combined steps they would need 24 scratch tiles.
    @Test mutating func combiningNeverNeedsMoreScratchThanThereIs() {
        var (planCase, graph) = (PlanCase(), Graph())
        let inputs = (0..<24).map { index in
            given(&planCase, graph, "x\(index)", [2_000], slot: PlanCase.readOnlySlot)
        }
        let products = (0..<12).map { inputs[2 * $0].tanh() * inputs[2 * $0 + 1].tanh() }
        let sum = products.dropFirst().reduce(products[0], +)
        planCase.request.output("sum", sum)
        let outcome = PlanOutcome(planCase)
        check(outcome, planCase)
        #expect(outcome.instructionNames == ["elementwise"])
    }

    @Test func aWholeTrainingStepAgreesWithTheReference() {
        let step = TrainingStep(batch: 6, widths: [3, 7, 5, 1])
        let reference = step.planCase.reference()
        let first = PlanOutcome(step.planCase)
        #expect(first.problems == [])
        #expect(first.error(against: reference) < 1e-4)
        for switches in PlanOptions.allSwitches {
            let other = PlanOutcome(step.planCase, PlanOptions(switches: switches))
            #expect(other.problems == [])
            #expect(PlanOutcome.haveSameBits(first.outputs, other.outputs), "\(switches)")
        }
    }
}

/// Outputs that are stored over inputs: every output is a function of the memory before the run.
@Suite struct OverwritingTests {
    private var planCase = PlanCase()
    private let graph = Graph()
    private var generator = SeededGenerator(seed: 5)

    private mutating func parameter(_ name: String, _ shape: Shape) -> Value {
        let value = graph.input(name, shape)
        planCase.give(
            value, generator.floats(shape.elementCount), slot: PlanCase.parameterSlot)
        return value
    }

    private func check() {
        let reference = planCase.reference()
        for switches in PlanOptions.allSwitches {
            let outcome = PlanOutcome(planCase, PlanOptions(switches: switches))
            #expect(outcome.problems == [], "\(switches)")
            #expect(outcome.error(against: reference) < 1e-5, "\(switches)")
        }
    }

    @Test mutating func parametersMayChangePlaces() {
        let (p, q) = (parameter("p", [40]), parameter("q", [40]))
        planCase.store("p'", q, over: "p")
        planCase.store("q'", p, over: "q")
        check()
    }

    @Test mutating func oldValuesMayBeOutputs() {
        let p = parameter("p", [4, 5])
        planCase.store("p'", p * 2, over: "p")
        planCase.request.output("old", p)
        planCase.request.output("old part", p.sliced(axis: 0, from: 1, count: 2))
        planCase.outputExternally("kept", p.flattened())
        check()
    }

    @Test mutating func laterReadersSeeTheOldValue() {
        let (p, q) = (parameter("p", [3, 4]), parameter("q", [3, 4]))
        let update = p - (p * q).sum()
        planCase.store("p'", update, over: "p")
        planCase.store(
            "q'", q * update + p.matrixProduct(q, transposed: false, true).sum(), over: "q")
        check()
    }

    @Test mutating func aParameterIsReadInAnotherOrder() {
        let p = parameter("p", [4, 4])
        planCase.store("p'", p + p.transposed([1, 0]), over: "p")
        check()
    }

    @Test mutating func aParameterIsReadAsRowAndColumn() {
        let (p, q) = (parameter("p", [5]), parameter("q", [5, 5]))
        planCase.store("p'", (p * q + p.reshaped([5, 1])).sum(axes: [0]).flattened(), over: "p")
        planCase.store("q'", q * p + p.reshaped([5, 1]), over: "q")
        check()
    }

    @Test mutating func aPartOfAParameterIsReplaced() {
        let p = parameter("p", [20])
        guard case .external(let slot, let offset)? = planCase.request.inputs["p"] else { return }
        let middle = p.sliced(axis: 0, from: 5, count: 10)
        let shifted = p.sliced(axis: 0, from: 4, count: 10)
        planCase.request.output(
            "middle", middle + shifted, .external(slot: slot, offset: offset + 5))
        planCase.request.output("all", p)
        check()
    }

    @Test mutating func aParameterDeclaredWholeAndInPartsIsReplaced() {
        let p = parameter("p", [20])
        guard case .external(let slot, let offset)? = planCase.request.inputs["p"] else { return }
        let part = graph.input("part", [10])
        planCase.give(part, at: slot, offset + 10)
        planCase.store("p'", p * 2 + part.sum(), over: "p")
        planCase.request.output("part", part * 3)
        check()
    }

    @Test mutating func oneValueGoesToSeveralPlaces() {
        let (p, q) = (parameter("p", [6]), parameter("q", [2, 3]))
        let update = p.tanh() + q.flattened()
        planCase.store("p'", update, over: "p")
        planCase.store("q'", update.reshaped([2, 3]), over: "q")
        planCase.request.output("update", update)
        planCase.outputExternally("again", update)
        check()
    }

    @Test mutating func constantsAndBroadcastsAreOutputs() {
        let p = parameter("p", [2, 3])
        planCase.store("p'", graph.constant(2).broadcasted(to: [2, 3]), over: "p")
        planCase.request.output("number", graph.constant(3))
        planCase.outputExternally("rows", p.sum(axes: [0]).broadcasted(to: [2, 3]))
        check()
    }
}
