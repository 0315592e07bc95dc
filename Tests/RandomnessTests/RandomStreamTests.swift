import CKernels
import Foundation
import Randomness
import Testing

@Suite struct RandomStreamTests {
    private func stream(
        _ seed: UInt64 = 1, step: UInt32 = 2, member: UInt32 = 3, purpose: Purpose = .latent
    ) -> RandomStream {
        RandomStream(seed: seed, step: step, member: member, purpose: purpose)
    }

    private func filled(
        _ count: Int, _ fill: (UnsafeMutableBufferPointer<Float>) -> Void
    ) -> [Float] {
        var values = [Float](repeating: .nan, count: count)
        values.withUnsafeMutableBufferPointer { fill($0) }
        return values
    }

    /// The published vectors of Random123, `tests/kat_vectors`: philox4x32, 10 rounds.
    @Test(
        arguments: [
            ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            (
                [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ] as [([UInt32], [UInt32], [UInt32])])
    func matchesThePublishedVectors(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
        var stream = qk_random_stream(
            key: (key[0], key[1]), counter: (counter[1], counter[2], counter[3]))
        var words = [UInt32](repeating: 0, count: 4)
        qk_philox_block(&stream, counter[0], &words)
        #expect(words == expected)
        // The vectorised fills draw the same words.
        var filled = [Float](repeating: 0, count: 4)
        qk_random_uniform(&filled, 4, &stream, counter[0])
        #expect(filled == expected.map { Float($0 >> 8) * 0x1p-24 })
    }

    @Test func theNameOfAStreamIsItsKeyAndCounter() {
        let stream = RandomStream(
            seed: 0x299f_31d0_a409_3822, step: 0x85a3_08d3, member: 0x1319_8a2e,
            purpose: .batchOrder,
            update: 0x7344, attempt: 0x70)
        var direct = qk_random_stream(
            key: (0xa409_3822, 0x299f_31d0), counter: (0x85a3_08d3, 0x1319_8a2e, 0x7073_4403))
        var words = [UInt32](repeating: 0, count: 4)
        qk_philox_block(&direct, 9, &words)
        #expect((0..<4).map { stream.word(36 + $0) } == words)
    }

    @Test func purposesKeepTheirNumbers() {
        #expect(Purpose.allCases.map(\.rawValue) == Array(1...18))
        #expect(Purpose.latent.rawValue == 2)
        #expect(Purpose.discriminatorInitialization.rawValue == 6)
        #expect(Purpose.evaluationData.rawValue == 14)
        #expect(Purpose.augmentation.rawValue == 15)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 255, 256, 257, 1000, 4096])
    func fillsAreWordsConvertedExactly(count: Int) {
        let stream = stream()
        let words = (0..<count).map { stream.word(28 + $0) }
        let uniform = filled(count) { stream.fillUniform($0, firstBlock: 7) }
        let open = filled(count) { stream.fillOpenUniform($0, firstBlock: 7) }
        #expect(uniform.map(Double.init) == words.map { Double($0 >> 8) * 0x1p-24 })
        #expect(open.map(Double.init) == words.map { (0.5 + Double($0 >> 9)) * 0x1p-23 })
    }

    /// Box-Muller recomputed in double precision from the words.
    @Test func normalsAreBoxMullerOfTheWords() {
        let stream = stream(99)
        let count = 200_000
        let normals = filled(count) { stream.fillNormal($0, firstBlock: 5) }
        var worst = 0.0
        for pair in 0..<(count / 2) {
            let first = stream.word(20 + 2 * pair)
            let second = stream.word(20 + 2 * pair + 1)
            let radius = (-2 * log((0.5 + Double(first >> 9)) * 0x1p-23)).squareRoot()
            let angle = 2 * Double.pi * (Double(second >> 8) * 0x1p-24)
            for (seen, exact) in [
                (normals[2 * pair], radius * cos(angle)),
                (normals[2 * pair + 1], radius * sin(angle)),
            ] where abs(exact) > 1e-12 {
                worst = max(worst, abs(Double(seen) - exact) / Double(Float(exact).ulp))
            }
        }
        #expect(worst <= 4)
    }

    /// 64-bit FNV-1a over the little-endian bytes of 2^20 normals. The expected value comes from a
    /// replay in NumPy of what `RandomStream` documents; another value breaks old runs.
    @Test func theBitsOfNormalsAreFixed() {
        let normals = filled(1 << 20) { stream().fillNormal($0) }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for normal in normals {
            for shift in stride(from: 0, to: 32, by: 8) {
                hash = (hash ^ UInt64(normal.bitPattern >> shift & 0xff)) &* 0x100_0000_01b3
            }
        }
        #expect(hash == 0x47fc_ea89_e7b4_72d3)
        #expect(normals.allSatisfy { $0.isFinite && abs($0) < 5.8 })
    }

    @Test func normalsHaveTheMomentsAndTailsOfTheNormalDistribution() {
        let count = 4_000_000
        let normals = filled(count) { stream().fillNormal($0) }
        var moments = [0.0, 0.0, 0.0, 0.0]
        var beyond = [0, 0, 0, 0]
        for normal in normals {
            let x = Double(normal)
            moments[0] += x
            moments[1] += x * x
            moments[2] += x * x * x
            moments[3] += x * x * x * x
            for limit in 1...4 where abs(x) > Double(limit) { beyond[limit - 1] += 1 }
        }
        // Five standard errors of each: variances 1, 2, 15, 96 over the count.
        let scale = 5 / Double(count).squareRoot()
        #expect(abs(moments[0] / Double(count)) < scale)
        #expect(abs(moments[1] / Double(count) - 1) < scale * 2.0.squareRoot())
        #expect(abs(moments[2] / Double(count)) < scale * 15.0.squareRoot())
        #expect(abs(moments[3] / Double(count) - 3) < scale * 96.0.squareRoot())
        for (limit, seen) in zip(1..., beyond) {
            let expected = erfc(Double(limit) / 2.0.squareRoot()) * Double(count)
            #expect(abs(Double(seen) - expected) < 5 * expected.squareRoot())
        }
    }

    @Test func streamsDifferInEveryPartOfTheName() {
        var streams = [
            stream(), stream(2), stream(1 << 32 + 1), stream(step: 4), stream(member: 4),
        ]
        streams += Purpose.allCases.filter { $0 != .latent }.map { stream(purpose: $0) }
        streams.append(RandomStream(seed: 1, step: 2, member: 3, purpose: .latent, update: 1))
        streams.append(RandomStream(seed: 1, step: 2, member: 3, purpose: .latent, attempt: 1))
        #expect(Set(streams.map { $0.word(0) }).count == streams.count)
    }

    @Test func aFillIsTheSameFromAnyPlace() {
        let whole = filled(4000) { stream().fillNormal($0) }
        let part = filled(100) { stream().fillNormal($0, firstBlock: 300) }
        #expect(part == Array(whole[1200..<1300]))
    }

    @Test func boundedNumbersAreMultiplyShiftOfTwoWords() {
        let stream = stream()
        for index in 0..<2000 {
            let limit = 1 + index * index
            let seen = stream.bounded(index, below: limit)
            let random = UInt64(stream.word(2 * index + 1)) << 32 | UInt64(stream.word(2 * index))
            #expect(seen == Int(random.multipliedFullWidth(by: UInt64(limit)).high))
            #expect((0..<limit).contains(seen))
        }
        var counts = [Int](repeating: 0, count: 6)
        for index in 0..<60_000 { counts[stream.bounded(index, below: 6)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    }
}
