import Adversarial
import NeuralNetwork
import Randomness
import Settings
import Testing

@Suite struct AdversarialModelTests {
    @Test func networksFitTheExamples() throws {
        let made = try model(
            """
            generator = { latent_size = 7, hidden = [5, 4] }
            discriminator.hidden = [3]
            """, exampleShape: [6, 5, 2])
        #expect(made.generator.inputShape == [7])
        #expect(made.generator.outputShape == [6, 5, 2])
        #expect(made.discriminator.inputShape == [6, 5, 2])
        #expect(made.discriminator.outputShape == [1])
        #expect(made.discriminator.parameters.count == 60 * 3 + 3 + 3 + 1)
    }

    @Test(arguments: [
        ("sigmoid", 0...1), ("tanh", -1...1), ("none", -Float.infinity...Float.infinity),
    ])
    func theOutputHasARange(name: String, range: ClosedRange<Float>) throws {
        #expect(try model("generator.output = \"\(name)\"").outputRange == range)
    }

    @Test(arguments: [
        ("loss.name = \"wgan-pg\"", "loss.name"),
        ("generator.network = \"mpl\"", "generator.network"),
        ("generator.latent_size = 0", "generator.latent_size"),
        ("training.microbatches = 3", "training.microbatches"),
        ("training.order = \"parallel\"", "training.order"),
        ("training.discriminator_updates = 0", "training.discriminator_updates"),
        ("optimizer.generator.learning_rate = -1", "optimizer.generator.learning_rate"),
        ("optimizer.discriminator.name = \"adan\"", "optimizer.discriminator.name"),
        ("discriminator.output = \"tanh\"", "discriminator.output"),
        ("loss.real_label = 1.5", "loss.real_label"),
        ("generator.ema_decay = 1", "generator.ema_decay"),
        ("generator.ema_start = 5", "generator.ema_start"),
    ]) func faultsNameTheirKey(toml: String, key: String) throws {
        do {
            _ = try model(toml)
            Issue.record("\(toml) was accepted")
        } catch let error as SettingsError {
            #expect(error.key == key)
            #expect(error.description.hasPrefix("test.toml:1:"))
        }
    }

    /// 2^32 parameters; then layers that are few parameters, but many numbers for 100 examples.
    @Test(arguments: [
        ("generator.hidden = [65536, 65536]", "generator.hidden"),
        ("discriminator.hidden = [65536, 65536]", "discriminator.hidden"),
        ("discriminator.hidden = [\(wideLayers)]", "data.batch_size"),
    ]) func sizesThatPlansCannotAddressAreRefused(toml: String, key: String) throws {
        let error = #expect(throws: SettingsError.self) { try model(toml) }
        #expect(error?.key == key)
    }

    @Test func theLastLayerCountsAsWell() throws {
        let error = #expect(throws: SettingsError.self) {
            try model("generator.hidden = [1]", exampleShape: [700_000])
        }
        #expect(error?.message.contains("generator") == true)
    }

    private static let wideLayers = [String](repeating: "65536, 1", count: 11)
        .joined(separator: ", ")

    /// Streams belong to the member, and to member 0 where all share them.
    @Test func sharedStreamsAreThoseOfMemberZero() {
        let own = MemberStreams(seed: 1, member: 5, shared: [])
        let zero = MemberStreams(seed: 1, member: 0, shared: [])
        let all = MemberStreams(seed: 1, member: 5, shared: MemberStreams.SharedKind.allCases)
        for role in Role.allCases {
            let word = { (streams: MemberStreams) in
                streams.initialization(role, tensor: 2).word(0)
            }
            #expect(word(own) != word(zero))
            #expect(word(all) == word(zero))
        }
        let latent = { (streams: MemberStreams) in
            streams.noise(.latent, step: 9, update: 1).word(0)
        }
        let dropout = { (streams: MemberStreams) in
            streams.noise(.dropout, step: 9, update: 1).word(0)
        }
        #expect(latent(own) != latent(zero) && latent(all) == latent(zero))
        #expect(dropout(own) != dropout(zero) && dropout(all) == dropout(own))
        #expect(own.batchOrderMember == 5 && all.batchOrderMember == 0)
    }

    @Test func initialStatesBelongToRoleAndMember() throws {
        let made = try model("generator.hidden = [4]\ndiscriminator.hidden = [4]")
        func generator(_ member: UInt32) -> [UInt32] {
            let streams = MemberStreams(seed: 1, member: member, shared: [])
            return NetworkState(made.generator, role: .generator, streams: streams)
                .parameters.bits
        }
        #expect(generator(0) == generator(0))
        #expect(generator(0) != generator(1))
        let asDiscriminator = NetworkState(
            made.generator, role: .discriminator,
            streams: MemberStreams(seed: 1, member: 0, shared: []))
        #expect(generator(0) != asDiscriminator.parameters.bits)
    }

    @Test func slotsOfAnOptimizerDoNotOverlap() throws {
        let state = OptimizerState(
            rule: try UpdateRule(settings: settings("name = \"adam\"")), parameterCount: 17)
        state.slot(0).update(repeating: 1)
        state.slot(1).update(repeating: 2)
        state.updateCount = 4
        #expect(state.slot(0).allSatisfy { $0 == 1 } && state.slot(0).count == 17)
        #expect(state.slots.elements.reduce(0, +) == 51)
        state.reset()
        #expect(state.slots.elements.allSatisfy { $0 == 0 })
        #expect(state.updateCount == 0)
    }
}
