import FileFormats

extension SweepPlan {
    private static let format = "quadrille-sweep"
    private static let formatVersion = 1
    /// Half a million runs.
    private static let largestFile = 1 << 29

    /// Writes `plan.json`, durably and at once. One run stands on each line.
    ///
    /// - Throws: `RecordingError`.
    package func write(_ path: String) throws {
        do {
            try AtomicFile.write(path: path, text)
        } catch {
            throw RecordingError(error, path: path)
        }
    }

    private var text: String {
        let head: [(String, JSONValue)] = [
            ("format", .text(Self.format)), ("format_version", .integer(Self.formatVersion)),
            ("name", .text(name)), ("keys", .array(keys.map(JSONValue.text))),
            ("command_line", .array(commandLine.map(JSONValue.text))),
            ("experiment", .text(experiment)),
        ]
        let members = head.map { "\"\($0)\": \($1.serialized())" }
        let runs = runs.map { $0.json.serialized() }.joined(separator: ",\n")
        return "{\n\(members.joined(separator: ",\n")),\n\"runs\": [\n\(runs)\n]\n}\n"
    }

    /// Reads `plan.json`; nothing in it is believed that a plan could not say.
    ///
    /// - Throws: `DataError` where the file is missing, another thing or damaged.
    package init(contentsOf path: String) throws {
        let bytes = try InputFile.read(path, limit: Self.largestFile)
        let reader = PlanReader(
            file: path, place: "", json: try JSONValue(parsing: bytes, file: path))
        guard try reader.text("format") == Self.format else {
            throw reader.failure("format", "is not \"\(Self.format)\": this is no plan of a sweep")
        }
        let version = try reader.integer("format_version", in: 0...Int.max)
        guard version == Self.formatVersion else {
            throw reader.failure(
                "format_version",
                "is \(version); this program reads \(Self.formatVersion): use the program that "
                    + "planned the sweep, or plan it again in another folder")
        }
        name = try reader.folderName("name")
        keys = try reader.texts("keys")
        commandLine = try reader.texts("command_line")
        experiment = try reader.text("experiment")
        let keyCount = keys.count
        runs = try reader.array("runs").enumerated().map { index, json in
            try Run(
                PlanReader(file: path, place: "runs[\(index)].", json: json), keyCount: keyCount)
        }
        var known: Set<String> = []
        for run in runs where !known.insert(run.name).inserted {
            throw DataError(file: path, "the run \(run.name) stands twice")
        }
    }
}

extension SweepPlan.Run {
    fileprivate var json: JSONValue {
        [
            "name": .text(name), "hash": .text(hash),
            "overrides": .array(overrides.map(JSONValue.text)), "seed": .integer(seed),
            "steps": .integer(steps), "pairs": .integer(pairs),
            "differences": .object(differences), "places": .array(places.map(JSONValue.array)),
        ]
    }

    fileprivate init(_ reader: PlanReader, keyCount: Int) throws {
        name = try reader.folderName("name")
        hash = try reader.text("hash")
        guard hash.utf8.count == 8, hash.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
            throw reader.failure("hash", "is not 8 hexadecimal digits")
        }
        overrides = try reader.texts("overrides")
        seed = try reader.integer("seed", in: 0...Int.max)
        steps = try reader.integer("steps", in: 1...Int(UInt32.max))
        pairs = try reader.integer("pairs", in: 1...Int(UInt32.max))
        differences = try reader.object("differences")
        places = try reader.array("places").map { place in
            guard let values = place.arrayValue, values.count == keyCount else {
                throw reader.failure("places", "has a place without \(keyCount) values, one a key")
            }
            return values
        }
    }
}

/// Takes the members of one JSON object apart.
private struct PlanReader {
    let file: String
    /// What stands before the name of a member in errors: "runs[3].".
    let place: String
    let json: JSONValue

    func failure(_ key: String, _ message: String) -> DataError {
        DataError(file: file, "\(place)\(key) \(message)")
    }

    private func value<Value>(
        _ key: String, _ kind: String, _ read: (JSONValue) -> Value?
    ) throws -> Value {
        guard let member = json[key] else { throw failure(key, "is missing") }
        guard let value = read(member) else { throw failure(key, "is not \(kind)") }
        return value
    }

    func text(_ key: String) throws -> String { try value(key, "text") { $0.textValue } }

    func array(_ key: String) throws -> [JSONValue] { try value(key, "a list") { $0.arrayValue } }

    func object(_ key: String) throws -> JSONObject {
        try value(key, "an object") { $0.objectValue }
    }

    func texts(_ key: String) throws -> [String] {
        try array(key).map { element in
            guard let text = element.textValue else {
                throw failure(key, "is not a list of texts")
            }
            return text
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
        let integer = try value(key, "an integer") { $0.integerValue }
        guard range.contains(integer) else {
            throw failure(key, "is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// One component of a path that leads nowhere else.
    func folderName(_ key: String) throws -> String {
        let name = try text(key)
        guard !name.isEmpty, !name.hasPrefix("."), !name.utf8.contains(UInt8(ascii: "/")),
            !name.utf8.contains(0)
        else { throw failure(key, "is not the name of a folder") }
        return name
    }
}
