/// A permutation of 0..<count that is computed, not stored: a Feistel network over the smallest
/// power of two that holds `count`, walked until it lands inside.
///
/// With b bits (at least 2), the number is split into a high part of b - b / 2 bits and a low part
/// of b / 2 bits. Six times, each part is changed by the other, keeping its width:
///
///     high ^= F(low + key[2 r]),   low ^= F(high + key[2 r + 1])
///     F = 32-bit finaliser of MurmurHash3, reduced to the low bits that are needed
///     key[k] = word k of the stream (seed, step: epoch, member, purpose: batchOrder)
///
/// Numbers at or above `count` go through again: at most half the domain, so two passes on
/// average at the most. Source: Black and Rogaway, "Ciphers with arbitrary finite domains", 2002.
package struct KeyedPermutation: Sendable {
    package let count: Int
    private let highBits: UInt32
    private let lowBits: UInt32
    private let keys: SIMD16<UInt32>  // 12 are used

    /// - Precondition: 0 <= count <= 2^31.
    package init(count: Int, seed: UInt64, member: UInt32, epoch: UInt32) {
        precondition(count >= 0 && count <= 1 << 31, "a permutation of \(count) numbers")
        self.count = count
        let bits = UInt32(max(2, Int.bitWidth - max(count - 1, 0).leadingZeroBitCount))
        lowBits = bits / 2
        highBits = bits - bits / 2
        let stream = RandomStream(seed: seed, step: epoch, member: member, purpose: .batchOrder)
        var keys = SIMD16<UInt32>()
        for word in 0..<12 { keys[word] = stream.word(word) }
        self.keys = keys
    }

    /// Where `index` goes, 0 <= index < count.
    package subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count, "index \(index) is outside the permutation")
        var value = UInt32(index)
        repeat { value = encrypt(value) } while value >= count
        return Int(value)
    }

    private func encrypt(_ value: UInt32) -> UInt32 {
        var high = value >> lowBits
        var low = value & (1 << lowBits - 1)
        for round in 0..<6 {
            high ^= mix(low &+ keys[2 * round]) & (1 << highBits - 1)
            low ^= mix(high &+ keys[2 * round + 1]) & (1 << lowBits - 1)
        }
        return high << lowBits | low
    }

    private func mix(_ value: UInt32) -> UInt32 {
        var x = value
        x = (x ^ x >> 16) &* 0x85EB_CA6B
        x = (x ^ x >> 13) &* 0xC2B2_AE35
        return x ^ x >> 16
    }
}
