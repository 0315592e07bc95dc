import Recording

/// Who sat with whom in one run: the first pairings, and how long each two were together.
struct PartnerHistory: Sendable {
    /// By seat, the discriminators at the beginning and after each of the first swaps.
    let pairings: [[Int]]
    /// The step after which each pairing began.
    let starts: [Int]
    /// The step at which the last of them ends.
    let end: Int
    let swapCount: Int
    /// `[seat][discriminator]`: share of all steps, 0...1.
    let shares: [[Double]]

    /// nil where nobody has swapped, or there are more pairs than can be drawn.
    init?(_ log: RunLog, lastStep: Int) {
        let pairs = log.schema.pairs
        guard pairs > 1, pairs <= LineageDiagram.mostSeats, let table = log.table("swap"),
            !table.axis.isEmpty, let steps = table.column("step"),
            let discriminators = table.column("discriminator"), discriminators.width == pairs
        else { return nil }
        var pairings = [Array(0..<pairs)]
        var starts = [0]
        var together = Array(repeating: Array(repeating: 0, count: pairs), count: pairs)
        var (current, start, end) = (pairings[0], 0, lastStep)
        for event in table.axis.indices {
            let next = discriminators.values[event * pairs..<(event + 1) * pairs]
                .compactMap { Int(exactly: $0) }.map { $0 - log.schema.firstMember }
            guard Set(next) == Set(0..<pairs), let step = Int(exactly: steps.values[event]),
                step >= start
            else { return nil }
            for (seat, one) in current.enumerated() { together[seat][one] += step - start }
            (current, start) = (next, step)
            if pairings.count <= LineageDiagram.mostSwaps {
                pairings.append(next)
                starts.append(step)
            } else if pairings.count == LineageDiagram.mostSwaps + 1, end == lastStep {
                end = step
            }
        }
        let last = max(lastStep, start)
        for (seat, one) in current.enumerated() { together[seat][one] += last - start }
        self.pairings = pairings
        self.starts = starts
        self.end = max(end, starts.last! + 1)
        swapCount = table.axis.count
        shares = together.map { $0.map { Double($0) / Double(max(last, 1)) } }
    }
}
