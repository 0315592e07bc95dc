import FileFormats

/// Adds rows that were measured after a run to its journal, and makes its log anew.
///
/// They go to the last added stream whose name begins with `stream.name`, where that has the same
/// columns and attributes and ends before the first row; else to a new stream of that name with
/// the next number, "eval_1". Rows are durable before the log is made.
///
/// - Parameter rows: ascending; each the coordinate and the bytes of its columns.
/// - Returns: the name of the stream.
/// - Throws: `DataError` where the journal cannot be read or is damaged in its middle;
///   `RecordingError` where another process writes the run, or nothing can be written.
package func addRows(
    to directory: String, stream: LogStream, rows: [(axis: Int64, bytes: [UInt8])]
) throws -> String {
    let lock = try RunLock(directory: directory)
    defer { lock.release() }
    let reader = try JournalReader(RunDirectory.journalPath(directory))
    guard reader.tail != .damaged else {
        throw DataError(
            file: reader.path, offset: reader.validBytes,
            "the journal is damaged here and good records follow: nothing can be added to it")
    }
    let place = try place(of: stream, before: rows.first?.axis ?? .max, in: reader)
    let writer = try JournalWriter(addingTo: reader, stream: place.isNew ? place.stream : nil)
    for row in rows {
        try row.bytes.withUnsafeBytes {
            try writer.append(stream: place.index, axis: row.axis, payload: $0)
        }
    }
    try writer.write()
    try writer.sync()
    writer.close()
    _ = try rebuildLog(
        from: JournalReader(reader.path), to: RunDirectory.logPath(directory))
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
