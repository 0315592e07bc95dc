import CKernels
import TensorGraph

/// Turns a graph into a plan: simplify, fuse, order, place, emit.
package struct PlanCompiler {
    private let list: OperationList
    private let schedule: Schedule
    private let buffers: BufferAssignment
    private let loops: [Int: FusedLoop]
    private let request: PlanRequest
    private var locations: [Location?]
    private var constants: [Float] = []
    private var instructions: [Instruction] = []
    private var programs: [qk_fused_program] = []
    private var operands: [Location] = []

    /// The plan that computes the request's outputs.
    package static func compile(
        _ request: PlanRequest, options: PlanOptions = PlanOptions()
    ) -> ExecutionPlan {
        var compiler = PlanCompiler(request, options)
        return compiler.emit()
    }

    private init(_ request: PlanRequest, _ options: PlanOptions) {
        let simplified = GraphPasses.run(
            GraphProgram(outputs: request.outputs.map(\.value)),
            passes: options.graphPasses + [ReductionSplitting(), FilterTilingPass()],
            verifying: options.verifies)
        let program = OverwrittenInputCopying(request: request).run(simplified)
        let list = ElementwiseFusion(isEnabled: options.fusesElementwise)
            .run(OperationList(program: program))
        var loops: [Int: FusedLoop] = [:]
        for (index, operation) in list.operations.enumerated() where operation.isElementwise {
            loops[index] = FusedLoop.fitting(
                operation, list, combining: options.combinesMultiplyAdd)
        }
        self.list = list
        self.loops = loops
        self.request = request
        schedule = Schedule(list, request: request, loops: loops)
        buffers = BufferAssignment(list, schedule, request, loops: loops, options: options)
        locations = buffers.locations
    }

    private mutating func emit() -> ExecutionPlan {
        placeConstants()
        for index in schedule.order {
            if let loop = loops[index] {
                emit(loop)
            } else {
                emit(node: list.operations[index].members[0], scratch: buffers.scratch[index])
            }
        }
        for copy in schedule.finalCopies { emit(copy) }
        var inputs: [String: (location: Location, count: Int)] = [:]
        for (index, node) in list.nodes.enumerated() {
            guard let input = list.input(node) else { continue }
            inputs[input.inputName] = (locations[index]!, node.shape.elementCount)
        }
        var outputs: [String: (location: Location, count: Int)] = [:]
        for (output, value) in zip(request.outputs, list.program.outputs) {
            outputs[output.name] = (place(of: output, value), value.shape.elementCount)
        }
        return ExecutionPlan(
            program: list.program, instructions: instructions, programs: programs,
            operands: operands, constants: constants, arenaCount: buffers.arenaCount,
            unsharedCount: buffers.unsharedCount, buffers: buffers.buffers, inputs: inputs,
            outputs: outputs)
    }

    private mutating func placeConstants() {
        for (index, node) in list.nodes.enumerated() {
            guard let constant = node.primitive as? Constant else { continue }
            locations[index] = Location(slot: Location.constantSlot, offset: constants.count)
            constants.append(Float(constant.value))
        }
    }

    private func location(of node: Int) -> Location {
        let (stored, offset) = list.storage(of: node)
        guard let location = locations[stored] else {
            preconditionFailure("%\(stored) \(list.nodes[stored].primitive.name) has no place")
        }
        return location.advanced(by: offset)
    }

    private mutating func emit(_ loop: FusedLoop) {
        let first = operands.count
        operands += loop.inputs.map { location(of: $0.node) }
        operands += loop.results.map { location(of: $0) }
        instructions.append(
            .loop(
                LoopInstruction(
                    program: Int32(programs.count), firstOperand: Int32(first),
                    inputCount: Int32(loop.inputs.count),
                    outputCount: Int32(loop.results.count))))
        programs.append(loop.kernelProgram)
    }

    private mutating func emit(node index: Int, scratch: Location?) {
        let node = list.nodes[index]
        guard let primitive = node.primitive as? any Lowerable else {
            preconditionFailure("\(node.primitive.name) has no instruction")
        }
        instructions += primitive.lowered(
            operands: node.operands.map { (list.nodes[$0].shape, location(of: $0)) },
            shape: node.shape, result: location(of: index), scratch: scratch)
    }

    private mutating func emit(_ copy: Schedule.FinalCopy) {
        instructions.append(
            .copy(
                CopyInstruction(
                    extents: [copy.count], from: locations[copy.node]!.advanced(by: copy.offset),
                    strides: [1], to: copy.target, strides: [1])))
    }

    private func place(of output: PlanRequest.Output, _ value: Value) -> Location {
        switch output.placement {
        case .arena: location(of: value.index)
        case .external(let slot, let offset): Location(slot: slot, offset: offset)
        }
    }
}
