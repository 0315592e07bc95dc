import Adversarial
import Randomness
import Testing

/// Steps that are trained again: from the same state and examples, with other noise.
@Suite struct AttemptsTests {
    private let drawsEverything = """
        generator.dropout = 0.2
        generator.normalization = "batch"
        generator.ema_decay = 0.5
        discriminator.dropout = 0.1
        discriminator.normalization = "spectral"
        loss = { name = "wgan-gp", regularizers = ["lecam"] }
        """

    /// Also where there is room for larger pairs.
    @Test(arguments: ["", "generator.hidden = [300]", "discriminator.hidden = [200, 9]"])
    func aSnapshotHoldsEveryBit(other: String) throws {
        let pair = try TestPair(drawsEverything)
        let snapshot = PairSnapshot([pair.model, try model(other)])
        #expect(pair.train(1...10) == nil)
        let before = pair.bits
        snapshot.take(pair.seat)
        #expect(pair.train(11...20) == nil)
        let after = pair.bits
        for (old, new) in zip(before, after) where !old.isEmpty { #expect(old != new) }
        for vector in pair.vectors { vector.elements.update(repeating: .nan) }
        snapshot.restore(pair.seat)
        #expect(pair.bits == before)
        #expect(pair.seat.generatorOptimizer.updateCount == 10)
        #expect(pair.seat.discriminatorOptimizer.updateCount == 10)
        #expect(pair.train(11...20) == nil)
        #expect(pair.bits == after)
    }

    @Test func everyAttemptIsARunOfItsOwn() throws {
        var results = Set<[[UInt32]]>()
        for attempt in [0, 1, 2, 255] {
            let pair = try TestPair(drawsEverything)
            let failure = pair.trainer.train(
                pair.seat, from: 1, through: 5, attempt: attempt, observesGradients: false)
            #expect(failure == nil)
            results.insert(pair.bits)
        }
        #expect(results.count == 4)
        let usual = try TestPair(drawsEverything)
        #expect(usual.train(1...5) == nil)
        #expect(results.contains(usual.bits))
    }

    /// The first batch meets the same discriminator.
    @Test func examplesStayTheSame() throws {
        let pairs = try [0, 1].map { attempt in
            let pair = try TestPair("")
            let failure = pair.trainer.train(
                pair.seat, from: 1, through: 1, attempt: attempt, observesGradients: false)
            #expect(failure == nil)
            return pair.trainer.values
        }
        #expect(pairs[0].scoreReal == pairs[1].scoreReal)
        #expect(pairs[0].scoreGenerated != pairs[1].scoreGenerated)
    }

    @Test func theAttemptIsPartOfTheName() {
        var streams = MemberStreams(seed: 9, member: 4, shared: [])
        streams.attempt = 3
        for purpose in [Purpose.latent, .dropout, .interpolation] {
            let named = RandomStream(
                seed: 9, step: 7, member: 4, purpose: purpose, update: 2, attempt: 3)
            #expect(streams.noise(purpose, step: 7, update: 2).word(1) == named.word(1))
        }
    }
}
