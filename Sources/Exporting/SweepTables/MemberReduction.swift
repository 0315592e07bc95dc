import Recording
import Statistics

/// How the pairs of a run become one number: the replicate of all statistics is the run, since its
/// pairs share data and partners and are not independent of each other.
package enum MemberReduction: String, CaseIterable, Sendable {
    /// Of all pairs.
    case mean
    /// Of the pair that a criterion names. The criterion is taken at the last but one evaluation,
    /// whose samples are other ones than those of the last: a pair chosen by the very samples that
    /// are then reported looks better than it is.
    case best
    /// Of the pair that is worst, in each row anew.
    case worst
}

/// A column of a run with what its reduction needs.
struct MemberCurves {
    let axis: [Int]
    let column: RunTable.Column
    /// nil where no value is better than another.
    let direction: Direction?
    /// Position of the pair that the criterion chose; nil where it could not.
    let chosen: Int?

    /// One value for each row. NaN where a pair that counts has none: leaving out pairs that have
    /// failed to be defined would flatter the run.
    func curve(_ members: MemberReduction) -> Curve {
        let width = column.width
        let y = axis.indices.map { row -> Double in
            let values = Array(column.values[row * width..<(row + 1) * width])
            switch members {
            case .mean: return Averages.mean(values)
            case .best: return chosen.map { values[$0] } ?? .nan
            case .worst:
                return values.contains(where: \.isNaN)
                    ? .nan : direction?.opposite.best(of: values) ?? .nan
            }
        }
        return Curve(x: axis.map(Double.init), y: y)
    }

    /// The reductions that differ: a single value needs none.
    var reductions: [MemberReduction] {
        direction == nil || column.column.axes.isEmpty ? [.mean] : MemberReduction.allCases
    }

    /// The pair that is best by `criterion` in the last row but one, the first of equal ones; nil
    /// where there is no such row, or no value in it.
    static func chosenMember(
        by criterion: RunTable.Column, rows: Int, direction: Direction
    ) -> Int? {
        guard rows > 1 else { return nil }
        let start = (rows - 2) * criterion.width
        let values = Array(criterion.values[start..<start + criterion.width])
        let best = direction.best(of: values)
        return values.firstIndex(of: best)
    }
}
