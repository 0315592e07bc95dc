/// A message of Protocol Buffers in its wire format: what TensorBoard's files consist of
/// (https://protobuf.dev/programming-guides/encoding). A field is added by its number; fields that
/// are left out have their default.
package struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    private enum WireType: UInt64 {
        case variable = 0
        case eightBytes = 1
        case counted = 2
        case fourBytes = 5
    }

    /// int32, int64, bool and enumerations; negative numbers take ten bytes.
    mutating func add(_ field: Int, integer: Int) {
        key(field, .variable)
        variable(UInt64(bitPattern: Int64(integer)))
    }

    mutating func add(_ field: Int, double: Double) {
        key(field, .eightBytes)
        withUnsafeBytes(of: double.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, float: Float) {
        key(field, .fourBytes)
        withUnsafeBytes(of: float.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

    mutating func add(_ field: Int, message: ProtocolBuffer) { add(field, bytes: message.bytes) }

    mutating func add(_ field: Int, bytes content: [UInt8]) {
        key(field, .counted)
        variable(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    private mutating func key(_ field: Int, _ type: WireType) {
        variable(UInt64(field) << 3 | type.rawValue)
    }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
