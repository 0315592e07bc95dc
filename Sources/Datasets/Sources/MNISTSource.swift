import Settings

/// Handwritten digits: grey images of 28 x 28 with a label from 0 to 9. Fashion-MNIST and others
/// with the same files fit as well.
package struct MNISTSource: StoredDataSource, CataloguedDataSource {
    package static let identifier = "mnist"
    package let examples: Examples

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let keys = try MNISTKeys(settings: settings)
        let limit = try settings.exampleLimit()
        guard !context.describing else {
            examples = .none(exampleShape: [28, 28, 1], valueRange: keys.range)
            return
        }
        let digits = try keys.read(context)
        let count = try settings.usedCount(
            of: digits.labels.count, limit: limit, file: digits.imagePath)
        examples = Examples(
            bytes: Array(digits.pixels[..<(count * 28 * 28)]), exampleShape: [28, 28, 1],
            labels: digits.labels[..<count].map(UInt16.init), range: keys.range)
    }
}
