import GraphExecution
import TensorGraph

/// A graph with numbers for its inputs and a place for everything: what a plan is checked on.
struct PlanCase {
    struct Given {
        let shape: Shape
        let values: [Float]
        let placement: Placement
    }

    static let readOnlySlot = 2
    static let parameterSlot = 3
    static let outputSlot = 4
    /// Untouched floats around each tensor of the caller's memory.
    static let gap = 8
    /// A NaN with a mark, for memory that nobody may read or write.
    static let poison = Float(bitPattern: 0x7fc0_5eed)

    var request = PlanRequest()
    private(set) var given: [String: Given] = [:]
    /// What the caller's memory holds before a run.
    private(set) var slots = [[Float]](repeating: [], count: 5)

    /// Declares numbers for an input; `slot` nil places it in the arena.
    mutating func give(_ value: Value, _ values: [Float], slot: Int?) {
        guard let input = value.node.primitive as? Input else { preconditionFailure("no input") }
        let placement = slot.map { reserve(values, in: $0) } ?? .arena
        request.inputs[input.inputName] = placement
        given[input.inputName] = Given(shape: value.shape, values: values, placement: placement)
    }

    /// Declares numbers for an input that lies in memory reserved before.
    mutating func give(_ value: Value, at slot: Int, _ offset: Int) {
        guard let input = value.node.primitive as? Input else { preconditionFailure("no input") }
        let values = Array(slots[slot][offset..<(offset + value.shape.elementCount)])
        request.inputs[input.inputName] = .external(slot: slot, offset: offset)
        given[input.inputName] = Given(
            shape: value.shape, values: values, placement: .external(slot: slot, offset: offset))
    }

    mutating func reserve(_ values: [Float], in slot: Int) -> Placement {
        let gap = [Float](repeating: Self.poison, count: Self.gap)
        if slots[slot].isEmpty { slots[slot] = gap }
        let offset = slots[slot].count
        slots[slot] += values + gap
        return .external(slot: slot, offset: offset)
    }

    /// Wants a value in memory of its own.
    mutating func outputExternally(_ name: String, _ value: Value) {
        let unset = [Float](repeating: Self.poison, count: value.shape.elementCount)
        request.output(name, value, reserve(unset, in: Self.outputSlot))
    }

    /// Wants a value stored over an external input.
    mutating func store(_ name: String, _ value: Value, over input: String) {
        request.output(name, value, request.inputs[input]!)
    }

    /// The expected outputs in double precision, by name.
    func reference() -> [String: [Double]] {
        let results = ReferenceEvaluator.evaluate(
            request.outputs.map(\.value), inputs: given.mapValues { $0.values.map(Double.init) })
        return Dictionary(uniqueKeysWithValues: zip(request.outputs.map(\.name), results))
    }
}

/// The outcome of running a case's plan twice over poisoned memory.
struct PlanOutcome {
    let plan: ExecutionPlan
    var outputs: [String: [Float]] = [:]
    var problems: [String] = []

    init(_ planCase: PlanCase, _ options: PlanOptions = PlanOptions()) {
        var options = options
        options.verifies = true
        plan = PlanCompiler.compile(planCase.request, options: options)
        let arena = PoisonedMemory(
            [Float](repeating: PlanCase.poison, count: plan.arenaCount + PlanCase.gap))
        problems += Self.overlaps(plan)
        outputs = run(planCase, arena)
        // Now the arena holds what the first run left.
        if !Self.haveSameBits(run(planCase, arena), outputs) {
            problems.append("a second run gave other bits")
        }
    }

    /// Buffers that live at the same time at the same place.
    private static func overlaps(_ plan: ExecutionPlan) -> [String] {
        var found: [String] = []
        for (index, a) in plan.buffers.enumerated() {
            if a.offset + a.count > plan.arenaCount { found.append("a buffer leaves the arena") }
            for b in plan.buffers[..<index] where a.first <= b.last && b.first <= a.last {
                if a.offset < b.offset + b.count && b.offset < a.offset + a.count {
                    found.append("\(a) overlaps \(b)")
                }
            }
        }
        return found
    }

    /// The largest error relative to `1 + |reference|`.
    func error(against reference: [String: [Double]]) -> Double {
        var worst = 0.0
        for (name, values) in outputs {
            for (value, expected) in zip(values, reference[name]!) {
                let error = abs(Double(value) - expected) / (1 + abs(expected))
                worst = error.isNaN ? .infinity : max(worst, error)
            }
        }
        return worst
    }

    /// The words of the instructions, in order.
    var instructionNames: [String] { plan.instructions.map(\.name) }

    static func haveSameBits(_ a: [String: [Float]], _ b: [String: [Float]]) -> Bool {
        a.mapValues { $0.map(\.bitPattern) } == b.mapValues { $0.map(\.bitPattern) }
    }

    private mutating func run(_ planCase: PlanCase, _ arena: PoisonedMemory) -> [String: [Float]] {
        let slots = planCase.slots.map { PoisonedMemory($0) }
        var bases = slots.map(\.start)
        bases[Location.arenaSlot] = arena.start
        for (name, given) in planCase.given {
            guard case .arena = given.placement, let input = plan.input(name) else { continue }
            for (index, value) in given.values.enumerated() {
                bases[Int(input.location.slot)][Int(input.location.offset) + index] = value
            }
        }
        bases.withUnsafeMutableBufferPointer { PlanInterpreter.run(plan, $0.baseAddress!) }
        var outputs: [String: [Float]] = [:]
        var isOutput = planCase.slots.map { [Bool](repeating: false, count: $0.count) }
        for output in planCase.request.outputs {
            let (location, count) = plan.output(output.name)
            let (slot, offset) = (Int(location.slot), Int(location.offset))
            outputs[output.name] = (0..<count).map { bases[slot][offset + $0] }
            guard case .external(let slot, let start) = output.placement else { continue }
            if slot != Int(location.slot) || start != offset {
                problems.append("\(output.name) is not where it was wanted")
            }
            for index in start..<(start + count) { isOutput[slot][index] = true }
        }
        for (slot, memory) in slots.enumerated() {
            for index in memory.initial.indices where !isOutput[slot][index] {
                if memory.start[index].bitPattern != memory.initial[index].bitPattern {
                    problems.append("slot \(slot) changed at \(index)")
                }
            }
        }
        let end = plan.arenaCount..<(plan.arenaCount + PlanCase.gap)
        if end.contains(where: { arena.start[$0].bitPattern != PlanCase.poison.bitPattern }) {
            problems.append("the arena was overrun")
        }
        return outputs
    }
}

/// Aligned memory that begins as given.
final class PoisonedMemory {
    let start: UnsafeMutablePointer<Float>
    let initial: [Float]

    init(_ initial: [Float]) {
        self.initial = initial
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(initial.count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        start = bytes.bindMemory(to: Float.self, capacity: max(initial.count, 1))
        start.initialize(from: initial, count: initial.count)
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}

extension PlanOptions {
    /// The switches that change no bit, from the lowest bit of `bits` on.
    init(switches bits: Int, graphPasses: [any GraphPass] = GraphPasses.all) {
        self.init()
        self.graphPasses = graphPasses
        fusesElementwise = bits & 1 != 0
        combinesMultiplyAdd = bits & 2 != 0
        placesConcatenations = bits & 4 != 0
        reusesOperands = bits & 8 != 0
        reusesDeadBuffers = bits & 16 != 0
        verifies = true
    }

    static let allSwitches = 0..<32
}
