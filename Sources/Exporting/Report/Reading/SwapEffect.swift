import FileFormats
import Recording

/// Losses before and after swaps, averaged over the swaps of one run.
///
/// Seats whose discriminator changed, for another one or by an action, are kept apart from those
/// whose stayed as it was. Only steps that belong to one swap count: after the one before it and
/// until the next.
package struct SwapEffect: Sendable {
    /// Mean of a loss at one step from the swap.
    package struct Mean: Sendable {
        private var sum = 0.0
        private var count = 0

        package var value: Double { count == 0 ? .nan : sum / Double(count) }

        fileprivate mutating func add(_ value: Double) {
            sum += value
            count += 1
        }
    }

    package enum Seat: CaseIterable, Sendable { case changed, stayed }

    static let losses = ["d_loss", "g_loss"]
    /// More steps than this on either side are not drawn.
    private static let mostSteps = 50

    /// Steps on either side: `record.after_swap`.
    package let reach: Int
    /// By loss and seat; `[offset + reach]`, the swap happening between offsets 0 and 1.
    package private(set) var means: [String: [Seat: [Mean]]] = [:]

    /// nil where no rows after swaps were recorded.
    package init?(_ log: RunLog) {
        guard let recorded = log.setting("record.after_swap")?.integerValue, recorded > 0,
            let swaps = log.table("swap"), !swaps.axis.isEmpty, let train = log.table("train"),
            let steps = swaps.column("step"), let sources = swaps.column("source_pair"),
            sources.width == log.schema.pairs, let actions = swaps.column("action"),
            actions.width == log.schema.pairs
        else { return nil }
        reach = min(recorded, SwapEffect.mostSteps)
        for loss in SwapEffect.losses {
            guard let column = train.column(loss), column.width == log.schema.pairs else {
                continue
            }
            means[loss] = means(
                of: column, rows: train.axis, swaps: steps.values.compactMap(Int.init(exactly:)),
                sources: sources.values.map { $0 - Double(log.schema.firstMember) },
                actions: actions.values)
        }
    }

    /// - Parameter sources: by seat, who sat where the discriminator comes from, as a place among
    ///   the pairs of the run.
    private func means(
        of column: RunTable.Column, rows: [Int], swaps: [Int], sources: [Double],
        actions: [Double]
    ) -> [Seat: [Mean]] {
        let pairs = column.width
        var changed = [Mean](repeating: Mean(), count: 2 * reach + 1)
        var stayed = changed
        var start = 0
        for (event, swap) in swaps.enumerated() where (event + 1) * pairs <= sources.count {
            let first = max(swap - reach, event > 0 ? swaps[event - 1] + 1 : 1)
            let last = min(swap + reach, event + 1 < swaps.count ? swaps[event + 1] : .max)
            while start < rows.count, rows[start] < first { start += 1 }
            var row = start
            while row < rows.count, rows[row] <= last {
                let place = rows[row] - swap + reach
                for pair in 0..<pairs {
                    let value = column.values[row * pairs + pair]
                    let seat = event * pairs + pair
                    let isChanged = sources[seat] != Double(pair) || actions[seat] != 0
                    if isChanged { changed[place].add(value) } else { stayed[place].add(value) }
                }
                row += 1
            }
        }
        return [.changed: changed, .stayed: stayed]
    }
}
