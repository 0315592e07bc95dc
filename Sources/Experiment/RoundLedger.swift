import Adversarial
import Population

/// What pairs leave behind for the log, by round and seat: a ring of rounds, so that nobody
/// waits for a row to be complete.
final class RoundLedger: @unchecked Sendable {
    // Unchecked: each seat is written by the worker that has the pair and read, after all
    // pairs have passed the round, by the one that completes the boundary.
    struct Seat: BitwiseCopyable {
        var values = TrainingValues()
        /// Who sat here in the round.
        var discriminator: Int32 = 0
        /// The seat that it came from at the swap before the round.
        var sourcePair: Int32 = 0
        var action: UInt8 = 0
        /// Of who sits here after the swap before the round; 0 = not hashed.
        var arrivalHash: UInt64 = 0
        /// Of who sat here at the end of the round; 0 = not hashed.
        var departureHash: UInt64 = 0
        /// Of the pair at the end of the round, where the swap that follows needs it.
        var score = Double.nan
        /// From the last swap, at the end of the round.
        var recovery = RecoveryClock.Reading.none
        var rewinds: Int32 = 0
        /// The step that failed last before a rewind; 0 = none.
        var failedStep: Int64 = 0
    }

    private static let ringSize = 4
    private let pairs: Int
    private let metricCount: Int
    private let seats: UnsafeMutablePointer<Seat>
    private let metrics: UnsafeMutablePointer<Double>

    init(pairs: Int, metricCount: Int) {
        self.pairs = pairs
        self.metricCount = metricCount
        seats = .allocate(capacity: Self.ringSize * pairs)
        seats.initialize(repeating: Seat(), count: Self.ringSize * pairs)
        metrics = .allocate(capacity: max(1, Self.ringSize * pairs * metricCount))
        metrics.initialize(repeating: .nan, count: max(1, Self.ringSize * pairs * metricCount))
    }

    deinit {
        seats.deallocate()
        metrics.deallocate()
    }

    /// Round -1 is what came before the first one.
    func seat(round: Int, pair: Int) -> UnsafeMutablePointer<Seat> {
        seats + ((round + Self.ringSize) % Self.ringSize * pairs + pair)
    }

    func metrics(round: Int, pair: Int) -> UnsafeMutableBufferPointer<Double> {
        UnsafeMutableBufferPointer(
            start: metrics + (round % Self.ringSize * pairs + pair) * metricCount,
            count: metricCount)
    }
}
