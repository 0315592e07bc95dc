/// Element type of a column, little-endian in the journal and in the log.
package enum LogColumnType: String, Sendable, CaseIterable {
    case float32, float64, int32, int64, uint64

    package var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .float64, .int64, .uint64: 8
        }
    }
}

/// An axis over the members of the population; its coordinates are their global indices.
package enum LogAxis: String, Sendable, CaseIterable {
    case pair, generator, discriminator
}

/// Where the values of a column come from.
package enum LogColumnOrigin: String, Sendable, CaseIterable {
    /// They follow from the experiment: the same bits in every run of it.
    case computed
    /// Training does not compute them again: times and memory, which differ from run to run, and
    /// what was measured after the run.
    case measured
}

/// One quantity of a stream: one value per row and position along `axes`.
package struct LogColumn: Equatable, Sendable {
    package let name: String
    package let type: LogColumnType
    /// Axes after the row axis; `[]` for one value per row.
    package let axes: [LogAxis]
    /// One line with the unit; becomes the attribute `long_name`, which xarray writes on plots.
    package let meaning: String
    package let origin: LogColumnOrigin

    package init(
        _ name: String, _ type: LogColumnType, axes: [LogAxis] = [.pair], meaning: String = "",
        origin: LogColumnOrigin = .computed
    ) {
        self.name = name
        self.type = type
        self.axes = axes
        self.meaning = meaning
        self.origin = origin
    }
}

/// A table that grows row by row: a group of the log.
package struct LogStream: Equatable, Sendable {
    package let name: String
    /// Name of the row axis, "step" or "event"; its coordinate comes with every row.
    package let axis: String
    /// In the order of their values in a row. All columns with axes have the same ones.
    package let columns: [LogColumn]
    /// Texts attached to the group.
    package let attributes: [String: String]

    package init(
        name: String, axis: String = "step", columns: [LogColumn],
        attributes: [String: String] = [:]
    ) {
        self.name = name
        self.axis = axis
        self.columns = columns
        self.attributes = attributes
    }

    /// The axes of the columns that have any.
    package var memberAxes: [LogAxis] { columns.first { !$0.axes.isEmpty }?.axes ?? [] }
}

/// What a run records. It is the first record of the journal, so that a log can be rebuilt from
/// the journal alone.
package struct LogSchema: Equatable, Sendable {
    package let runName: String
    /// Extent of each member axis.
    package let pairs: Int
    /// Global index of the first member.
    package let firstMember: Int
    package let streams: [LogStream]
    package let experimentTOML: String
    package let provenanceJSON: String

    /// - Throws: `LogSchemaError` for names that stand twice or cannot be HDF5 names, columns of a
    ///   stream with different axes, and rows above `largestRowBytes`.
    package init(
        runName: String, pairs: Int, firstMember: Int = 0, streams: [LogStream],
        experimentTOML: String, provenanceJSON: String
    ) throws {
        self.runName = runName
        self.pairs = pairs
        self.firstMember = firstMember
        self.streams = streams
        self.experimentTOML = experimentTOML
        self.provenanceJSON = provenanceJSON
        try check()
    }

    /// The same with more streams behind its own.
    ///
    /// - Throws: `LogSchemaError` where they do not fit.
    package func adding(_ others: [LogStream]) throws -> LogSchema {
        try LogSchema(
            runName: runName, pairs: pairs, firstMember: firstMember, streams: streams + others,
            experimentTOML: experimentTOML, provenanceJSON: provenanceJSON)
    }

    /// 16 MiB: a row is held in memory a few times.
    package static let largestRowBytes = 1 << 24
    static let largestPairCount = 1 << 20

    /// Elements of a column in one row.
    package func elementCount(of column: LogColumn) -> Int {
        column.axes.reduce(1) { count, _ in count * pairs }
    }

    package func byteCount(of column: LogColumn) -> Int {
        elementCount(of: column) * column.type.byteCount
    }

    /// Bytes of the values of one row, the row's coordinate not counted.
    package func rowByteCount(of stream: LogStream) -> Int {
        stream.columns.reduce(0) { $0 + byteCount(of: $1) }
    }

    /// Coordinates along every member axis.
    var members: [Int32] { (0..<pairs).map { Int32(firstMember + $0) } }

    private func check() throws(LogSchemaError) {
        guard pairs > 0, pairs <= Self.largestPairCount, firstMember >= 0,
            firstMember <= Int(Int32.max) - pairs
        else {
            throw LogSchemaError("\(pairs) pairs from member \(firstMember) on are not possible")
        }
        try checkNames(streams.map(\.name) + ["final"], of: "the log")
        for stream in streams {
            let memberAxes = stream.memberAxes
            try checkNames(
                stream.columns.map(\.name) + [stream.axis] + memberAxes.map(\.rawValue),
                of: "stream \(stream.name)")
            for column in stream.columns where !column.axes.isEmpty {
                guard column.axes == memberAxes, column.axes.count <= 2,
                    Set(column.axes).count == column.axes.count
                else {
                    throw LogSchemaError(
                        "axes of column \(column.name) of stream \(stream.name) do not fit")
                }
            }
            try checkRowSize(stream)
        }
    }

    private func checkNames(_ names: [String], of whole: String) throws(LogSchemaError) {
        for name in names where name.isEmpty || name.contains("/") || name.first == "." {
            throw LogSchemaError("'\(name)' is no possible name in \(whole)")
        }
        guard Set(names).count == names.count else {
            throw LogSchemaError("a name stands twice in \(whole): \(names)")
        }
    }

    /// Sums with checks: the schema may come from a damaged file.
    private func checkRowSize(_ stream: LogStream) throws(LogSchemaError) {
        var total = 0
        for column in stream.columns {
            // At most 2 axes of at most 2^20 members of at most 8 bytes: no overflow.
            total += byteCount(of: column)
            guard total <= Self.largestRowBytes else {
                throw LogSchemaError(
                    "a row of stream \(stream.name) exceeds \(Self.largestRowBytes) bytes")
            }
        }
    }
}

/// A schema that cannot be a log.
package struct LogSchemaError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
