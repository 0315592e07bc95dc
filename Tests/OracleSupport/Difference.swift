/// Where `actual` is not within `absolute + relative * |expected|` of `expected`: the worst place
/// in words, or nil where all is well. NaN agrees with NaN alone, an infinity with itself.
package func difference(
    _ actual: [Double], _ expected: [Double], relative: Double, absolute: Double
) -> String? {
    guard actual.count == expected.count else {
        return "\(actual.count) numbers, expected \(expected.count)"
    }
    var worst: (index: Int, excess: Double)?
    for index in actual.indices {
        let (a, e) = (actual[index], expected[index])
        if a == e || a.isNaN && e.isNaN { continue }
        let excess = abs(a - e) / (absolute + relative * abs(e))
        if !(excess <= 1), !(excess <= worst?.excess ?? 0) { worst = (index, excess) }
    }
    return worst.map { worst in
        "[\(worst.index)]: \(actual[worst.index]), expected \(expected[worst.index]), "
            + "\(worst.excess) times the tolerance"
    }
}
