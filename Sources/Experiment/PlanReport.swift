import Adversarial
import GraphExecution
import Kernels
import NeuralNetwork
import TensorGraph

/// What `quadrille inspect` says: the plans of an experiment, their memory and their cost.
package struct PlanReport {
    private let plan: ExperimentPlan
    private let plans: TrainingPlans

    package init(_ plan: ExperimentPlan) {
        self.plan = plan
        plans = TrainingPlans(plan.model)
    }

    package func text(showsGraphs: Bool) -> String {
        let model = plan.model
        var lines = [
            "\(plan.name): \(plan.population.pairs) pairs, \(plan.steps) steps",
            "generator       \(model.generator.parameters.count) parameters",
            "discriminator   \(model.discriminator.parameters.count) parameters",
            "a pair holds    \(bytes(plan.bytesPerPair)) of parameters, slots and statistics",
            "a worker holds  \(bytes(plans.arenaCount * 4)) of arena"
                + (plan.failure.response == .rewind ? " and a copy of one pair" : ""),
        ]
        for (name, executionPlan) in plans.all {
            lines += ["", "\(name):"] + costs(executionPlan)
            if showsGraphs { lines.append(GraphPrinter.text(of: executionPlan.program)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Peak memory, then each instruction with its time and share.
    private func costs(_ executionPlan: ExecutionPlan) -> [String] {
        LinearAlgebraLibrary.configure()
        let entries = PlanProfiler.measure(executionPlan)
        let total = entries.map(\.microseconds).reduce(0, +)
        func tenths(_ value: Double) -> String { "\(Double(Int(value * 10)) / 10)" }
        let head =
            "  peak \(bytes(executionPlan.peakBytes)) (\(bytes(executionPlan.unsharedCount * 4)) "
            + "without sharing), \(entries.count) instructions, \(tenths(total)) us"
        return [head]
            + entries.map { entry in
                let share = tenths(100 * entry.microseconds / total)
                return "  \(tenths(entry.microseconds)) us  \(share) %  " + entry.description
            }
    }

    private func bytes(_ count: Int) -> String {
        if count < 1 << 20 { return "\((count + 1023) >> 10) KiB" }
        return "\(Double((count * 10) >> 20) / 10) MiB"
    }
}
