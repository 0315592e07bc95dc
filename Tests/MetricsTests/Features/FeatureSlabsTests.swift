import Metrics
import Testing

@Suite("Distances by slabs")
struct FeatureSlabsTests {
    private static func example(_ row: Int, _ width: Int) -> [Double] {
        (0..<width).map { Double((row * 31 + $0 * 17) % 101) / 101 }
    }

    private static func matrix(_ count: Int, _ width: Int) -> FeatureMatrix {
        FeatureMatrix(values: (0..<count).flatMap { example($0, width) }, width: width)
    }

    /// Narrow and wide features, one slab and several.
    @Test(arguments: [(7, 5, 1), (5, 7, 16), (6, 9, 17), (1100, 1000, 18)])
    func areThoseOfDifferences(left: Int, right: Int, width: Int) {
        let (leftMatrix, rightMatrix) = (Self.matrix(left, width), Self.matrix(right, width))
        var rows: [Int] = []
        var error = 0.0
        FeatureSlabs.squaredDistances(of: leftMatrix, to: rightMatrix) { row, distances in
            rows.append(row)
            for column in stride(from: 0, to: right, by: right > 100 ? 97 : 1) {
                let expected = zip(Self.example(row, width), Self.example(column, width))
                    .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                error = max(error, abs(distances[column] - expected) / max(expected, 1e-9))
            }
        }
        #expect(rows == Array(0..<left))
        #expect(error < 1e-9)
    }

    /// A product alone would leave rounding errors of 1e-10, of either sign.
    @Test(arguments: [2, 40]) func equalExamplesHaveNoDistance(width: Int) {
        let row = (0..<width).map { 1000 + Double($0) / 7 }
        let near = row.map { $0 + 1e-6 }
        let matrix = FeatureMatrix(values: row + near, width: width)
        var all: [Double] = []
        FeatureSlabs.squaredDistances(of: matrix, to: matrix) { _, distances in all += distances }
        let expected = zip(row, near).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(all[0] == 0 && all[3] == 0)
        #expect(abs(all[1] / expected - 1) < 1e-12 && abs(all[2] / expected - 1) < 1e-12)
    }

    @Test func numbersThatAreNotFiniteAreSeen() {
        #expect(!FeatureMatrix(values: [1, .nan], width: 1).isFinite)
        #expect(!FeatureMatrix(values: [1, .infinity], width: 2).isFinite)
        #expect(FeatureMatrix(values: [], width: 2).isFinite)
    }
}
