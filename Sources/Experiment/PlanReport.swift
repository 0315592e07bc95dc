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
            "a pair holds    \(bytes(pairBytes)) of parameters, optimiser slots and statistics",
            "a worker holds  \(bytes(plans.arenaCount * 4)) of arena",
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
                "  \(tenths(entry.microseconds)) us  \(tenths(100 * entry.microseconds / total)) %  "
                    + entry.description
            }
    }

    private var pairBytes: Int {
        [
            (plan.model.generator, plan.model.generatorRule),
            (plan.model.discriminator, plan.model.discriminatorRule),
        ].map { network, rule in
            4 * (network.parameters.count * (1 + rule.optimizer.slotNames.count)
                + network.statistics.count)
        }.reduce(0, +)
    }

    private func bytes(_ count: Int) -> String {
        if count < 1 << 20 { return "\((count + 1023) >> 10) KiB" }
        return "\(Double((count * 10) >> 20) / 10) MiB"
    }
}
