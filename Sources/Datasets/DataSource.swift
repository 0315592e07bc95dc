import Settings

/// Real examples for the discriminators: all of one shape, all in memory.
///
/// A source reads its keys of `[data]`, loads, checks and afterwards never changes; any number of
/// threads may copy examples from it.
package protocol DataSource: Sendable {
    /// The word written at `data.source`.
    static var identifier: String { get }

    /// Reads the keys, then (unless only describing) the data.
    ///
    /// - Throws: `SettingsError` for a key, `DataError` for a file.
    init(settings: SettingsTable, context: DataSourceContext) throws

    /// `[features]` or `[height, width, channels]`.
    var exampleShape: [Int] { get }
    /// The number of examples; 0 only while describing.
    var count: Int { get }
    /// What the values stay within after scaling. The generator's output has to reach it.
    var valueRange: ClosedRange<Float> { get }
    /// The class of each example, or `nil` where the set has none.
    var labels: [UInt8]? { get }
    /// 16 hexadecimal digits: XXH3 of contents, shape and labels.
    var fingerprint: String { get }
    /// The distribution the examples were drawn from, where it is known.
    var mixture: GaussianMixture? { get }

    /// Copies the examples of these indices, one behind the other, scaled. Does not allocate.
    ///
    /// - Precondition: every index is in `0..<count`, and `target` has room.
    func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>)
}

extension DataSource {
    package var mixture: GaussianMixture? { nil }
}

/// What a source needs to know besides its keys.
package struct DataSourceContext: Sendable {
    /// The seed of the run, for sets that are generated.
    package let seed: UInt64
    /// Folder of the experiment file: relative paths start there.
    package let directory: String
    /// Only the keys are wanted; no data is read or made.
    package let describing: Bool

    package init(seed: UInt64, directory: String, describing: Bool) {
        self.seed = seed
        self.directory = directory
        self.describing = describing
    }

    /// The path as the system takes it.
    package func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }
}
