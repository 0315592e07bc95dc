import GraphExecution
import TensorGraph

/// What an adversarial loss makes of a discriminator's outputs, without networks: of all outputs at
/// once, as if they were one batch.
package struct ScoreLoss: Sendable {
    package let plan: ExecutionPlan

    /// - Parameters:
    ///   - generated: how many outputs on generated examples there are.
    ///   - real: how many on real ones. Both are positive.
    package init(_ loss: any AdversarialLoss, generated: Int, real: Int) {
        let graph = Graph()
        let realScores = graph.input("real", [real, 1])
        let generatedScores = graph.input("generated", [generated, 1])
        var request = PlanRequest()
        request.inputs["real"] = .arena
        request.inputs["generated"] = .arena
        request.output(
            "generator", loss.generatorObjective(generated: generatedScores) { realScores })
        request.output(
            "real_term",
            loss.discriminatorTerms(real: realScores, generated: generatedScores).real)
        plan = PlanCompiler.compile(request)
    }

    /// - Parameter scratch: room for `plan.arenaCount` floats.
    /// - Returns: the generator's objective, and the discriminator's term for real examples.
    package func values(
        generated: [Float], real: [Float], scratch: UnsafeMutablePointer<Float>
    ) -> (generator: Double, realTerm: Double) {
        for (name, scores) in [("generated", generated), ("real", real)] {
            guard let (location, count) = plan.input(name) else { continue }
            precondition(count == scores.count, "outputs of another number of examples")
            (scratch + Int(location.offset)).update(from: scores, count: count)
        }
        withUnsafeTemporaryAllocation(
            of: UnsafeMutablePointer<Float>.self, capacity: MemorySlot.count
        ) { bases in
            bases.initialize(repeating: scratch)
            PlanInterpreter.run(plan, bases.baseAddress!)
        }
        func read(_ name: String) -> Double {
            Double(scratch[Int(plan.output(name).location.offset)])
        }
        return (read("generator"), read("real_term"))
    }
}
