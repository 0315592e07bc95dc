import Adversarial
import Experiment
import FileFormats
import Population
import Testing

/// The first two promises: the control arm is exact, and the same bits come out however a run is
/// scheduled and observed.
struct ReproducibilityTests {
    @Test func withoutSwapsAPopulationIsItsMembersTrainedAlone() throws {
        let pairs = 3
        let together = try FinishedRun(["swap.interval=0"], workers: 2).bits()
        #expect(together.train.count == 24)
        for member in 0..<pairs {
            let alone = try FinishedRun(
                ["swap.interval=0", "population.pairs=1", "population.first_member=\(member)"]
            ).bits()
            #expect(alone.generators == [together.generators[member]])
            #expect(alone.discriminators == [together.discriminators[member]])
            for (row, single) in zip(together.train, alone.train) {
                #expect(row.axis == single.axis)
                for column in 0..<TrainColumn.count {
                    let value: UInt32 = row.value(column, pair: member, of: pairs)
                    #expect(value == single.value(column, pair: 0, of: 1))
                }
            }
        }
        #expect(Set(together.generators).count == pairs)
    }

    @Test(arguments: policies) func everyArmEqualsTheControlUntilItsFirstSwap(
        policy: String
    ) throws {
        let settings = policySettings(policy)
        let control = try FinishedRun(settings + ["swap.interval=0"]).bits().train
        for interval in [2, 5, 12, 23] {
            let arm = try FinishedRun(settings + ["swap.interval=\(interval)"]).bits().train
            #expect(Array(arm.prefix(interval)) == Array(control.prefix(interval)))
        }
    }

    /// Otherwise the comparison above proves nothing.
    @Test func aSwapChangesWhatFollows() throws {
        let control = try FinishedRun(["swap.interval=0"]).bits()
        let swapped = try FinishedRun(["swap.interval=12", "swap.policy=rotation"]).bits()
        #expect(swapped.train[12] != control.train[12])
        #expect(swapped.state != control.state)
    }

    /// Every policy with every rule for one kind of state or the other.
    @Test(arguments: policies, [0, 1])
    func workersChangeNoBit(policy: String, part: Int) throws {
        let place = policies.firstIndex(of: policy)!
        let (rule, other) = ((part + place) % rules.count, (2 * part + place / 3) % rules.count)
        let overrides =
            policySettings(policy, evaluates: true) + [
                optimizerState(rules[rule], policy: policy),
                "swap.normalization_statistics=\(rules[other])", "population.pairs=5",
                "swap.interval=2", "swap.warmup_steps=1", "record.metrics_every=3",
                "record.checkpoint_every=10", "swap.hash=all", "steps=16", "evaluate.every=5",
                "evaluate.metrics=[\"modes\", \"reverse-kl\"]", "evaluate.samples=64",
            ]
        let reference = try FinishedRun(overrides, workers: 1)
        let bits = try reference.bits()
        #expect(bits.swap.count == (policy == "swap-and-return" ? 14 : 7))
        #expect(bits.train.count == 6 && bits.evaluation.count == 5)
        for workers in [2, 3, 4, 8] {
            let run = try FinishedRun(overrides, workers: workers)
            #expect(try run.bits() == bits)
            for step in [10, 16] {
                #expect(try contents(run, step) == contents(reference, step))
            }
        }
    }

    private func contents(_ run: FinishedRun, _ step: Int) throws -> [[UInt8]] {
        let file = try run.checkpoint(step: step)
        return file.tensors.map { tensor in file.withBytes(of: tensor) { Array($0) } }
    }

    @Test(arguments: [
        ["record.metrics_every=0"], ["record.metrics_every=7"], ["record.after_swap=2"],
        ["record.samples_every=5"], ["record.checkpoint_every=3"], ["swap.hash=all"],
        [
            "evaluate.every=3", "evaluate.metrics=[\"modes\", \"reverse-kl\"]",
            "evaluate.samples=50",
        ],
        [
            "evaluate.population=[\"cross-play\"]", "evaluate.population_every=3",
            "evaluate.population_samples=20",
        ],
    ]) func observingChangesNoBit(overrides: [String]) throws {
        let reference = try FinishedRun().bits()
        let run = try FinishedRun(overrides, workers: 2)
        #expect(try run.bits().state == reference.state)
        #expect(try run.bits().pairing == reference.pairing)
    }

    @Test(arguments: [
        [], ["loss.name=wgan-gp", "discriminator.normalization=layer"],
        ["loss.name=wgan", "training.discriminator_updates=2"],
        ["training.microbatches=2", "optimizer.generator.name=rmsprop"],
        ["training.order=simultaneous", "training.reuse_latent=true", "loss.name=hinge"],
        ["generator.latent_distribution=uniform", "training.generator_updates=2"],
    ]) func theSameRunTwiceGivesTheSameBits(overrides: [String]) throws {
        let first = try FinishedRun(overrides, workers: 2).bits()
        #expect(try FinishedRun(overrides, workers: 2).bits() == first)
        #expect(try FinishedRun(overrides + ["seed=4"], workers: 2).bits() != first)
    }

    @Test func theResolvedExperimentGivesTheSameBits() throws {
        let run = try FinishedRun([
            "swap.policy=random-derangement", "loss.name=lsgan", "generator.activation=maxout",
            "optimizer.generator.schedule=cosine", "discriminator.activation=leaky-relu",
        ])
        let again = try FinishedRun(text: run.plan.resolvedTOML)
        #expect(try again.bits() == run.bits())
    }

    @Test func sharedStreamsAreTheSameForAllMembers() throws {
        let folder = TemporaryFolder()
        let different = PopulationState(try loadPlan(in: folder))
        let shared = PopulationState(
            try loadPlan(["population.shared=[\"initialization\"]"], in: folder))
        func parameters(_ networks: [NetworkState]) -> Set<[Float]> {
            Set(networks.map { Array($0.parameters.elements) })
        }
        #expect(parameters(different.generators).count == 3)
        #expect(parameters(different.discriminators).count == 3)
        #expect(parameters(shared.generators).count == 1)
        #expect(parameters(shared.discriminators).count == 1)
    }

    @Test(arguments: [
        (["initialization", "latent", "batch_order"], 1), (["initialization", "latent"], 3),
        (["initialization", "batch_order"], 3), (["latent", "batch_order"], 3),
    ]) func membersThatShareEverythingStayTheSame(shared: [String], kinds: Int) throws {
        let list = shared.map { "\"\($0)\"" }.joined(separator: ",")
        let bits = try FinishedRun([
            "population.shared=[\(list)]", "generator.dropout=0", "discriminator.dropout=0",
            "swap.interval=0",
        ]).bits()
        #expect(Set(bits.generators).count == kinds)
        #expect(Set(bits.discriminators).count == kinds)
    }
}
