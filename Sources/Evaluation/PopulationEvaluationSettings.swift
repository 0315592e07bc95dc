import Metrics
import Settings

/// What `[evaluate]` asks for about the population as a whole.
package struct PopulationEvaluationSettings: Sendable {
    package let measures: [any PopulationMeasure.Type]
    /// Steps between two measurements.
    package let every: Int
    /// Generated examples of each member in each of its sets of samples.
    package let sampleCount: Int
    /// What the measures leave, in their order.
    package let columns: [PopulationColumn]

    /// Nil where nothing is to be measured.
    ///
    /// - Parameters:
    ///   - settings: the table `[evaluate]`.
    ///   - every: steps between the evaluations of members, which counts where the table does not
    ///     say more.
    ///   - evaluation: of members; nil where there is none.
    /// - Throws: `SettingsError` where a measure lacks something, or is asked for twice.
    package init?(
        settings: SettingsTable, every: Int, evaluation: EvaluationSettings?
    ) throws {
        let catalog = PopulationMeasures.catalog
        // Optional: an experiment that does not ask is the same as before there were measures.
        let names =
            try settings.optionalChoices(
                "population", of: catalog.map { $0.identifier },
                "Measures of the population as a whole; `quadrille list measures` says what they "
                    + "are.") ?? []
        guard !names.isEmpty else { return nil }
        guard Set(names).count == names.count else {
            throw settings.error("population", "a measure stands twice")
        }
        measures = names.map { name in catalog.first { $0.identifier == name }! }
        let own = try Self.ownKeys(settings)
        self.every = own.every ?? every
        sampleCount = try own.samples ?? EvaluationSettings.samples(settings)
        let metrics = evaluation?.columns ?? []
        columns = measures.flatMap { $0.columns(metrics: metrics) }
        guard self.every > 0 else { return nil }
    }

    /// The keys that all measures have.
    package static func ownKeys(
        _ settings: SettingsTable
    ) throws -> (every: Int?, samples: Int?) {
        (
            try settings.optionalInteger(
                "population_every", unit: "steps",
                "Steps between measurements of the population, 0 = never; as evaluate.every where "
                    + "absent."),
            try settings.optionalInteger(
                "population_samples", in: 1...10_000_000, unit: "examples",
                "Generated examples of each member for them; as evaluate.samples where absent.")
        )
    }

    /// How many independent sets of samples each member gives.
    package var setCount: Int { 1 }

    /// Floats of the samples of one member.
    package func sampleFloats(exampleCount: Int) -> Int { setCount * sampleCount * exampleCount }
}
