import Adversarial
import Evaluation
import Foundation
import GraphExecution
import Kernels
import Metrics
import NeuralNetwork
import TensorGraph

/// What `quadrille inspect` says: the plans of an experiment, their memory and their cost.
package struct PlanReport {
    private let plan: ExperimentPlan
    /// By combination of groups.
    private let plans: [TrainingPlans]

    package init(_ plan: ExperimentPlan) {
        self.plan = plan
        plans = plan.groups.combinations.map { TrainingPlans($0.model) }
    }

    package func text(showsGraphs: Bool) -> String {
        let groups = plan.groups.all
        var lines = ["\(plan.name): \(plan.population.pairs) pairs, \(plan.steps) steps"]
        for (number, group) in groups.enumerated() {
            if groups.count > 1 {
                lines += ["", "group \(number): \(group.pairs.count.of("pair"))"]
            }
            lines += [
                "generator       \(group.model.generator.parameters.count) parameters",
                "discriminator   \(group.model.discriminator.parameters.count) parameters",
                "a pair holds    \(bytes(group.bytesPerPair)) of parameters, slots and statistics",
            ]
            lines += perfectValues(group)
        }
        if groups.count > 1 { lines.append("") }
        lines.append(
            "a worker holds  \(bytes((plans.map(\.arenaCount).max() ?? 0) * 4)) of arena"
                + (plan.failure.response == .rewind ? " and a copy of one pair" : ""))
        for (combination, plans) in zip(plan.groups.combinations, plans) {
            if groups.count > 1 {
                lines += [
                    "",
                    "generators of group \(combination.generatorGroup), "
                        + "discriminators of group \(combination.discriminatorGroup)",
                ]
            }
            for (name, executionPlan) in plans.all {
                lines += ["", "\(name):"] + costs(executionPlan)
                if showsGraphs { lines.append(GraphPrinter.text(of: executionPlan.program)) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What to hold the columns of `/eval` against.
    private func perfectValues(_ group: PairGroup) -> [String] {
        guard let settings = group.evaluation else { return [] }
        LinearAlgebraLibrary.configure()
        let evaluation = SampleEvaluation(settings, data: group.data, seed: plan.seed)
        let left = evaluation.smallerSecondSample.map { " (only \($0.of("real example")) left)" }
        return ["an evaluation   measures, and a perfect sampler has\(left ?? ""):"]
            + zip(zip(settings.columns, settings.meanings), evaluation.perfect).map {
                "  " + String(format: "%-12.4g ", $1) + "\($0.0.name): \($0.1)"
            }
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
