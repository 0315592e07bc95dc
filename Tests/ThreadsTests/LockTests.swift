import Testing
import Threads

@Suite struct LockTests {
    private final class Counter: @unchecked Sendable {
        let lock = Lock()
        let changed = Condition()
        var value = 0
    }

    @Test func onlyOneThreadIsInside() {
        let counter = Counter()
        let pool = WorkerPool(count: 4)
        pool.run { _ in
            for _ in 0..<20_000 {
                counter.lock.withLock { counter.value += 1 }
            }
        }
        #expect(counter.value == 80_000)
    }

    @Test func withLockReleasesWhenItThrows() {
        struct Fault: Error {}
        let lock = Lock()
        #expect(throws: Fault.self) { try lock.withLock { throw Fault() } }
        #expect(lock.withLock { 1 } == 1)
    }

    @Test func signalWakesASleeper() {
        let counter = Counter()
        let sleeper = SystemThread {
            counter.lock.withLock {
                while counter.value == 0 { counter.changed.wait(counter.lock) }
                counter.value += 1
            }
        }
        counter.lock.withLock {
            counter.value = 1
            counter.changed.signal()
        }
        sleeper.join()
        #expect(counter.value == 2)
    }

    @Test(arguments: [0.0, 0.02, 1.1]) func timedWaitEnds(seconds: Double) {
        let counter = Counter()
        let start = MonotonicClock.nanoseconds
        let isSignalled = counter.lock.withLock {
            counter.changed.wait(counter.lock, seconds: seconds)
        }
        let elapsed = Double(MonotonicClock.nanoseconds - start) * 1e-9
        #expect(!isSignalled && elapsed >= seconds)
    }
}
