import Settings

/// The parts of an experiment that are read each by itself.
enum ExperimentPart: CaseIterable {
    case root, data, population, swap, model, failure, record, evaluation

    /// The part that a key with this first name belongs to; nil for one that is new here.
    static func of(_ name: String) -> ExperimentPart? {
        switch name {
        case "name", "seed", "steps": .root
        case "data": .data
        case "population": .population
        case "swap": .swap
        case "training", "generator", "discriminator", "loss", "augment", "optimizer": .model
        case "failure": .failure
        case "record": .record
        case "evaluate": .evaluation
        default: nil
        }
    }

    /// The parts that decide what is read here, and whether it is valid.
    var dependencies: [ExperimentPart] {
        switch self {
        case .model, .evaluation: [self, .data]
        default: [self]
        }
    }
}

/// The text of a resolved experiment, fit to stand in the folder of a run, and cut at its parts.
package struct ResolvedExperiment: Sendable {
    /// Consecutive tables of one part.
    struct Section: Sendable {
        let part: ExperimentPart
        let text: String
        /// What of it says what is computed, as `RunName` hashes it.
        let identity: [UInt8]
        /// Whether it names files of data.
        let namesFiles: Bool

        init(_ part: ExperimentPart, _ text: String) {
            self.part = part
            self.text = text
            identity = RunName.identity(text)
            var table = ""
            namesFiles =
                [.data, .population].contains(part)
                && text.split(separator: "\n").contains { line in
                    if line.hasPrefix("[") { table = String(line) }
                    return namesFile(line.prefix { $0 != " " }, in: table)
                }
        }
    }

    /// Keys of `[data]` that name files relative to the experiment file.
    static let pathKeys = ["path", "labels"]

    /// Keys of `[data]` that say where examples are kept, and who decodes them.
    static let loadingKeys = ["loaders", "memory"]

    /// Whether a key names a file of data.
    ///
    /// - Parameter table: the line with its table's name.
    static func namesFile(_ key: some StringProtocol, in table: String) -> Bool {
        isOfData(table) && pathKeys.contains(String(key))
    }

    /// Whether a key says where examples come from and how, but nothing about them.
    private static func saysWhereDataIs(_ key: some StringProtocol, in table: String) -> Bool {
        isOfData(table) && (pathKeys + loadingKeys).contains(String(key))
    }

    /// Whether a key has no part in a run's name: two runs that differ in it record the same.
    static func isCosmetic(_ key: some StringProtocol, in table: String) -> Bool {
        saysWhereDataIs(key, in: table) || (table == "[evaluate]" && key == "time_budget")
    }

    private static func isOfData(_ table: String) -> Bool {
        table == "[data]" || table == "[population.groups.data]"
    }

    let sections: [Section]

    var text: String { sections.map(\.text).joined() }

    /// - Parameters:
    ///   - text: what `Settings` made of everything that was read.
    ///   - directory: the folder from which the file counts paths.
    init(_ text: String, directory: String) throws {
        let text = try Self.withAbsolutePaths(text, directory: directory)
        var sections: [(part: ExperimentPart, text: String)] = []
        for block in Self.blocks(text) {
            guard let part = Self.part(of: block) else {
                preconditionFailure("a table of no part: \(block.prefix(40))")
            }
            if sections.last?.part == part {
                sections[sections.count - 1].text += block
            } else {
                sections.append((part, block))
            }
        }
        self.sections = sections.map(Section.init)
    }

    /// Sections of several experiments, in the order in which all have them.
    init(combining source: (ExperimentPart) -> ExperimentPlan, root: Section) {
        sections = ExperimentPart.allCases.flatMap { part in
            part == .root
                ? [root] : source(part).resolved.sections.filter { $0.part == part }
        }
    }

    /// Each table with the empty line that follows it.
    private static func blocks(_ text: String) -> [String] {
        var blocks: [String] = []
        var block = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("["), !block.isEmpty {
                blocks.append(block)
                block = ""
            }
            block += line + "\n"
        }
        // The last line feed of the text had nothing behind it.
        return blocks + [String(block.dropLast())]
    }

    private static func part(of block: String) -> ExperimentPart? {
        guard block.hasPrefix("[") else { return .root }
        return ExperimentPart.of(
            String(block.drop { $0 == "[" }.prefix { $0 != "." && $0 != "]" }))
    }

    /// `text` with the files that `[data]` names as absolute paths: the text stands in another
    /// folder than the experiment file, in `directory`, from which they were counted.
    static func withAbsolutePaths(_ text: String, directory: String) throws -> String {
        var table = ""
        let lines = try text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("[") { table = String(line) }
            let key = String(line.prefix { $0 != " " })
            guard namesFile(key, in: table) else { return String(line) }
            let path = try SettingsDocument(
                text: String(line), file: "resolved experiment", overrides: []
            ).root.text(key, default: nil, "")
            guard !path.hasPrefix("/") else { return String(line) }
            return try assignment(key, absolutePath("\(directory)/\(path)"))
        }
        return lines.joined(separator: "\n")
    }

    /// `key = "value"` as `Settings` writes it.
    private static func assignment(_ key: String, _ value: String) throws -> String {
        let document = SettingsDocument.describing()
        _ = try document.root.text(key, default: value, "")
        let line = document.resolvedTOML().split(separator: "\n").last { !$0.hasPrefix("#") }
        return line.map(String.init) ?? ""
    }
}
