/// Element types of an npy file that are read, by their code in the header.
package enum NPYElementType: String, CaseIterable, Sendable {
    case float16 = "f2"
    case float32 = "f4"
    case float64 = "f8"
    case int8 = "i1"
    case int16 = "i2"
    case int32 = "i4"
    case int64 = "i8"
    case uint8 = "u1"
    case uint16 = "u2"
    case uint32 = "u4"
    case uint64 = "u8"

    /// Bytes of one element.
    package var size: Int {
        switch self {
        case .int8, .uint8: 1
        case .float16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }
}

/// One array of numbers in NumPy's npy format, versions 1 to 3.
package struct NPYFile: Equatable, Sendable {
    package let elementType: NPYElementType
    package let shape: [Int]
    /// Elements in C order and little endian (as all supported hosts are), whatever the file had.
    package let bytes: [UInt8]

    package init(contentsOf path: String) throws {
        try self.init(parsing: try InputFile.read(path), file: path)
    }

    /// Reads the content of a file; `file` is the name used in errors.
    ///
    /// - Throws: `DataError` for anything but a rectangular array of one of `NPYElementType`. The
    ///   size that the shape needs is compared with the bytes present before anything is allocated.
    package init(parsing content: [UInt8], file: String) throws {
        let header = try NPYHeader(parsing: content, file: file)
        let present = content.count - header.size
        let size = header.elementType.size
        guard let needed = checkedByteCount(header.shape, elementSize: size), needed == present
        else {
            throw DataError(
                file: file, offset: header.size,
                "\(present) bytes of elements do not fit the declared shape "
                    + "\(describeShape(header.shape)) of \(size)-byte elements")
        }
        var elements = Array(content[header.size...])
        if header.isBigEndian, size > 1 { reverseEachElement(of: &elements, size: size) }
        if header.isFortranOrder, header.shape.count > 1 {
            elements = cOrder(fromFortran: elements, shape: header.shape, size: size)
        }
        elementType = header.elementType
        shape = header.shape
        bytes = elements
    }

    /// All elements as `Float`, rounded to nearest where their type has more digits.
    package func floats() -> [Float] {
        switch elementType {
        case .float16: elements(Float16.self) { Float($0) }
        case .float32: elements(Float.self) { $0 }
        case .float64: elements(Double.self) { Float($0) }
        case .int8: elements(Int8.self) { Float($0) }
        case .int16: elements(Int16.self) { Float($0) }
        case .int32: elements(Int32.self) { Float($0) }
        case .int64: elements(Int64.self) { Float($0) }
        case .uint8: elements(UInt8.self) { Float($0) }
        case .uint16: elements(UInt16.self) { Float($0) }
        case .uint32: elements(UInt32.self) { Float($0) }
        case .uint64: elements(UInt64.self) { Float($0) }
        }
    }

    /// All elements as `Double`, rounded to nearest where their type has more digits.
    package func doubles() -> [Double] {
        switch elementType {
        case .float64: elements(Double.self) { $0 }
        case .int32: elements(Int32.self) { Double($0) }
        case .int64: elements(Int64.self) { Double($0) }
        case .uint32: elements(UInt32.self) { Double($0) }
        case .uint64: elements(UInt64.self) { Double($0) }
        case .float16, .float32, .int8, .int16, .uint8, .uint16: floats().map(Double.init)
        }
    }

    private func elements<Element, Result>(
        _ type: Element.Type, _ convert: (Element) -> Result
    ) -> [Result] {
        bytes.withUnsafeBytes { raw in
            (0..<(raw.count / MemoryLayout<Element>.size)).map {
                convert(
                    raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: type))
            }
        }
    }

    /// The bytes of a version 1 file of little-endian 32-bit floats in C order.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    package static func bytes(of values: [Float], shape: [Int]) -> [UInt8] {
        precondition(checkedElementCount(shape) == values.count, "shape and values disagree")
        return header(shape) + values.withUnsafeBytes { Array($0) }
    }

    /// Writes the same to a file, without a second copy of the values.
    package static func write(path: String, _ values: [Float], shape: [Int]) throws {
        precondition(checkedElementCount(shape) == values.count, "shape and values disagree")
        let (file, header) = (try AtomicFile(path: path), header(shape))
        try header.withUnsafeBytes { try file.write($0, at: 0) }
        try values.withUnsafeBytes { try file.write($0, at: header.count) }
        try file.commit()
    }

    private static func header(_ shape: [Int]) -> [UInt8] {
        let extents = shape.map(String.init).joined(separator: ", ")
        let tuple = shape.count == 1 ? "(\(extents),)" : "(\(extents))"
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple), }"
        // Elements start at a multiple of 64 bytes; the text ends with a line feed.
        let unpadded = 10 + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        let length = UInt16(text.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0]
            + [UInt8(truncatingIfNeeded: length), UInt8(length >> 8)] + Array(text.utf8)
    }
}

/// Turns big-endian elements into little-endian ones, in place.
private func reverseEachElement(of bytes: inout [UInt8], size: Int) {
    bytes.withUnsafeMutableBufferPointer { buffer in
        for start in stride(from: 0, to: buffer.count, by: size) {
            var element = UnsafeMutableBufferPointer(rebasing: buffer[start..<(start + size)])
            element.reverse()
        }
    }
}

/// Column-major elements in row-major order: the first index runs fastest in the source.
private func cOrder(fromFortran source: [UInt8], shape: [Int], size: Int) -> [UInt8] {
    guard !source.isEmpty else { return source }
    var strides = [Int](repeating: size, count: shape.count)
    for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    var result: [UInt8] = []
    result.reserveCapacity(source.count)
    for _ in 0..<(source.count / size) {
        result.append(contentsOf: source[offset..<(offset + size)])
        var axis = shape.count - 1
        index[axis] += 1
        offset += strides[axis]
        while axis > 0, index[axis] == shape[axis] {
            offset -= strides[axis] * shape[axis]
            index[axis] = 0
            axis -= 1
            index[axis] += 1
            offset += strides[axis]
        }
    }
    return result
}
