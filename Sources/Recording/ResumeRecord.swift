import FileFormats

/// The journal of an earlier process, and what to add to it before going on.
package struct ContinuedJournal {
    package let reader: JournalReader
    package let resume: ResumeRecord

    package init(_ reader: JournalReader, resume: ResumeRecord) {
        self.reader = reader
        self.resume = resume
    }
}

/// Says in the journal that a run went on after an interruption.
package struct ResumeRecord: Equatable, Sendable {
    /// The step whose state the run went on from; 0 = from the beginning.
    package let step: Int
    /// What the run is from here on: it may have become longer, or been moved.
    package let runName: String
    package let experimentTOML: String
    package let provenanceJSON: String
    /// What differs from the run before, where that was accepted; empty as a rule.
    package let differences: [String]
    /// Set where rows are to be recorded anew: by stream, the last coordinate that still counts.
    /// Rows further on that stand before this record count no longer.
    package let lastKept: [Int64]?

    package init(
        step: Int, runName: String, experimentTOML: String, provenanceJSON: String,
        differences: [String] = [], lastKept: [Int64]? = nil
    ) {
        self.step = step
        self.runName = runName
        self.experimentTOML = experimentTOML
        self.provenanceJSON = provenanceJSON
        self.differences = differences
        self.lastKept = lastKept
    }

    func serialized() -> String {
        let record: JSONValue = [
            "step": .integer(step),
            "run": .text(runName),
            "experiment": .text(experimentTOML),
            "provenance": .text(provenanceJSON),
            "differences": .array(differences.map(JSONValue.text)),
            "last_kept": lastKept.map { .array($0.map { .integer(Int($0)) }) } ?? .null,
        ]
        return record.serialized()
    }

    /// - Throws: `DataError` for anything but what `serialized()` makes for `streams` streams.
    init(parsing bytes: [UInt8], streams: Int, file: String, offset: Int) throws {
        let record = try JSONValue(parsing: bytes, file: file, offset: offset)
        let kept = record["last_kept"]?.arrayValue?.compactMap { $0.integerValue.map(Int64.init) }
        guard let step = record["step"]?.integerValue, step >= 0,
            let runName = record["run"]?.textValue,
            let experimentTOML = record["experiment"]?.textValue,
            let provenanceJSON = record["provenance"]?.textValue,
            let differences = record["differences"]?.arrayValue?.map(\.textValue),
            !differences.contains(nil), record["last_kept"] != nil,
            kept.map({ $0.count == streams }) ?? true
        else {
            throw DataError(file: file, offset: offset, "a resume record of an unknown form")
        }
        self.init(
            step: step, runName: runName, experimentTOML: experimentTOML,
            provenanceJSON: provenanceJSON, differences: differences.compactMap(\.self),
            lastKept: kept)
    }
}
