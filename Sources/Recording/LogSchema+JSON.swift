import FileFormats

/// The text form of a schema, the first record of a journal.
extension LogSchema {
    static let journalFormat = "quadrille-journal"
    static let journalFormatVersion = 1

    func serialized() -> String {
        let header: JSONValue = [
            "format": .text(Self.journalFormat),
            "format_version": .integer(Self.journalFormatVersion),
            "run": .text(runName),
            "pairs": .integer(pairs),
            "first_member": .integer(firstMember),
            "streams": .array(streams.map(\.json)),
            "experiment": .text(experimentTOML),
            "provenance": .text(provenanceJSON),
        ]
        return header.serialized()
    }

    /// - Throws: `DataError` for anything but what `serialized()` makes.
    init(parsing bytes: [UInt8], file: String, offset: Int) throws {
        let header = try JSONValue(parsing: bytes, file: file, offset: offset)
        do throws(LogSchemaError) {
            let format = try header.text("format")
            guard format == Self.journalFormat else {
                throw LogSchemaError("format is \(format), expected \(Self.journalFormat)")
            }
            let version = try header.integer("format_version")
            guard version == Self.journalFormatVersion else {
                throw LogSchemaError(
                    "format version \(version); this program reads \(Self.journalFormatVersion)")
            }
        } catch {
            throw DataError(file: file, offset: offset, "journal header: \(error)")
        }
        do {
            try self.init(
                runName: header.text("run"), pairs: header.integer("pairs"),
                firstMember: header.integer("first_member"),
                streams: header.array("streams").map(LogStream.init(json:)),
                experimentTOML: header.text("experiment"),
                provenanceJSON: header.text("provenance"))
        } catch {
            throw DataError(file: file, offset: offset, "journal header: \(error)")
        }
    }
}

extension LogStream {
    var json: JSONValue {
        var texts = JSONObject()
        for (key, text) in attributes.sorted(by: { $0.key < $1.key }) { texts[key] = .text(text) }
        return [
            "name": .text(name), "axis": .text(axis),
            "columns": .array(columns.map(\.json)), "attributes": .object(texts),
        ]
    }

    init(json: JSONValue) throws {
        guard let members = json["attributes"]?.objectValue?.members else {
            throw LogSchemaError("a stream without attributes")
        }
        var attributes: [String: String] = [:]
        for member in members { attributes[member.key] = member.value.textValue }
        try self.init(
            name: json.text("name"), axis: json.text("axis"),
            columns: json.array("columns").map(LogColumn.init(json:)), attributes: attributes)
    }
}

extension LogColumn {
    fileprivate var json: JSONValue {
        [
            "name": .text(name), "type": .text(type.rawValue),
            "axes": .array(axes.map { .text($0.rawValue) }), "meaning": .text(meaning),
            "origin": .text(origin.rawValue),
        ]
    }

    fileprivate init(json: JSONValue) throws {
        let typeName = try json.text("type")
        guard let type = LogColumnType(rawValue: typeName) else {
            throw LogSchemaError("unknown column type \(typeName)")
        }
        let axes = try json.array("axes").map { axis in
            guard let name = axis.textValue, let axis = LogAxis(rawValue: name) else {
                throw LogSchemaError("unknown axis \(axis)")
            }
            return axis
        }
        let originName = try json.text("origin")
        guard let origin = LogColumnOrigin(rawValue: originName) else {
            throw LogSchemaError("unknown column origin \(originName)")
        }
        try self.init(
            json.text("name"), type, axes: axes, meaning: json.text("meaning"), origin: origin)
    }
}

extension JSONValue {
    fileprivate func text(_ key: String) throws(LogSchemaError) -> String {
        guard let value = self[key]?.textValue else { throw LogSchemaError("no text '\(key)'") }
        return value
    }

    fileprivate func integer(_ key: String) throws(LogSchemaError) -> Int {
        guard let value = self[key]?.integerValue else {
            throw LogSchemaError("no integer '\(key)'")
        }
        return value
    }

    fileprivate func array(_ key: String) throws(LogSchemaError) -> [JSONValue] {
        guard let value = self[key]?.arrayValue else { throw LogSchemaError("no list '\(key)'") }
        return value
    }
}
