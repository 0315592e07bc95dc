/// CRC-32C (Castagnoli; RFC 3720, appendix B.4): reflected polynomial 0x82F63B78, initial value and
/// final xor 0xFFFFFFFF. The checksum of "123456789" is 0xE3069283.
package enum CRC32C {
    /// - Parameter continuing: the checksum of the bytes before these; 0 where there are none.
    package static func checksum(
        _ bytes: UnsafeRawBufferPointer, continuing: UInt32 = 0
    ) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var crc = ~continuing
            var position = 0
            // Eight table look-ups per eight bytes ("slicing by 8", Kounavis and Berry, 2008).
            while position + 8 <= bytes.count {
                let eight = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                let word = UInt64(littleEndian: eight) ^ UInt64(crc)
                crc = 0
                for byte in 0..<8 {
                    let value = Int(UInt8(truncatingIfNeeded: word >> (8 * byte)))
                    crc ^= table[(7 - byte) << 8 | value]
                }
                position += 8
            }
            while position < bytes.count {
                crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[position])]
                position += 1
            }
            return ~crc
        }
    }

    package static func checksum(_ bytes: [UInt8], continuing: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { checksum($0, continuing: continuing) }
    }

    /// Table `k`, entry `b` at `256 k + b`: the effect of byte `b` with `k` bytes behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0x82f6_3b78 }
            tables[byte] = crc
        }
        for entry in 256..<(8 * 256) {
            let previous = tables[entry - 256]
            tables[entry] = previous >> 8 ^ tables[Int(previous & 255)]
        }
        return tables
    }()
}
