import CKernels
import FileFormats

/// Examples in memory, kept as they came: bytes, scaled on their way out, or floats.
package struct Examples: Sendable {
    private enum Storage {
        /// value = byte * scale + offset
        case bytes([UInt8], scale: Float, offset: Float)
        case floats([Float])
    }

    package let exampleShape: [Int]
    package let count: Int
    package let valueRange: ClosedRange<Float>
    package let labels: [UInt16]?
    package let fingerprint: String
    private let storage: Storage
    /// Elements of one example.
    private let exampleSize: Int

    /// Byte 0 becomes `range.lowerBound`, byte 255 `range.upperBound`.
    ///
    /// - Precondition: the bytes fill whole examples, with a label each where there are labels.
    init(bytes: [UInt8], exampleShape: [Int], labels: [UInt16]?, range: ClosedRange<Float>) {
        let scale = (range.upperBound - range.lowerBound) / 255
        self.init(
            storage: .bytes(bytes, scale: scale, offset: range.lowerBound),
            elementCount: bytes.count, exampleShape: exampleShape, labels: labels,
            valueRange: Self.valueRange(ofBytesIn: range),
            fingerprint: bytes.withUnsafeBytes { Self.fingerprint($0, exampleShape, labels) })
    }

    /// Floats are copied as they are.
    ///
    /// - Precondition: as above; all values are within `range`.
    init(floats: [Float], exampleShape: [Int], labels: [UInt16]?, range: ClosedRange<Float>) {
        self.init(
            storage: .floats(floats), elementCount: floats.count, exampleShape: exampleShape,
            labels: labels, valueRange: range,
            fingerprint: floats.withUnsafeBytes { Self.fingerprint($0, exampleShape, labels) })
    }

    private init(
        storage: Storage, elementCount: Int, exampleShape: [Int], labels: [UInt16]?,
        valueRange: ClosedRange<Float>, fingerprint: String
    ) {
        exampleSize = exampleShape.reduce(1, *)
        precondition(elementCount % max(exampleSize, 1) == 0, "an incomplete example")
        count = elementCount / max(exampleSize, 1)
        precondition(labels == nil || labels?.count == count, "one label per example")
        self.storage = storage
        self.exampleShape = exampleShape
        self.labels = labels
        self.valueRange = valueRange
        self.fingerprint = fingerprint
    }

    /// Stands for a set that is only described.
    static func none(
        exampleShape: [Int], valueRange: ClosedRange<Float> = 0...1
    ) -> Examples {
        Examples(floats: [], exampleShape: exampleShape, labels: nil, range: valueRange)
    }

    func copy(_ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>) {
        guard let first = indices.baseAddress else { return }
        // The kernels do not check; a wrong index would read foreign memory.
        for index in indices { precondition(index >= 0 && Int(index) < count, "no such example") }
        switch storage {
        case .bytes(let bytes, let scale, let offset):
            bytes.withUnsafeBufferPointer {
                qk_gather_bytes(
                    target, $0.baseAddress, first, indices.count, exampleSize, scale, offset)
            }
        case .floats(let floats):
            floats.withUnsafeBufferPointer {
                qk_gather_floats(target, $0.baseAddress, first, indices.count, exampleSize)
            }
        }
    }

    /// What bytes become at the most: rounding may carry the largest one past the bound.
    static func valueRange(ofBytesIn range: ClosedRange<Float>) -> ClosedRange<Float> {
        let white = 255 * ((range.upperBound - range.lowerBound) / 255) + range.lowerBound
        return range.lowerBound...max(range.upperBound, white)
    }

    /// Contents, then the extents of an example as 64-bit integers, then the labels: a byte each,
    /// or two (the low one first) where some label needs them.
    static func fingerprint(
        _ contents: UnsafeRawBufferPointer, _ exampleShape: [Int], _ labels: [UInt16]?
    ) -> String {
        var hash = XXH3.Stream()
        hash.update(contents)
        exampleShape.map { Int64($0) }.withUnsafeBytes { hash.update($0) }
        if let labels {
            if labels.allSatisfy({ $0 <= UInt8.max }) {
                labels.map { UInt8($0) }.withUnsafeBytes { hash.update($0) }
            } else {
                labels.map(\.littleEndian).withUnsafeBytes { hash.update($0) }
            }
        }
        return hexadecimal(hash.value)
    }
}

/// A source whose examples are an `Examples`.
package protocol StoredDataSource: DataSource {
    var examples: Examples { get }
}

extension StoredDataSource {
    package var exampleShape: [Int] { examples.exampleShape }
    package var count: Int { examples.count }
    package var valueRange: ClosedRange<Float> { examples.valueRange }
    package var labels: [UInt16]? { examples.labels }
    package var fingerprint: String { examples.fingerprint }

    package func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        examples.copy(indices, into: target)
    }
}
