import Kernels
import Testing

@Suite struct SymmetricEigensystemTests {
    @Test func knownSystem() throws {
        // (2 1; 1 2): 1 with (1, -1) / sqrt 2, and 3 with (1, 1) / sqrt 2.
        let system = try #require(SymmetricEigensystem([2, 1, 1, 2], order: 2))
        #expect(abs(system.values[0] - 1) < 1e-14 && abs(system.values[1] - 3) < 1e-14)
        #expect(abs(system.vectors[0] + system.vectors[1]) < 1e-14)
        #expect(abs(abs(system.vectors[0]) - 0.5.squareRoot()) < 1e-14)
        #expect(abs(system.vectors[2] - system.vectors[3]) < 1e-14)
    }

    /// Large enough for divide and conquer, which begins above order 25.
    @Test(arguments: [1, 3, 26, 90])
    func vectorsRebuildTheMatrix(order: Int) throws {
        var matrix = [Double](repeating: 0, count: order * order)
        for row in 0..<order {
            for column in 0...row {
                let value = Double((row * 37 + column * 101) % 83) / 83 - 0.5
                matrix[row * order + column] = value
                matrix[column * order + row] = value
            }
        }
        let system = try #require(SymmetricEigensystem(matrix, order: order))
        #expect(system.values == system.values.sorted())
        var error = 0.0
        for row in 0..<order {
            for column in 0..<order {
                let rebuilt = (0..<order).reduce(0.0) { sum, index in
                    sum + system.values[index] * system.vectors[index * order + row]
                        * system.vectors[index * order + column]
                }
                error = max(error, abs(rebuilt - matrix[row * order + column]))
            }
        }
        #expect(error < 1e-12)
    }

    @Test func onlyTheLowerTriangleIsRead() throws {
        let system = try #require(SymmetricEigensystem([2, 999, 1, 2], order: 2))
        #expect(abs(system.values[0] - 1) < 1e-14 && abs(system.values[1] - 3) < 1e-14)
    }

    @Test func nothingComesOfNumbersThatAreNotFinite() {
        #expect(SymmetricEigensystem([1, .nan, .nan, 1], order: 2) == nil)
        #expect(SymmetricEigensystem([.infinity], order: 1) == nil)
        #expect(SymmetricEigensystem([], order: 0) == nil)
    }
}
