/// One format that runs and sweeps can be exported to.
package protocol Exporter: Sendable {
    /// The word after `--format`.
    static var identifier: String { get }
    /// One line for `quadrille list exporters`.
    static var meaning: String { get }
    static var form: ExportForm { get }

    /// Writes the whole export to `path`: a file that appears when it is complete, or files in a
    /// folder that is there and empty.
    ///
    /// - Throws: `DataError` for a run that cannot be read, `FileError` or `RecordingError` for
    ///   what cannot be written.
    static func write(_ source: ExportSource, to path: String) throws
}

/// What an export is on the disk.
package enum ExportForm: Equatable, Sendable {
    case file(suffix: String)
    case folder
}

/// The formats, in the order in which they are listed.
package enum Exporters {
    package static let catalog: [any Exporter.Type] = [
        CSVExporter.self,
        WideCSVExporter.self,
        JSONLinesExporter.self,
        TensorBoardExporter.self,
        VegaLiteExporter.self,
        NotebookExporter.self,
        GnuplotExporter.self,
    ]

    package static func named(_ identifier: String) -> (any Exporter.Type)? {
        catalog.first { $0.identifier == identifier }
    }
}
