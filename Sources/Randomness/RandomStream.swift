import CKernels

/// A named stream of random words: Philox4x32-10 in counter mode.
///
/// Nothing is stored and nothing advances, so a number depends on its name alone, never on which
/// numbers were drawn before it:
///
///     key      = (low 32 bits of seed, high 32 bits of seed)
///     counter  = (block, step, member, purpose | update << 8 | attempt << 24)
///     word[4 * block + w] = Philox4x32-10(counter, key)[w]
///
/// Conversions of a word u are exact: `(u >> 8) * 2^-24` on [0, 1) and
/// `(0.5 + (u >> 9)) * 2^-23` on (0, 1). Four words make four normal numbers by Box-Muller, in
/// `Float`, words (0, 1) the numbers (0, 1) and words (2, 3) the numbers (2, 3):
///
///     radius = sqrt(-2 log(open(first)))       turn = unit(second)
///     radius * cos(2 pi turn), radius * sin(2 pi turn)
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.
package struct RandomStream: Sendable {
    /// A stream has 2^34 words: a block is named by 32 bits.
    package static let wordCount = 1 << 34

    private let stream: qk_random_stream

    package init(
        seed: UInt64, step: UInt32, member: UInt32, purpose: Purpose, update: UInt16 = 0,
        attempt: UInt8 = 0
    ) {
        let use = UInt32(purpose.rawValue) | UInt32(update) << 8 | UInt32(attempt) << 24
        stream = qk_random_stream(
            key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)),
            counter: (step, member, use))
    }

    /// Uniform numbers on [0, 1), multiples of 2^-24, from word 4 * firstBlock on.
    package func fillUniform(_ out: UnsafeMutableBufferPointer<Float>, firstBlock: UInt32 = 0) {
        withUnsafePointer(to: stream) {
            qk_random_uniform(out.baseAddress, out.count, $0, firstBlock)
        }
    }

    /// Uniform numbers on (0, 1), odd multiples of 2^-24, from word 4 * firstBlock on.
    package func fillOpenUniform(
        _ out: UnsafeMutableBufferPointer<Float>, firstBlock: UInt32 = 0
    ) {
        withUnsafePointer(to: stream) {
            qk_random_open_uniform(out.baseAddress, out.count, $0, firstBlock)
        }
    }

    /// Standard normal numbers, magnitude below 5.8, from word 4 * firstBlock on.
    package func fillNormal(_ out: UnsafeMutableBufferPointer<Float>, firstBlock: UInt32 = 0) {
        withUnsafePointer(to: stream) {
            qk_random_normal(out.baseAddress, out.count, $0, firstBlock)
        }
    }

    /// Word `index` of the stream, 0 <= index < 2^34.
    package func word(_ index: Int) -> UInt32 {
        let words = block(UInt32(index >> 2))
        switch index & 3 {
        case 0: return words.0
        case 1: return words.1
        case 2: return words.2
        default: return words.3
        }
    }

    /// An integer in 0..<limit: floor(r * limit / 2^64), r made of word 2 * index (low half) and
    /// word 2 * index + 1 (high half). No value is more than limit / 2^64 likelier than another.
    package func bounded(_ index: Int, below limit: Int) -> Int {
        precondition(limit > 0, "there is no integer below \(limit)")
        let words = block(UInt32(index >> 1))
        let (low, high) = index & 1 == 0 ? (words.0, words.1) : (words.2, words.3)
        let random = UInt64(high) << 32 | UInt64(low)
        return Int(random.multipliedFullWidth(by: UInt64(limit)).high)
    }

    /// The four words of a block.
    package func block(_ index: UInt32) -> (UInt32, UInt32, UInt32, UInt32) {
        var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        withUnsafePointer(to: stream) { stream in
            withUnsafeMutableBytes(of: &words) { bytes in
                qk_philox_block(
                    stream, index, bytes.baseAddress!.assumingMemoryBound(to: UInt32.self))
            }
        }
        return words
    }
}
