/// An experiment file with a grid: its table `[sweep]`, and the words of the command line.
///
/// `key = [a, b]` in the table, with the path of the key in quotes or not, and `key=a,b` or
/// `key=1..10` on the command line make an axis. The word of a command line replaces the axis or
/// the value that the file gives.
package struct SweepDocument {
    /// One key and the values that it takes in turn.
    package struct Axis {
        package let path: [String]
        package let values: [TOMLValue]
        package let position: SettingsPosition
        /// The key as errors and tables show it: "swap.interval".
        package var key: String { TOMLText.path(path) }
    }

    /// A rule of `exclude`: a point of the grid that has all these values is left out.
    package struct Exclusion {
        /// Places of axes, and of the values in them that are meant.
        package let conditions: [(axis: Int, values: [Int])]
        package let position: SettingsPosition
    }

    /// In the order of the file, then of the command line; "seed" is the last.
    package let axes: [Axis]
    /// Places of axes that advance together (`zip`): each axis stands in exactly one group.
    package let groups: [[Int]]
    package let exclusions: [Exclusion]
    /// How often a failed run is tried again.
    package let retry: Int
    /// Failed runs after which no other begins; 0 = any number.
    package let maximumFailures: Int

    private let file: String
    /// The experiment without the grid.
    private let contents: TOMLTable

    /// The file at `path`, changed by `words`.
    ///
    /// - Throws: `SettingsError`.
    package init(contentsOf path: String, words: [String]) throws {
        try self.init(bytes: try SettingsFile.bytes(of: path), file: path, words: words)
    }

    package init(bytes: [UInt8], file: String, words: [String]) throws {
        let document = try TOMLReader.document(bytes, file: file)
        var command = SweepCommandLine()
        for (index, word) in words.enumerated() {
            try command.add(word, number: index + 1, to: document)
        }
        let reader = try SweepTable(document["sweep"])
        axes = try command.axes(after: reader.axes)
        groups = try reader.groups(of: axes)
        exclusions = try reader.exclusions(of: axes)
        (retry, maximumFailures) = try reader.options()
        contents = document.copy(without: ["sweep"])
        self.file = file
    }

    /// The keys of `[sweep]` that are no axis, for listing them.
    package static func readOptions(
        _ table: SettingsTable
    ) throws -> (retry: Int, maximumFailures: Int) {
        let retry = try table.integer(
            "retry", default: 0, in: 0...100,
            "Further attempts at a run that crashed or could not write.")
        let failures = try table.integer(
            "max_failures", default: 0, in: 0...1_000_000, unit: "runs",
            "Failed runs after which a sweep begins no other; 0 = any number.")
        table.describe(
            "zip", as: "lists of keys",
            "Axes that advance together instead of crossing: [[\"a.key\", \"b.key\"], ...].")
        table.describe(
            "exclude", as: "tables",
            "Combinations to leave out, by their values: [{ a.key = 1, b.key = 2 }, ...].")
        return (retry, failures)
    }

    // MARK: Experiments of the grid

    /// The experiment with a value for each axis; where that is nil, with what the file says.
    ///
    /// - Parameter rootKeysOnly: leaves out every table.
    package func document(
        _ values: [TOMLValue?], rootKeysOnly: Bool = false
    ) throws -> SettingsDocument {
        let tables = contents.entries.filter(\.value.isTable).map(\.key)
        let table = contents.copy(without: rootKeysOnly ? Set(tables) : [])
        for (axis, value) in zip(axes, values) {
            guard let value, !rootKeysOnly || axis.path.count == 1 else { continue }
            try SettingsOverride(path: axis.path, value: value).apply(to: table)
        }
        return SettingsDocument(contents: table, file: file)
    }

    /// The word of a command line that gives an axis this value.
    package func word(_ axis: Int, _ value: TOMLValue) -> String {
        SettingsOverride.word(axes[axis].path, value.content)
    }

    /// The experiment without the grid as a file says it: what is left out keeps its default.
    package var givenTOML: String { contents.givenTOML() }
}

extension SweepDocument.Axis {
    /// - Throws: `SettingsError` where there is no value, or the key names no setting that runs of
    ///   one sweep may differ in.
    init(checking path: [String], _ values: [TOMLValue], _ position: SettingsPosition) throws {
        func failure(_ message: String) -> SettingsError {
            SettingsError(position: position, key: TOMLText.path(path), message: message)
        }
        guard path != ["name"] else {
            throw failure("the runs of a sweep stand in one folder of that name")
        }
        guard !values.isEmpty else { throw failure("an empty grid: give at least one value") }
        self.init(path: path, values: values, position: position)
    }

    /// The integers from 1 to 10 of "1..10"; nil where the text is no range.
    ///
    /// - Throws: `SettingsError` where it holds too many, or none, or is meant as one.
    static func range(
        _ text: some StringProtocol, _ path: [String], _ position: SettingsPosition
    ) throws -> [TOMLValue]? {
        guard let dots = text.firstRange(of: "..") else { return nil }
        guard let first = Int(text[..<dots.lowerBound]), let last = Int(text[dots.upperBound...])
        else {
            guard looksLikeRange(text) else { return nil }
            throw SettingsError(
                position: position, key: TOMLText.path(path),
                message: "expected a range of integers such as 1..10, found \(text)")
        }
        let (count, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, count >= 0, count < mostValues else {
            throw SettingsError(
                position: position, key: TOMLText.path(path),
                message: "expected a range of 1 to \(mostValues) integers, found \(text)")
        }
        return (first...last).map { TOMLValue(content: .integer($0), position: position) }
    }

    /// "1.." and "1..1..2", but no path such as "../data".
    private static func looksLikeRange(_ text: some StringProtocol) -> Bool {
        guard let start = text.utf8.first, start != UInt8(ascii: ".") else { return false }
        return text.utf8.allSatisfy {
            $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
    }

    private static let mostValues = 1_000_000
}
