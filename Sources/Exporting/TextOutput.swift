import FileFormats

/// A text file that is written in pieces and appears when it is complete.
final class TextOutput {
    private let file: AtomicFile
    private var buffer: [UInt8] = []
    private var offset = 0

    private static let pieceBytes = 1 << 20

    init(path: String) throws {
        file = try AtomicFile(path: path)
        buffer.reserveCapacity(Self.pieceBytes + (1 << 12))
    }

    func write(_ text: String) { buffer.append(contentsOf: text.utf8) }

    /// Ends a line and, now and then, hands the lines so far to the file.
    func endLine() throws {
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.pieceBytes { try flush() }
    }

    func finish() throws {
        try flush()
        try file.commit()
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try file.write($0, at: offset) }
        offset += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// One line for each value of a series: `start`, the step, what `middles` has for the
    /// position, the value, `end`.
    func writeLines(
        of series: MetricSeries, from start: String, _ middles: [String], to end: String,
        value text: (Double) -> String
    ) throws {
        for (row, step) in series.steps.enumerated() {
            let step = "\(step)"
            for position in 0..<series.width {
                write(start)
                write(step)
                write(middles[position])
                write(text(series.values[row * series.width + position]))
                write(end)
                try endLine()
            }
        }
    }
}
