import GraphExecution
import Randomness

/// A compiled update (or its gradient half) with the places that the trainer fills and reads.
package final class UpdatePlan: Sendable {
    struct Noise: Sendable {
        let location: Location
        let purpose: Purpose
        let count: Int
        /// The first Philox block of this input within its purpose.
        let firstBlock: Int
    }

    package let plan: ExecutionPlan
    let latent: Location?
    let noise: [Noise]
    let real: Location?
    let outputs: ObservedOutputs

    init(_ graph: UpdateGraph) {
        plan = PlanCompiler.compile(graph.request)
        var blocks: [Purpose: Int] = [:]
        var noise: [Noise] = []
        var latent: Location?
        for input in graph.noise {
            guard let place = plan.input(input.name) else { continue }
            let purpose: Purpose
            switch input.kind {
            case .latent:
                latent = place.location
                continue
            case .dropout: purpose = .dropout
            case .interpolation: purpose = .interpolation
            case .augmentation: purpose = .augmentation
            }
            // Inputs, and batches within them, draw side by side for the whole effective batch.
            let count = input.count / input.batches
            let effective = count * graph.model.training.microbatches
            for batch in 0..<input.batches {
                let first = blocks[purpose, default: 0]
                let offset = Int(place.location.offset) + batch * count
                noise.append(
                    Noise(
                        location: Location(slot: Int(place.location.slot), offset: offset),
                        purpose: purpose, count: count, firstBlock: first))
                blocks[purpose] = first + (effective + 3) / 4
            }
        }
        self.latent = latent
        self.noise = noise
        real = plan.input("real")?.location
        outputs = ObservedOutputs(plan, names: Set(graph.request.outputs.map(\.name)))
    }
}

/// Where a plan leaves what a log wants to know.
struct ObservedOutputs: Sendable {
    let loss: Location?
    /// The generator's loss in a plan of both gradients.
    let generatorLoss: Location?
    let lossReal: Location?
    let lossGenerated: Location?
    let penalty: Location?
    let scoreReal: Location?
    let scoreGenerated: Location?
    let gradient: Location?
    let gradientCount: Int

    init(_ plan: ExecutionPlan, names: Set<String>) {
        func place(_ name: String) -> Location? {
            names.contains(name) ? plan.output(name).location : nil
        }
        loss = place("loss")
        generatorLoss = place("generator_loss")
        lossReal = place("loss_real")
        lossGenerated = place("loss_generated")
        penalty = place("penalty")
        scoreReal = place("score_real")
        scoreGenerated = place("score_generated")
        gradient = place("gradient")
        gradientCount = gradient == nil ? 0 : plan.output("gradient").count
    }
}

/// All plans that train the pairs of one model; immutable and shared by all workers.
package struct TrainingPlans: Sendable {
    /// A whole update; nil where gradients are summed first.
    package let whole: [Role: UpdatePlan]
    /// The discriminator's has the generator's gradient as well where that shares its pass.
    package let gradient: [Role: UpdatePlan]
    package let application: [Role: UpdatePlan]
    /// Moves the average of the generator's weights; nil where none is kept.
    package let average: ExecutionPlan?

    package init(_ model: AdversarialModel) {
        func plans(_ form: UpdateGraph.Form) -> [Role: UpdatePlan] {
            var plans: [Role: UpdatePlan] = [:]
            for role in Role.allCases
            where role == .discriminator || form != .gradient || !model.sharesGeneratedBatch {
                plans[role] = UpdatePlan(UpdateGraph(model, role, form))
            }
            return plans
        }
        whole = model.training.accumulates ? [:] : plans(.whole)
        gradient = model.training.accumulates ? plans(.gradient) : [:]
        application = model.training.accumulates ? plans(.application) : [:]
        average = model.generatorAverage?.plan(model.generator)
    }

    /// Every plan with the name that reports show.
    package var all: [(name: String, plan: ExecutionPlan)] {
        var all: [(String, ExecutionPlan)] = []
        for role in [Role.discriminator, .generator] {
            for (form, plans) in [
                ("update", whole), ("gradient", gradient), ("application", application),
            ] {
                guard let plan = plans[role] else { continue }
                let hasBoth = plan.outputs.generatorLoss != nil
                all.append((hasBoth ? "both gradients" : "\(role.rawValue) \(form)", plan.plan))
            }
        }
        if let average { all.append(("generator average", average)) }
        return all
    }

    package var arenaCount: Int { all.map(\.plan.arenaCount).max() ?? 0 }
}
