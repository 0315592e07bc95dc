import Metrics
import Settings
import Statistics

/// What `[evaluate]` asks for about the population as a whole.
package struct PopulationEvaluationSettings: Sendable {
    package let measures: [any PopulationMeasure.Type]
    /// Steps between two measurements.
    package let every: Int
    /// Generated examples of each member in each of its sets of samples.
    package let sampleCount: Int
    /// What the measures leave, in their order.
    package let columns: [PopulationColumn]
    /// What members and mixtures are chosen by; nil where nothing is.
    package let criterion: Criterion?

    /// A column of the evaluation of members.
    package struct Criterion: Sendable {
        package let column: Int
        package let direction: Direction
    }

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
        columns = Self.columns(measures, evaluation, samples: sampleCount)
        let criterion = measures.contains { $0.chooses } ? try Self.criterion(settings) : nil
        guard self.every > 0 else {
            // Who gives 0 for the population itself wants none; for members it is no answer.
            guard own.every == nil else { return nil }
            throw settings.error(
                "population",
                "nothing is measured while evaluate.every is 0; evaluate.population_every says "
                    + "how often the population is, 0 for never")
        }
        if metrics.isEmpty, let measure = measures.first(where: { $0.usesMetrics }) {
            throw settings.error(
                "population",
                "\(measure.identifier) needs metrics: evaluate.metrics names them"
                    + (every > 0 ? "" : ", with evaluate.every above 0"))
        }
        self.criterion = try criterion.map { name in
            guard let column = metrics.firstIndex(where: { $0.name == name }),
                let direction = metrics[column].direction
            else {
                throw settings.error(
                    "criterion",
                    "nothing measures \(name): evaluate.metrics has to name a metric that has it")
            }
            return Criterion(column: column, direction: direction)
        }
    }

    /// With the samples and features that each is of: metrics have those of `evaluation`, of as
    /// many samples as one generator gives.
    private static func columns(
        _ measures: [any PopulationMeasure.Type], _ evaluation: EvaluationSettings?, samples: Int
    ) -> [PopulationColumn] {
        let meanings = evaluation?.meanings(samples: samples) ?? []
        let metrics = zip(evaluation?.columns ?? [], meanings).map {
            MetricColumn($0.name, $0.direction, $1)
        }
        return measures.flatMap { measure in
            measure.columns(metrics: metrics).map { column in
                guard !measure.usesMetrics else { return column }
                return PopulationColumn(
                    column.name, column.extent,
                    "\(column.meaning); of \(samples) samples of each generator")
            }
        }
    }

    /// The key that only measures have that choose.
    package static func criterion(_ settings: SettingsTable) throws -> String {
        try settings.choice(
            "criterion",
            of: Metrics.catalog.flatMap { $0.columns }.filter { $0.direction != nil }.map(\.name),
            default: nil,
            "A value of evaluate.metrics that best members and mixtures are chosen by.")
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
    package var setCount: Int { criterion == nil ? 1 : 2 }

    /// What distances between members take in memory for each of them.
    package var projectedBytes: Int {
        let hasDistances = measures.contains { $0 == GeneratorDistanceMeasure.self }
        return hasDistances ? sampleCount * SlicedProjections.directionCount * 8 : 0
    }

    /// Floats of the samples of one member.
    package func sampleFloats(exampleCount: Int) -> Int { setCount * sampleCount * exampleCount }
}
