import TensorGraph

/// Copies inputs that an output shows as they are while another output is stored over them.
///
/// The copy is an operation like any other, so that the schedule puts it before the store.
struct OverwrittenInputCopying {
    let request: PlanRequest

    func run(_ program: GraphProgram) -> GraphProgram {
        var program = program
        for (index, value) in program.outputs.enumerated() where isOverwritten(source(of: value)) {
            program.outputs[index] = value.copied()
        }
        return program
    }

    /// The value whose memory a view may show.
    private func source(of value: Value) -> Value {
        switch value.node.primitive {
        case is Reshape, is Slice, is StopGradient: source(of: value.operands[0])
        default: value
        }
    }

    private func isOverwritten(_ value: Value) -> Bool {
        guard let input = value.node.primitive as? Input,
            case .external(let slot, let start)? = request.inputs[input.inputName]
        else { return false }
        return request.outputs.contains { output in
            guard case .external(slot, let offset) = output.placement else { return false }
            return offset < start + value.shape.elementCount
                && start < offset + output.value.shape.elementCount
        }
    }
}
