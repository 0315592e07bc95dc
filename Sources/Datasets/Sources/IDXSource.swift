import FileFormats
import Settings

/// Bytes in the IDX format of the MNIST files: any image size, or feature vectors.
package struct IDXSource: StoredDataSource, CataloguedDataSource {
    package static let identifier = "idx"
    package let examples: Examples

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let path = try settings.text(
            "path", default: nil,
            "IDX file of the examples, plain or gzip, relative to the experiment file")
        let labelPath = try settings.optionalText(
            "labels", "IDX file of one label per example, plain or gzip")
        let range = try settings.byteRange()
        let limit = try settings.exampleLimit()
        guard !context.describing else {
            examples = .none(exampleShape: [28, 28, 1], valueRange: range)
            return
        }
        let file = context.resolve(path)
        let content = try IDXFile(contentsOf: file)
        let exampleShape = try shapeOfExample(inArray: content.shape, file: file)
        let labels = try labelPath.map {
            try readLabels(
                context.resolve($0), exampleCount: content.shape[0], examples: file)
        }
        let count = try settings.usedCount(of: content.shape[0], limit: limit, file: file)
        let used = count * exampleShape.reduce(1, *)
        examples = Examples(
            bytes: Array(content.bytes[..<used]), exampleShape: exampleShape,
            labels: labels.map { $0[..<count].map(UInt16.init) }, range: range)
    }
}
