/// Where everything stands in a safetensors file, before any tensor's bytes exist.
///
/// With it tensors can be written at their offsets in any order. Wider elements come first, so
/// that each tensor starts at a multiple of its element size.
package struct SafetensorsLayout: Sendable {
    package struct Tensor: Equatable, Sendable {
        package let name: String
        package let type: SafetensorsType
        package let shape: [Int]

        package init(name: String, type: SafetensorsType, shape: [Int]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// In the caller's order, which `offset(of:)` and `byteCount(of:)` use.
    package let tensors: [Tensor]
    /// Everything before the first tensor, a multiple of 8 bytes; checksums have zeros as digits.
    package let headerBytes: [UInt8]
    package let hasChecksums: Bool
    /// Header and tensors.
    package let fileSize: Int
    /// Indices of the tensors in the order of their bytes.
    private let order: [Int]
    private let ranges: [Range<Int>]

    /// - Parameters:
    ///   - metadata: free texts; stored sorted by key, so that equal contents make equal files.
    ///   - hasChecksums: whether the file will carry `SafetensorsChecksums`.
    /// - Precondition: names are unique and none is `__metadata__`; sizes fit an `Int`.
    package init(
        tensors: [Tensor], metadata: [String: String] = [:], hasChecksums: Bool = false
    ) {
        precondition(
            Set(tensors.map(\.name)).union([Safetensors.metadataKey]).count == tensors.count + 1,
            "a tensor name stands twice or is reserved")
        precondition(
            SafetensorsChecksums.keys.allSatisfy { metadata[$0] == nil },
            "the metadata has a key of the checksums")
        let order = tensors.indices.sorted {
            (-tensors[$0].type.size, $0) < (-tensors[$1].type.size, $1)
        }
        var ranges = [Range<Int>](repeating: 0..<0, count: tensors.count)
        var header = JSONObject()
        let checksums =
            hasChecksums ? SafetensorsChecksums.placeholders(tensorCount: tensors.count) : []
        let texts = checksums + metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if !texts.isEmpty { header.append(Safetensors.metadataKey, Self.describe(texts)) }
        var end = 0
        for index in order {
            let tensor = tensors[index]
            guard let size = checkedByteCount(tensor.shape, elementSize: tensor.type.size) else {
                preconditionFailure("tensor \(tensor.name) is too large")
            }
            ranges[index] = end..<(end + size)
            end += size
            header.append(tensor.name, Self.describe(tensor, range: ranges[index]))
        }
        let headerBytes = Self.frame(header)
        self.tensors = tensors
        self.headerBytes = headerBytes
        self.hasChecksums = hasChecksums
        self.order = order
        self.ranges = ranges.map {
            ($0.lowerBound + headerBytes.count)..<($0.upperBound + headerBytes.count)
        }
        fileSize = headerBytes.count + end
    }

    /// Byte of the file at which the tensor of this index starts.
    package func offset(of index: Int) -> Int {
        ranges[index].lowerBound
    }

    package func byteCount(of index: Int) -> Int {
        ranges[index].count
    }

    /// The header with its checksums, once the hashes of all tensors are known.
    ///
    /// - Parameter tensorHashes: XXH3-64 of each tensor's bytes, in the caller's order.
    package func finishedHeader(tensorHashes: [UInt64]) -> [UInt8] {
        precondition(hasChecksums && tensorHashes.count == tensors.count, "a hash per tensor")
        var header = headerBytes
        SafetensorsChecksums.fill(&header, tensorHashes: order.map { tensorHashes[$0] })
        return header
    }

    /// A whole file in memory, for small ones.
    ///
    /// - Precondition: one span per tensor, each of its size.
    package func file(contents: [[UInt8]]) -> [UInt8] {
        precondition(contents.count == tensors.count, "one span of bytes per tensor")
        var file =
            hasChecksums
            ? finishedHeader(tensorHashes: contents.map { XXH3.hash($0) }) : headerBytes
        file.reserveCapacity(fileSize)
        for index in order {
            precondition(contents[index].count == byteCount(of: index), "size of \(tensors[index])")
            file += contents[index]
        }
        return file
    }

    private static func describe(_ texts: [(key: String, text: String)]) -> JSONValue {
        var object = JSONObject()
        for (key, text) in texts { object.append(key, .text(text)) }
        return .object(object)
    }

    private static func describe(_ tensor: Tensor, range: Range<Int>) -> JSONValue {
        [
            "dtype": .text(tensor.type.rawValue),
            "shape": .array(tensor.shape.map(JSONValue.integer)),
            "data_offsets": [.integer(range.lowerBound), .integer(range.upperBound)],
        ]
    }

    /// Length, text and padding.
    private static func frame(_ header: JSONObject) -> [UInt8] {
        var text = Array(JSONValue.object(header).serialized().utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        precondition(text.count <= Safetensors.largestHeaderBytes, "safetensors header too large")
        let length = UInt64(text.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
    }
}
