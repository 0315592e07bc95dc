/// Which checkpoints of a run stay: the newest ones, and those of certain steps.
package struct CheckpointRetention: Equatable, Sendable {
    /// 0 = all.
    package let newest: Int
    /// Multiples of it stay whatever their age; 0 = none.
    package let everySteps: Int

    package static let all = CheckpointRetention(newest: 0, everySteps: 0)

    package init(newest: Int, everySteps: Int) {
        self.newest = newest
        self.everySteps = everySteps
    }

    /// The steps of `present`, ascending, that are not needed once `committed` is safe.
    ///
    /// Later ones neither count nor go: a run that went on from an earlier checkpoint has not
    /// reached them again, and they may be the damaged ones that it could not go on from.
    package func superseded(of present: [Int], by committed: Int) -> [Int] {
        guard newest > 0 else { return [] }
        return present.filter { $0 <= committed }.dropLast(newest).filter {
            everySteps == 0 || !$0.isMultiple(of: everySteps)
        }
    }
}
