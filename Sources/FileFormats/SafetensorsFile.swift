/// A safetensors file in memory, all of whose claims about itself were checked.
package struct SafetensorsFile: Sendable {
    package struct Tensor: Equatable, Sendable {
        package let name: String
        package let type: SafetensorsType
        package let shape: [Int]
        /// Position in the file.
        package let range: Range<Int>
    }

    /// In the order of the bytes in the file.
    package let tensors: [Tensor]
    /// Without the checksums.
    package let metadata: [String: String]
    /// Whether every byte of the file was compared with `SafetensorsChecksums`.
    package let hasChecksums: Bool
    private let bytes: [UInt8]
    private let indexOfName: [String: Int]

    /// Reads a whole file: what is allocated has the size that the file has, whatever its header
    /// claims.
    package init(contentsOf path: String) throws {
        try self.init(parsing: try InputFile.read(path), file: path)
    }

    /// Reads the content of a file; `file` is the name used in errors.
    ///
    /// - Throws: `DataError` for a header that is not exactly of the format, an element type beyond
    ///   `SafetensorsType`, a name that stands twice, a size that overflows or disagrees with shape
    ///   and type, tensors that overlap, leave a gap, or do not end with the file, and where there
    ///   are checksums for any byte that is not as it was written.
    package init(parsing content: [UInt8], file: String) throws {
        let header = try SafetensorsHeader(parsing: content, file: file)
        if header.hasChecksums {
            try SafetensorsChecksums.checkTensors(
                header.tensors, of: content, metadata: header.metadata, file: file)
        }
        tensors = header.tensors
        metadata = header.metadata.filter { !SafetensorsChecksums.keys.contains($0.key) }
        hasChecksums = header.hasChecksums
        bytes = content
        indexOfName = Dictionary(
            uniqueKeysWithValues: header.tensors.enumerated().map { ($0.element.name, $0.offset) })
    }

    package func tensor(named name: String) -> Tensor? {
        indexOfName[name].map { tensors[$0] }
    }

    /// The tensor's bytes, valid during the call. They may lie at any address.
    package func withBytes<Result>(
        of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[tensor.range])) }
    }

    package func floats(of tensor: Tensor) -> [Float] {
        precondition(tensor.type == .float32, "\(tensor.name) is \(tensor.type)")
        return values(of: tensor, Float.self)
    }

    package func doubles(of tensor: Tensor) -> [Double] {
        precondition(tensor.type == .float64, "\(tensor.name) is \(tensor.type)")
        return values(of: tensor, Double.self)
    }

    /// The elements of any of the integer types.
    ///
    /// - Precondition: they fit `Element`'s size: `UInt64` for `.uint64`, and so on.
    package func integers<Element: FixedWidthInteger>(
        of tensor: Tensor, _ type: Element.Type
    ) -> [Element] {
        precondition(
            tensor.type != .float32 && tensor.type != .float64
                && tensor.type.size == MemoryLayout<Element>.size,
            "\(tensor.name) is \(tensor.type)")
        return values(of: tensor, type)
    }

    private func values<Element>(of tensor: Tensor, _ type: Element.Type) -> [Element] {
        let size = MemoryLayout<Element>.size
        return withBytes(of: tensor) { raw in
            (0..<(raw.count / size)).map { raw.loadUnaligned(fromByteOffset: $0 * size, as: type) }
        }
    }
}

/// Reads and checks the JSON header.
private struct SafetensorsHeader {
    let file: String
    /// Where the tensors' bytes start; the offsets in the header count from here.
    let dataStart: Int
    let hasChecksums: Bool
    private(set) var tensors: [SafetensorsFile.Tensor] = []
    private(set) var metadata: [String: String] = [:]

