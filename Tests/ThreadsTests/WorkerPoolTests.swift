import Synchronization
import Testing
import Threads

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct WorkerPoolTests {
    @Test(arguments: [1, 2, 3, 8]) func everyWorkerRunsEachBodyOnce(count: Int) {
        let pool = WorkerPool(count: count)
        for run in 1...20 {
            let calls = Calls(workers: count)
            pool.run { calls.add(worker: $0) }
            #expect(calls.perWorker == Array(repeating: 1, count: count), "run \(run)")
        }
    }

    @Test func workersAreThreadsOfTheirOwn() {
        // Each waits for the other: on one thread this would never end.
        let arrived = Atomic<Int>(0)
        let pool = WorkerPool(count: 2)
        pool.run { _ in
            arrived.add(1, ordering: .acquiringAndReleasing)
            while arrived.load(ordering: .acquiring) < 2 {}
        }
        #expect(arrived.load(ordering: .relaxed) == 2)
    }

    /// The body holds the last reference to its pool as soon as the caller has let go.
    @Test func aBodyThatHoldsThePoolDiesWithTheCaller() {
        final class Holder: @unchecked Sendable {
            let pool = WorkerPool(count: 2)
            let caller = pthread_self()
            let diedElsewhere: Calls

            init(_ calls: Calls) {
                diedElsewhere = calls
            }

            deinit {
                if pthread_equal(caller, pthread_self()) == 0 { diedElsewhere.add(worker: 0) }
            }

            func run() {
                pool.run { [self] _ in _ = pool.count }
            }
        }
        let deaths = Calls(workers: 1)
        for _ in 0..<500 { Holder(deaths).run() }
        #expect(deaths.perWorker == [0])
    }

    @Test func stacksHoldEightMebibytes() {
        let pool = WorkerPool(count: 1)
        let sum = Atomic<Int>(0)
        pool.run { _ in
            sum.store(sumOnStack(depth: 6 * 1024), ordering: .relaxed)
        }
        #expect(sum.load(ordering: .relaxed) == 6 * 1024)
    }
}

/// Touches about 1 KiB of stack per level, and returns the depth.
@inline(never) private func sumOnStack(depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    return withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { bytes in
        bytes.initializeMemory(as: UInt8.self, repeating: 1)
        return sumOnStack(depth: depth - 1) + Int(bytes[depth % 1024])
    }
}

private final class Calls: @unchecked Sendable {
    private let lock = Lock()
    private var counts: [Int]

    init(workers: Int) {
        counts = Array(repeating: 0, count: workers)
    }

    func add(worker: Int) {
        lock.withLock { counts[worker] += 1 }
    }

    var perWorker: [Int] {
        lock.withLock { counts }
    }
}
