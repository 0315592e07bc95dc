/// Element types of the safetensors format that are written and read, by their name in the header.
package enum SafetensorsType: String, CaseIterable, Sendable {
    case float32 = "F32"
    case float64 = "F64"
    case int32 = "I32"
    case int64 = "I64"
    case uint8 = "U8"
    case uint32 = "U32"
    case uint64 = "U64"

    /// Bytes of one element.
    package var size: Int {
        switch self {
        case .uint8: 1
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }
}

/// Limits and names of the format (github.com/huggingface/safetensors, "Format").
///
/// Layout: the header's length (64 bits, little endian), the header (a JSON object, padded with
/// spaces), then the tensors' bytes, little endian, in C order, without gaps.
enum Safetensors {
    static let largestHeaderBytes = 100_000_000
    static let lengthBytes = 8
    static let metadataKey = "__metadata__"
}
