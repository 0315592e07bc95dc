import Datasets
import Randomness
import Settings
import Testing

@Suite struct GaussianSourcesTests {
    private func mixture(_ lines: String) throws -> GaussianMixture {
        try #require(try open(lines + "\ncount = 1").mixture)
    }

    /// Centres with three decimals.
    private func rounded(_ mixture: GaussianMixture) -> [[Float]] {
        mixture.centres.map { [$0.0, $0.1].map { ($0 * 1000).rounded() / 1000 + 0 } }
    }

    @Test func theRingHasEqualAngles() throws {
        let ring = try mixture("source = \"gaussian-ring\"")
        #expect(
            rounded(ring) == [
                [1, 0], [0.707, 0.707], [0, 1], [-0.707, 0.707], [-1, 0], [-0.707, -0.707],
                [0, -1], [0.707, -0.707],
            ])
        #expect(ring.sigma == 0.01)
        let scaled = try mixture(
            "source = \"gaussian-ring\"\nmodes = 4\nradius = 2\nsigma = 0.02\nscale = 0.5")
        #expect(rounded(scaled) == [[1, 0], [0, 1], [-1, 0], [0, -1]])
        #expect(scaled.sigma == 0.01)
    }

    @Test func theGridIsCentred() throws {
        let grid = try mixture("source = \"gaussian-grid\"")
        let coordinates: [Float] = [-4, -2, 0, 2, 4]
        #expect(rounded(grid) == coordinates.flatMap { x in coordinates.map { [x, $0] } })
        #expect(grid.sigma == 0.05)
        let four = try mixture("source = \"gaussian-grid\"\nmodes = 4\nspacing = 3\nscale = 2")
        #expect(rounded(four) == [[-3, -3], [-3, 3], [3, -3], [3, 3]])
        #expect(four.sigma == 0.1)
    }

    @Test(arguments: ["gaussian-ring", "gaussian-grid"])
    func pointsFollowTheMixture(name: String) throws {
        let source = try open("source = \"\(name)\"")
        #expect(source.count == 100_000)
        let mixture = try #require(source.mixture)
        let labels = try #require(source.labels)
        let points = copy(Array(0..<100_000), of: source)
        #expect(points.allSatisfy(source.valueRange.contains))
        // Each mode has its share within five standard errors.
        let share = 1 / Double(mixture.centres.count)
        let error = (100_000 * share * (1 - share)).squareRoot()
        for mode in mixture.centres.indices {
            let count = Double(labels.count { $0 == UInt16(mode) })
            #expect(abs(count - 100_000 * share) < 5 * error)
        }
        // Offsets from the centre are standard normal: mean 0, variance 1, 98.89 % within 3 sigma.
        var (sum, squares, near) = (0.0, 0.0, 0.0)
        for (index, label) in labels.enumerated() {
            let centre = mixture.centres[Int(label)]
            let x = Double((points[2 * index] - centre.0) / mixture.sigma)
            let y = Double((points[2 * index + 1] - centre.1) / mixture.sigma)
            sum += x + y
            squares += x * x + y * y
            near += x * x + y * y < 9 ? 1 : 0
        }
        #expect(abs(sum / 200_000) < 0.012)
        #expect(abs(squares / 200_000 - 1) < 0.016)
        #expect(abs(near / 100_000 - 0.98889) < 0.0017)
    }

    /// The documented recipe, word by word.
    @Test func pointsCanBeReplayed() throws {
        let source = try open("source = \"gaussian-ring\"\ncount = 7", seed: 42)
        let mixture = try #require(source.mixture)
        let points = copy(Array(0..<7), of: source)
        let modes = RandomStream(seed: 42, step: 0, member: 0, purpose: .data, update: 0)
        let normals = RandomStream(seed: 42, step: 0, member: 0, purpose: .data, update: 1)
        var normal = [Float](repeating: 0, count: 14)
        normal.withUnsafeMutableBufferPointer { normals.fillNormal($0) }
        for index in 0..<7 {
            let random = UInt64(modes.word(2 * index + 1)) << 32 | UInt64(modes.word(2 * index))
            let mode = Int(random.multipliedFullWidth(by: 8).high)
            #expect(source.labels?[index] == UInt16(mode))
            #expect(
                points[2 * index] == mixture.centres[mode].0 + mixture.sigma * normal[2 * index])
            #expect(
                points[2 * index + 1]
                    == mixture.centres[mode].1 + mixture.sigma * normal[2 * index + 1])
        }
    }

    @Test func theSeedDecides() throws {
        let fingerprint = { (seed: UInt64) in
            try open("source = \"gaussian-ring\"\ncount = 9", seed: seed).fingerprint
        }
        #expect(try fingerprint(1) == fingerprint(1))
        #expect(try fingerprint(1) != fingerprint(2))
        // A longer set starts with the shorter one.
        let (short, long) = (
            try open("source = \"gaussian-grid\"\ncount = 9"),
            try open("source = \"gaussian-grid\"\ncount = 10")
        )
        #expect(copy(Array(0..<9), of: short) == copy(Array(0..<9), of: long))
    }

    @Test(arguments: [
        "source = \"gaussian-grid\"\nmodes = 24", "source = \"gaussian-ring\"\nmodes = 0",
        "source = \"gaussian-ring\"\nmodes = 257", "source = \"gaussian-ring\"\nsigma = 0",
        "source = \"gaussian-ring\"\nscale = 1e39", "source = \"gaussian-ring\"\nspacing = 2",
        "source = \"gaussian-ring\"\nscale = 1e-60", "source = \"gaussian-grid\"\nspacing = 1e40",
    ])
    func wrongKeysAreRefused(lines: String) {
        #expect(throws: SettingsError.self) { try open(lines) }
    }
}
