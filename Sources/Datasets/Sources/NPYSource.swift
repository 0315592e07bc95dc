import FileFormats
import Settings

/// One NumPy array. Unsigned bytes are scaled like images; other numbers are taken as they are.
package struct NPYSource: StoredDataSource, CataloguedDataSource {
    package static let identifier = "npy"
    package let examples: Examples

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let path = try settings.text(
            "path", default: nil,
            "npy file of n x features, n x height x width or n x height x width x channels")
        let labelPath = try settings.optionalText(
            "labels", "npy file of one integer from 0 to 65535 per example")
        let bounds = try settings.optionalNumbers(
            "range", count: 2...2,
            "unsigned bytes: what 0 and 255 become, [0, 1] where absent; "
                + "other numbers: what they must lie within, their own extremes where absent")
        let range = try bounds.map { try settings.rising($0) }
        let limit = try settings.exampleLimit()
        guard !context.describing else {
            examples = .none(exampleShape: [1])
            return
        }
        let file = context.resolve(path)
        let array = try NPYFile(contentsOf: file)
        let exampleShape = try shapeOfExample(inArray: array.shape, file: file)
        let labels = try labelPath.map {
            try Self.labels(context.resolve($0), exampleCount: array.shape[0], examples: file)
        }
        let count = try settings.usedCount(of: array.shape[0], limit: limit, file: file)
        let used = count * exampleShape.reduce(1, *)
        let usedLabels = labels.map { Array($0[..<count]) }
        if array.elementType == .uint8 {
            examples = Examples(
                bytes: Array(array.bytes[..<used]), exampleShape: exampleShape,
                labels: usedLabels, range: range ?? 0...1)
        } else {
            let floats = Array(array.floats()[..<used])
            examples = Examples(
                floats: floats, exampleShape: exampleShape, labels: usedLabels,
                range: try Self.valueRange(floats, declared: range, file: file))
        }
    }

    /// The declared range, or the extremes of the values.
    private static func valueRange(
        _ values: [Float], declared: ClosedRange<Float>?, file: String
    ) throws -> ClosedRange<Float> {
        var (lower, upper) = (values[0], values[0])
        for (index, value) in values.enumerated() {
            guard value.isFinite else {
                throw DataError(file: file, "element \(index) is \(value); numbers were expected")
            }
            lower = min(lower, value)
            upper = max(upper, value)
        }
        guard let declared else { return lower...upper }
        guard declared.contains(lower), declared.contains(upper) else {
            throw DataError(
                file: file,
                "values from \(lower) to \(upper), but data.range says "
                    + "\(declared.lowerBound) to \(declared.upperBound)")
        }
        return declared
    }

    private static func labels(
        _ path: String, exampleCount: Int, examples: String
    ) throws -> [UInt16] {
        let array = try NPYFile(contentsOf: path)
        guard array.shape == [exampleCount] else {
            throw DataError(
                file: path,
                "an array of \(describeShape(array.shape)), "
                    + "but \(examples) holds \(exampleCount) examples")
        }
        return try array.floats().enumerated().map { index, value in
            guard let label = UInt16(exactly: value) else {
                throw DataError(
                    file: path, "label \(value) of example \(index); 0 to 65535 were expected")
            }
            return label
        }
    }
}
