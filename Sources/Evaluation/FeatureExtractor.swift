import Datasets
import Settings

/// Where the numbers come from that metrics of features compare: `evaluate.features`.
package enum FeatureExtractor: String, CaseIterable, Sendable {
    /// The values of an example as they are.
    case raw
    /// The hidden values of the classifier of digits that the program carries.
    case digits

    /// Numbers of one example.
    package func width(of exampleShape: [Int]) -> Int {
        switch self {
        case .raw: exampleShape.reduce(1, *)
        case .digits: exampleShape[2] * DigitClassifier.featureCount
        }
    }

    /// "raw features", or which classifier's.
    var description: String {
        switch self {
        case .raw: "raw features"
        case .digits: "features of the \(DigitClassifier.stored.description)"
        }
    }

    /// - Throws: `SettingsError` at `key` where the examples are not of the kind that is read.
    func check(_ settings: SettingsTable, _ key: String, _ data: any DataSource) throws {
        guard self == .digits else { return }
        guard DigitClassifier.readsImages(of: data) else {
            throw settings.error(
                key,
                "the classifier of digits reads grey images of 28 x 28 pixels, and those of "
                    + "stacked-mnist, not examples of \(data.exampleShape)")
        }
        let range = data.valueRange
        guard DigitClassifier.readsValues(on: range) else {
            throw settings.error(
                key,
                "the classifier of digits reads values on 0...1 or -1...1, the data lies in "
                    + "\(range.lowerBound)...\(range.upperBound); change data.range")
        }
    }
}
