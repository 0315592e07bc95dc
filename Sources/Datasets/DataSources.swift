import Settings

/// All sources of examples.
package enum DataSources {
    package static let catalog: [any DataSource.Type] = [
        MNISTSource.self,
        IDXSource.self,
        NPYSource.self,
        GaussianRingSource.self,
        GaussianGridSource.self,
    ]

    /// The source that `data.source` names, loaded.
    ///
    /// - Parameter settings: the table `[data]`.
    package static func open(
        settings: SettingsTable, context: DataSourceContext
    ) throws -> any DataSource {
        let name = try name(settings: settings)
        guard let source = catalog.first(where: { $0.identifier == name }) else {
            preconditionFailure("a choice outside its list")
        }
        return try source.init(settings: settings, context: context)
    }

    /// `data.source`: the identifier of a source.
    package static func name(settings: SettingsTable) throws -> String {
        try settings.choice(
            "source", of: catalog.map { $0.identifier }, default: nil,
            "where real examples come from")
    }
}