    init(parsing bytes: [UInt8], file: String) throws {
        self.file = file
        dataStart = try Self.dataStart(bytes, file: file)
        guard bytes[Safetensors.lengthBytes] == UInt8(ascii: "{") else {
            throw DataError(
                file: file, offset: Safetensors.lengthBytes, "the header does not start with '{'")
        }
        hasChecksums = try SafetensorsChecksums.checkHeader(bytes[..<dataStart], file: file)
        let text = Array(bytes[Safetensors.lengthBytes..<dataStart])
        let json = try JSONValue(parsing: text, file: file, offset: Safetensors.lengthBytes)
        for member in json.objectValue?.members ?? [] {
            if member.key == Safetensors.metadataKey {
                metadata = try readMetadata(member.value)
            } else {
                tensors.append(try readTensor(member, dataSize: bytes.count - dataStart))
            }
        }
        guard hasChecksums || SafetensorsChecksums.keys.allSatisfy({ metadata[$0] == nil }) else {
            throw failure("the checksums are damaged: they do not stand where they were written")
        }
        tensors.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        try checkCoverage(fileSize: bytes.count)
    }

    private static func dataStart(_ bytes: [UInt8], file: String) throws -> Int {
        guard bytes.count >= Safetensors.lengthBytes else {
            throw DataError(
                file: file, offset: bytes.count, "ends inside the 8 bytes of the header's length")
        }
        let length = bytes[..<Safetensors.lengthBytes].reversed().reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        let present = bytes.count - Safetensors.lengthBytes
        guard length > 0, length <= Safetensors.largestHeaderBytes, length <= present else {
            throw DataError(
                file: file, offset: 0,
                "a header of \(length) bytes, but \(present) follow "
                    + "and at most \(Safetensors.largestHeaderBytes) are accepted")
        }
        return Safetensors.lengthBytes + Int(length)
    }

    private func readMetadata(_ value: JSONValue) throws -> [String: String] {
        guard let object = value.objectValue else {
            throw failure("\(Safetensors.metadataKey) is not a JSON object")
        }
        var texts: [String: String] = [:]
        for member in object.members {
            guard let text = member.value.textValue else {
                throw failure("metadata \"\(member.key)\" is not a text")
            }
            texts[member.key] = text
        }
        return texts
    }

    private func readTensor(
        _ member: JSONObject.Member, dataSize: Int
    ) throws -> SafetensorsFile.Tensor {
        let name = member.key
        guard member.value.objectValue?.members.count == 3,
            let code = member.value["dtype"]?.textValue,
            let shape = extents(member.value["shape"]),
            let offsets = extents(member.value["data_offsets"]), offsets.count == 2
        else {
            throw failure(
                "tensor \"\(name)\" needs dtype, shape and two data_offsets, and nothing else")
        }
        guard let type = SafetensorsType(rawValue: code) else {
            throw failure("tensor \"\(name)\" has the unsupported element type \(code)")
        }
        guard offsets[0] <= offsets[1], offsets[1] <= dataSize,
            checkedByteCount(shape, elementSize: type.size) == offsets[1] - offsets[0]
        else {
            throw failure(
                "tensor \"\(name)\": offsets \(offsets[0]) to \(offsets[1]) of \(dataSize) bytes "
                    + "do not fit \(describeShape(shape)) of \(code)")
        }
        return SafetensorsFile.Tensor(
            name: name, type: type, shape: shape,
            range: (dataStart + offsets[0])..<(dataStart + offsets[1]))
    }

    /// A list of integers from 0 on.
    private func extents(_ value: JSONValue?) -> [Int]? {
        guard let elements = value?.arrayValue else { return nil }
        let integers = elements.compactMap(\.integerValue).filter { $0 >= 0 }
        return integers.count == elements.count ? integers : nil
    }

    /// Every byte behind the header belongs to exactly one tensor.
    private func checkCoverage(fileSize: Int) throws {
        var end = dataStart
        for tensor in tensors {
            guard tensor.range.lowerBound == end else {
                let fault = tensor.range.lowerBound < end ? "overlaps" : "leaves a gap behind"
                throw DataError(
                    file: file, offset: tensor.range.lowerBound,
                    "tensor \"\(tensor.name)\" \(fault) the one before it, which ends at \(end)")
            }
            end = tensor.range.upperBound
        }
        guard end == fileSize else {
            throw DataError(
                file: file, offset: end, "\(fileSize - end) bytes belong to no tensor")
        }
    }

    private func failure(_ message: String) -> DataError {
        DataError(file: file, offset: Safetensors.lengthBytes, message)
    }
}
