import FileFormats
import Testing

@Suite struct ChecksumTests {
    /// The check value of the CRC catalogue and the four patterns of RFC 3720, appendix B.4.
    @Test func crc32cVectors() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum(Array(0..<32)) == 0x46dd_794e)
        #expect(CRC32C.checksum(Array((0..<32).reversed())) == 0x113f_db5c)
        #expect(CRC32C.checksum([]) == 0)
    }

    @Test func crc32cContinues() {
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 37) }
        let whole = CRC32C.checksum(bytes)
        for cut in 0...bytes.count {
            let first = CRC32C.checksum(Array(bytes[..<cut]))
            #expect(CRC32C.checksum(Array(bytes[cut...]), continuing: first) == whole)
        }
    }

    /// Lengths and hashes (seed 0) of the self-test that comes with xxHash, whose input is the top
    /// byte of 2654435761 * 11400714785074694797^i.
    @Test(
        arguments: zip(
            [0, 1, 6, 12, 24, 48, 80, 195, 403, 512, 2048, 2240, 2367],
            [
                0x2d06_8005_38d3_94c2, 0xc44b_dff4_074e_ecdb, 0x27b5_6a84_cd2d_7325,
                0xa713_daf0_dfbb_77e7, 0xa3fe_70bf_9d35_10eb, 0x397d_a259_ecba_1f11,
                0xbcde_fbbb_2c47_c90a, 0xcd94_217e_e362_ec3a, 0xcdeb_804d_65c6_dea4,
                0x617e_4959_9013_cb6b, 0xdd59_e2c3_a5f0_38e0, 0x6e73_a905_39cf_2948,
                0xcb37_aeb9_e5d3_61ed,
            ] as [UInt64]))
    func xxh3Vectors(length: Int, expected: UInt64) {
        var state: UInt64 = 2_654_435_761
        let input = (0..<length).map { _ in
            defer { state &*= 11_400_714_785_074_694_797 }
            return UInt8(state >> 56)
        }
        #expect(XXH3.hash(input) == expected)
        var stream = XXH3.Stream()
        for start in stride(from: 0, to: length, by: 100) {
            input[start..<min(start + 100, length)].withUnsafeBytes { stream.update($0) }
        }
        #expect(stream.value == expected)
    }

    @Test func hashesPrintWith16Digits() {
        #expect(hexadecimal(UInt64(0xabc)) == "0000000000000abc")
        #expect(hexadecimal(UInt64.max) == "ffffffffffffffff")
    }
}
