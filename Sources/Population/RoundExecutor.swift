import Threads

/// How a run of the population ended.
package enum ExecutionOutcome: Equatable, Sendable {
    /// All pairs have passed the last step.
    case finished
    /// A stop was requested: every pair has passed exactly this step, and the swap that may
    /// follow it has not happened.
    case stopped(atStep: Int)
    /// The lowest step at which a pair failed, and the lowest pair there. The same for any number
    /// of workers.
    case failed(step: Int, pair: Int)
}

/// Runs the rounds of all pairs on the workers of a pool, by their dependencies alone.
///
/// There is no barrier: a round of a pair begins when the rounds that last held its generator and
/// its discriminator have ended, on whatever worker is free. What is computed therefore never
/// depends on how many workers there are or how they are scheduled. A swap is decided once, by
/// whoever first ends the round before it, in the order of events; where discriminators take
/// something from one another, by whoever ends it last, and that is done before anybody goes on.
package final class RoundExecutor: @unchecked Sendable {
    private let pool: WorkerPool
    /// More workers than pairs never find anything to do.
    private let workers: Int
    private let lock = Lock()
    private let room: WaitingRoom
    /// What it holds is guarded by `lock`.
    private let board: RoundBoard

    /// Prepares a run from the end of step `startStep`, where `pairing` holds; if a swap follows
    /// that step it comes first.
    package init(
        schedule: RoundSchedule, policy: any SwapPolicy, seed: UInt64, pairing: Pairing,
        startStep: Int = 0, pool: WorkerPool
    ) {
        precondition(pairing.count > 0 && pairing.isPermutation, "not a pairing")
        precondition((0...schedule.steps).contains(startStep), "the run ends before it starts")
        self.pool = pool
        workers = min(pool.count, pairing.count)
        room = WaitingRoom(lock: lock, workers: workers)
        board = RoundBoard(
            schedule: schedule, policy: policy, seed: seed, pairing: pairing,
            startStep: startStep, workers: workers)
    }

    /// Trains until the last step, a failure or a stop request. To be called once.
    package func run(_ body: any PairRoundBody) -> ExecutionOutcome {
        pool.run { [self] worker in
            if worker < workers { work(body, worker) }
        }
        return lock.withLock {
            if let failure = board.failure {
                return .failed(step: failure.step, pair: failure.pair)
            }
            return board.isFinished ? .finished : .stopped(atStep: board.closedStep)
        }
    }

    /// Lets all pairs run up to the end of the highest round that one of them has begun, and no
    /// further. From any thread and from the body, but not from a signal handler.
    package func requestStop() {
        lock.withLock {
            board.stop()
            room.announceToAll()
        }
    }

    /// After `run`: the pairing of the last round, before any swap that would have followed.
    package var pairing: Pairing {
        lock.withLock { board.pairing }
    }

    /// The life of one worker. The lock is held except while the body runs, and taken once
    /// between two rounds.
    private func work(_ body: any PairRoundBody, _ worker: Int) {
        lock.lock()
        while true {
            if let meeting = board.beginMeeting() {
                withoutLock { body.meet(meeting) }
                board.endMeeting()
            } else if let boundary = board.beginClosing() {
                withoutLock { body.completed(boundary) }
                board.endClosing()
            } else if let round = board.take(worker: worker) {
                let outcome = withoutLock { body.run(round, worker: worker) }
                board.end(round, outcome)
            } else if board.isOver {
                break
            } else {
                room.wait { board.hasWork || board.isOver }
            }
        }
        room.announceToAll()
        lock.unlock()
    }

    /// Runs `body` without the lock, after telling the others what else there is to do.
    private func withoutLock<Result>(_ body: () -> Result) -> Result {
        room.announce(board.runnableCount)
        lock.unlock()
        defer { lock.lock() }
        return body()
    }
}
