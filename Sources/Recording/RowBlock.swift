/// Rows of one stream that wait to be written together, as they came: one row after the other.
final class RowBlock {
    let rowBytes: Int
    let capacity: Int
    private(set) var count = 0
    private let axisValues: UnsafeMutableBufferPointer<Int64>
    private let values: UnsafeMutableRawBufferPointer

    init(rowBytes: Int, capacity: Int) {
        self.rowBytes = rowBytes
        self.capacity = capacity
        axisValues = .allocate(capacity: capacity)
        values = .allocate(byteCount: max(rowBytes * capacity, 1), alignment: 16)
    }

    deinit {
        axisValues.deallocate()
        values.deallocate()
    }

    var isFull: Bool { count == capacity }

    func append(axis: Int64, values row: UnsafeRawBufferPointer) {
        precondition(!isFull && row.count == rowBytes)
        axisValues[count] = axis.littleEndian
        UnsafeMutableRawBufferPointer(
            rebasing: values[(count * rowBytes)..<((count + 1) * rowBytes)]
        ).copyMemory(from: row)
        count += 1
    }

    func removeAll() {
        count = 0
    }

    var axisBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: axisValues[..<count]))
    }

    /// The coordinate of one row.
    func axis(_ index: Int) -> Int64 { Int64(littleEndian: axisValues[index]) }

    /// Bytes `range` of one row.
    func row(_ index: Int, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        let start = index * rowBytes + range.lowerBound
        return UnsafeRawBufferPointer(rebasing: values[start..<(start + range.count)])
    }

    /// Copies bytes `range` of every row, without gaps, to the start of `target`.
    func gather(
        _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        for index in 0..<count {
            let part = target[(index * range.count)..<((index + 1) * range.count)]
            UnsafeMutableRawBufferPointer(rebasing: part).copyMemory(from: row(index, range))
        }
        return UnsafeRawBufferPointer(rebasing: target[..<(count * range.count)])
    }
}
