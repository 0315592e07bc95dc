/// A fixed number of threads that run one closure together, again and again.
///
/// `run` gives every worker the same body with its own index in `0..<count` and returns when the
/// last one has come back from it. The threads live as long as the pool, which keeps the
/// per-thread buffers of the BLAS alive from one run to the next.
package final class WorkerPool: Sendable {
    /// The BLAS keeps per-thread state for at most this many threads.
    package static let maximumCount = 64

    package let count: Int
    private let board: WorkerBoard
    private let threads: [SystemThread]

    /// Starts `count` threads, at least 1 and at most 64.
    package init(count: Int) {
        precondition(
            (1...Self.maximumCount).contains(count), "a pool has 1 to \(Self.maximumCount) workers")
        let board = WorkerBoard(workers: count)
        self.count = count
        self.board = board
        threads = (0..<count).map { index in SystemThread { board.serve(index) } }
    }

    deinit {
        board.dismiss()
        for thread in threads { thread.join() }
    }

    /// Runs `body` once on each worker and waits for all. One run at a time; not to be called
    /// from a worker of the same pool.
    package func run(_ body: @escaping @Sendable (_ worker: Int) -> Void) {
        board.run(body)
    }
}

/// What a pool and its threads share: the closure to run and who is still at it.
private final class WorkerBoard: @unchecked Sendable {
    private let lock = Lock()
    private let changed = Condition()
    private let workers: Int
    // Guarded by `lock`.
    private var body: (@Sendable (Int) -> Void)?
    private var runsStarted = 0
    private var busy = 0
    private var isDismissed = false

    init(workers: Int) {
        self.workers = workers
    }

    func run(_ body: @escaping @Sendable (Int) -> Void) {
        lock.withLock {
            precondition(busy == 0, "a pool runs one body at a time")
            self.body = body
            runsStarted += 1
            busy = workers
            changed.broadcast()
            while busy > 0 { changed.wait(lock) }
            self.body = nil
        }
    }

    func dismiss() {
        lock.withLock {
            isDismissed = true
            changed.broadcast()
        }
    }

    /// The life of worker `index`: each run once, until the pool goes away.
    func serve(_ index: Int) {
        var runsSeen = 0
        while runNext(after: runsSeen, index) {
            runsSeen += 1
            lock.withLock {
                busy -= 1
                if busy == 0 { changed.broadcast() }
            }
        }
    }

    /// Keeps the body in a frame of its own: it must be let go before its end is reported. Else
    /// the last reference to the pool, if the body holds one, could go on a thread of the pool,
    /// which would then wait for itself.
    @inline(never) private func runNext(after runsSeen: Int, _ index: Int) -> Bool {
        guard let body = nextBody(after: runsSeen) else { return false }
        body(index)
        return true
    }

    private func nextBody(after runsSeen: Int) -> (@Sendable (Int) -> Void)? {
        lock.withLock {
            while runsStarted == runsSeen && !isDismissed { changed.wait(lock) }
            return runsStarted == runsSeen ? nil : body
        }
    }
}
