import FileFormats

/// A row that was measured after a run: the stream that it belongs to, its coordinate and the bytes
/// of its columns.
package struct AddedRow: Sendable {
    let stream: LogStream
    let axis: Int64
    let bytes: [UInt8]

    package init(stream: LogStream, axis: Int64, bytes: [UInt8]) {
        self.stream = stream
        self.axis = axis
        self.bytes = bytes
    }
}

/// Adds rows that were measured after a run to its journal, and makes its log anew.
///
/// A row goes to the last added stream whose name begins with that of its stream, where that has
/// the same columns and attributes and ends before the row; else to a new stream of that name with
/// the next number, "eval_1". Rows are durable before the log is made.
///
/// - Returns: the name of the stream of each row.
/// - Throws: `DataError` where the journal cannot be read or is damaged in its middle;
///   `RecordingError` where another process writes the run, or nothing can be written.
package func addRows(to directory: String, _ rows: [AddedRow]) throws -> [String] {
    // Somebody else who adds rows is done after a while.
    let lock = try RunLock(directory: directory, patience: 20)
    defer { lock.release() }
    let path = RunDirectory.journalPath(directory)
    let names = try rows.map { try add($0, to: JournalReader(path)) }
    do {
        _ = try rebuildLog(from: JournalReader(path), to: RunDirectory.logPath(directory))
    } catch {
        throw RecordingError(
            path: RunDirectory.logPath(directory), operation: "make",
            reason: "\(error); the values are safe in the journal, and `quadrille recover "
                + "\(directory)` makes run.h5 of it once this is mended")
    }
    return names
}

private func add(_ row: AddedRow, to reader: JournalReader) throws -> String {
    guard reader.tail != .damaged else {
        throw DataError(
            file: reader.path, offset: reader.validBytes,
            "the journal is damaged here and good records follow: nothing can be added to it")
    }
    let place = try place(of: row.stream, before: row.axis, in: reader)
    let writer = try JournalWriter(addingTo: reader, stream: place.isNew ? place.stream : nil)
    try row.bytes.withUnsafeBytes {
        try writer.append(stream: place.index, axis: row.axis, payload: $0)
    }
    try writer.write()
    try writer.sync()
    writer.close()
    return place.stream.name
}

/// Where the rows of a stream that is wanted go.
private func place(
    of wanted: LogStream, before axis: Int64, in reader: JournalReader
) throws -> (index: Int, stream: LogStream, isNew: Bool) {
    let streams = reader.schema.streams
    let added = streams.indices.dropFirst(reader.ownStreams.count).filter {
        let name = streams[$0].name
        return name.hasPrefix(wanted.name + "_")
            && Int(name.dropFirst(wanted.name.count + 1)) != nil
    }
    if let last = added.last {
        let stream = LogStream(
            name: streams[last].name, axis: wanted.axis, columns: wanted.columns,
            attributes: wanted.attributes)
        var end: Int64?
        try reader.forEachRow { stream, axis, _ in if stream == last { end = axis } }
        if stream == streams[last], end.map({ $0 < axis }) ?? true { return (last, stream, false) }
    }
    let stream = LogStream(
        name: "\(wanted.name)_\(added.count + 1)", axis: wanted.axis, columns: wanted.columns,
        attributes: wanted.attributes)
    return (streams.count, stream, true)
}
