import TensorGraph

/// Where the values of a graph meet memory that outlives one execution.
package enum Placement: Sendable {
    /// In the arena: written by the caller before an execution (inputs), or read after it
    /// (outputs), at a place that the plan chooses.
    case arena
    /// In the caller's memory, `offset` floats into `slot`.
    case external(slot: Int, offset: Int)
}

/// What to compile: the wanted values, where they go, and where the inputs are.
package struct PlanRequest {
    package struct Output {
        package let name: String
        package let value: Value
        package let placement: Placement
    }

    package var outputs: [Output] = []
    package var inputs: [String: Placement] = [:]

    package init() {}

    package mutating func output(_ name: String, _ value: Value, _ placement: Placement = .arena) {
        outputs.append(Output(name: name, value: value, placement: placement))
    }
}

/// Which optimisations a compilation uses; tests switch each off.
package struct PlanOptions: Sendable {
    package var graphPasses: [any GraphPass] = GraphPasses.all
    package var fusesElementwise = true
    package var combinesMultiplyAdd = true
    package var placesConcatenations = true
    package var reusesOperands = true
    package var reusesDeadBuffers = true
    package var verifies = false

    package init() {}
}
