import Settings

/// What one step of a pair consists of: `[training]` and `data.batch_size`.
package struct TrainingSettings: Sendable {
    package enum Order: String, CaseIterable, Sendable {
        /// The generator is updated against the discriminator of this step.
        case alternating
        /// The last discriminator and the first generator update take their gradients at the
        /// same parameters.
        case simultaneous
    }

    package let batchSize: Int
    package private(set) var discriminatorUpdates: Int
    package private(set) var generatorUpdates: Int
    package private(set) var order: Order
    package let reusesLatent: Bool
    package let microbatches: Int

    package var microbatchSize: Int { batchSize / microbatches }
    /// Whether gradients are summed before an update is made.
    package var accumulates: Bool { microbatches > 1 || order == .simultaneous }

    /// The discriminator alone learns, in one update of each step.
    var judging: TrainingSettings {
        var settings = self
        settings.discriminatorUpdates = 1
        settings.generatorUpdates = 0
        settings.order = .alternating
        return settings
    }

    package init(settings: SettingsTable, batchSize: Int) throws {
        self.batchSize = batchSize
        discriminatorUpdates = try settings.integer(
            "discriminator_updates", default: 1, in: 1...1000,
            "Updates of the discriminator in each step.")
        generatorUpdates = try settings.integer(
            "generator_updates", default: 1, in: 1...1000,
            "Updates of the generator in each step.")
        order = Order(
            rawValue: try settings.choice(
                "order", of: Order.allCases.map(\.rawValue), default: "alternating",
                "Whether the generator sees the updated discriminator."))!
        reusesLatent = try settings.flag(
            "reuse_latent", default: false,
            "Give the generator's updates the latents of the last discriminator update.")
        microbatches = try settings.integer(
            "microbatches", default: 1, in: 1...65_536,
            "Parts into which each batch is cut; their gradients are averaged.")
        if batchSize % microbatches != 0 {
            throw settings.error(
                "microbatches", "\(microbatches) parts do not divide a batch of \(batchSize)")
        }
    }
}
