/// Holm's step-down correction (1979): with it, the chance of even one false discovery among all
/// tests of a family stays below the level, whatever the dependence between them.
package enum Holm {
    /// Adjusted p-values in the order given: for the i-th least of m (from 1),
    /// max over j <= i of min(1, (m - j + 1) p_j).
    ///
    /// NaN, a test that could not be made, stays NaN and does not count in m.
    package static func adjust(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.filter { !pValues[$0].isNaN }
            .sorted { pValues[$0] < pValues[$1] }
        var adjusted = pValues
        var greatest = 0.0
        for (rank, index) in order.enumerated() {
            greatest = max(greatest, min(1, Double(order.count - rank) * pValues[index]))
            adjusted[index] = greatest
        }
        return adjusted
    }
}
