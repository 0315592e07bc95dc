import Settings

/// All sources of examples.
package enum DataSources {
    package static let catalog: [any CataloguedDataSource.Type] = [
        MNISTSource.self,
        IDXSource.self,
        NPYSource.self,
        CIFAR10Source.self,
        ImagesSource.self,
        HDF5Source.self,
        StackedMNISTSource.self,
        GaussianRingSource.self,
        GaussianGridSource.self,
    ]

    /// The source that `data.source` names, loaded, with what is done to its examples.
    ///
    /// - Parameter settings: the table `[data]`.
    package static func open(
        settings: SettingsTable, context: DataSourceContext
    ) throws -> any DataSource {
        let name = try name(settings: settings)
        guard let kind = catalog.first(where: { $0.identifier == name }) else {
            preconditionFailure("a choice outside its list")
        }
        return try open(kind, settings: settings, context: context)
    }

    /// A source of the catalog, loaded, with what is done to its examples.
    package static func open(
        _ kind: any CataloguedDataSource.Type, settings: SettingsTable, context: DataSourceContext
    ) throws -> any DataSource {
        let source = try kind.init(settings: settings, context: context)
        let transform = try ExampleTransform(
            settings: settings, holdsImages: kind.holdsImages, exampleShape: source.exampleShape)
        let heldOut = try HeldOut(settings: settings, source: source, context: context)
        let parts = try ExampleParts(
            settings: settings, count: heldOut?.trainingCount ?? source.count,
            labels: heldOut?.labels(of: source) ?? source.labels, describing: context.describing)
        guard !transform.isNone || parts.parts.count > 1 || heldOut != nil else { return source }
        return TransformedExamples(source, transform, parts, heldOut: heldOut)
    }

    /// `data.source`: the identifier of a source.
    package static func name(settings: SettingsTable) throws -> String {
        try settings.choice(
            "source", of: catalog.map { $0.identifier }, default: nil,
            "where real examples come from")
    }
}
