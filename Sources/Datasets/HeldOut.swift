import Randomness
import Settings

/// `data.held_out`: examples that nobody trains on, chosen at random once.
struct HeldOut: Sendable {
    /// In random order.
    let examples: [Int32]
    /// How many others there are.
    let trainingCount: Int
    /// Of each in ascending order: how many others come before it.
    private let places: [Int32]

    /// Nil where none are held out.
    ///
    /// They are the first places of `subset` of the stream (seed, step 0, member 0, purpose `data`,
    /// update 4).
    ///
    /// - Throws: `SettingsError` where nothing would be left, and for data of known distribution.
    init?(settings: SettingsTable, source: any DataSource, context: DataSourceContext) throws {
        // Optional: an experiment without it is the same as before there was this key.
        let wanted = try settings.optionalInteger(
            "held_out", in: 1...Int(Int32.max), unit: "examples",
            "Examples, chosen at random, that nobody trains on: measures of the population look at "
                + "them; none where absent.")
        guard let wanted, !context.describing else { return nil }
        guard source.mixture == nil else {
            throw settings.error(
                "held_out",
                "new points are drawn from this distribution where held-out ones are needed; "
                    + "remove this key")
        }
        guard wanted < source.count else {
            throw settings.error(
                "held_out", "\(wanted) of \(source.count) examples leave none to train on")
        }
        let stream = RandomStream(
            seed: context.seed, step: 0, member: 0, purpose: .data, update: 4)
        examples = stream.subset(wanted, of: source.count).map { Int32($0) }
        trainingCount = source.count - wanted
        places = examples.sorted().enumerated().map { $1 - Int32($0) }
    }

    /// The example that stands at a position among those that are not held out.
    func training(_ position: Int32) -> Int32 {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] <= position { low = middle + 1 } else { high = middle }
        }
        return position + Int32(low)
    }

    /// The labels of the others.
    func labels(of source: any DataSource) -> [UInt16]? {
        source.labels.map { labels in
            (0..<Int32(trainingCount)).map { labels[Int(training($0))] }
        }
    }
}
