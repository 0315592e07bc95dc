#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How places in the log and their values are named to people.
extension LogSchema {
    /// "/train/d_loss at step 17, pair 2": one element of a column in the row at `axis`.
    func place(_ stream: LogStream, _ column: LogColumn, axis: Int64, element: Int) -> String {
        var text = "/\(stream.name)/\(column.name) at \(stream.axis) \(axis)"
        // The last axis runs fastest.
        var stride = elementCount(of: column)
        for member in column.axes {
            stride /= pairs
            text += ", \(member.rawValue) \(firstMember + element / stride % pairs)"
        }
        return text
    }

    /// The first element in which two rows of a stream differ, measured columns left out.
    func firstDifference(
        _ stream: LogStream, axis: Int64, _ left: UnsafeRawBufferPointer,
        _ right: UnsafeRawBufferPointer
    ) -> (place: String, left: String, right: String)? {
        for (column, range) in zip(stream.columns, columnRanges(of: stream))
        where column.origin == .computed {
            let (left, right) = (
                UnsafeRawBufferPointer(rebasing: left[range]),
                UnsafeRawBufferPointer(rebasing: right[range])
            )
            guard let element = column.type.firstDifference(left, right) else { continue }
            return (
                place(stream, column, axis: axis, element: element),
                column.type.text(of: left, at: element), column.type.text(of: right, at: element)
            )
        }
        return nil
    }
}

extension LogColumnType {
    /// The first element in which two spans of the same size differ.
    func firstDifference(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
    ) -> Int? {
        firstDifferingByte(left, right).map { $0 / byteCount }
    }

    /// One element of a column as text; numbers that look alike with their bits behind them.
    func text(of bytes: UnsafeRawBufferPointer, at element: Int) -> String {
        let offset = element * byteCount
        func load<Value>(_ type: Value.Type) -> Value {
            bytes.loadUnaligned(fromByteOffset: offset, as: type)
        }
        switch self {
        case .float32:
            let value = load(Float.self)
            return value.isNaN ? "nan (\(String(value.bitPattern, radix: 16)))" : "\(value)"
        case .float64:
            let value = load(Double.self)
            return value.isNaN ? "nan (\(String(value.bitPattern, radix: 16)))" : "\(value)"
        case .int32: return "\(load(Int32.self))"
        case .int64: return "\(load(Int64.self))"
        case .uint64: return "\(load(UInt64.self))"
        }
    }
}

/// The first byte in which two spans of the same size differ.
func firstDifferingByte(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
) -> Int? {
    precondition(left.count == right.count, "spans of different sizes")
    guard !left.isEmpty, memcmp(left.baseAddress!, right.baseAddress!, left.count) != 0 else {
        return nil
    }
    return left.indices.first { left[$0] != right[$0] }
}
