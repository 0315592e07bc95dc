import FileFormats
import Settings

/// The keys that several sources have in common.
extension SettingsTable {
    /// `count` of a set read from files: `nil` stands for all of it.
    func exampleLimit() throws -> Int? {
        try optionalInteger(
            "count", in: 1...Int(Int32.max), unit: "examples",
            "use only the first of the examples; all where absent")
    }

    /// `channels` of images that may have colours: 1 or 3.
    func imageChannels() throws -> Int {
        let channels = try integer(
            "channels", default: 3, in: 1...3,
            "3: colours (grey images three times the same); 1: their luminance, 0.299 red + "
                + "0.587 green + 0.114 blue")
        guard channels != 2 else { throw error("channels", "expected 1 or 3, found 2") }
        return channels
    }

    /// `range` of bytes: the values of 0 and 255.
    func byteRange() throws -> ClosedRange<Float> {
        let bounds = try numbers(
            "range", default: [0, 1], count: 2...2, "values that the bytes 0 and 255 become")
        return try rising(bounds)
    }

    /// Two bounds of `range` in ascending order.
    func rising(_ bounds: [Double]) throws -> ClosedRange<Float> {
        let (lower, upper) = (Float(bounds[0]), Float(bounds[1]))
        guard lower.isFinite, upper.isFinite, lower < upper else {
            throw error("range", "expected a smaller and a larger number, found \(bounds)")
        }
        return lower...upper
    }

    /// How many of the examples in `file` are used.
    ///
    /// - Throws: where there are none, more than 32-bit indices reach, or fewer than wanted.
    func usedCount(of available: Int, limit: Int?, file: String) throws -> Int {
        guard available > 0 else { throw DataError(file: file, "holds no examples") }
        guard available <= Int(Int32.max) else {
            throw DataError(
                file: file, "holds \(available) examples; at most \(Int32.max) can be used")
        }
        guard let limit else { return available }
        guard limit <= available else {
            throw error("count", "\(limit) examples wanted, but \(file) holds \(available)")
        }
        return limit
    }
}

/// The labels of a set's examples, as many as there are examples.
func readLabels(_ path: String, exampleCount: Int, examples: String) throws -> [UInt8] {
    let file = try IDXFile(contentsOf: path)
    guard file.shape.count == 1 else {
        throw DataError(
            file: path, offset: 3, "labels of rank \(file.shape.count); rank 1 was expected")
    }
    guard file.bytes.count == exampleCount else {
        throw DataError(
            file: path, "\(file.bytes.count) labels, but \(examples) holds \(exampleCount) examples"
        )
    }
    return file.bytes
}

/// The shape of one example of an array: n x features, n x height x width (one channel), or n x
/// height x width x channels.
func shapeOfExample(inArray shape: [Int], file: String) throws -> [Int] {
    guard (2...4).contains(shape.count) else {
        throw DataError(
            file: file,
            "an array of \(describeShape(shape)); n x features, n x height x width or "
                + "n x height x width x channels was expected")
    }
    guard !shape.contains(0) else {
        throw DataError(file: file, "an array of \(describeShape(shape)) holds no examples")
    }
    return shape.count == 3 ? [shape[1], shape[2], 1] : Array(shape[1...])
}
