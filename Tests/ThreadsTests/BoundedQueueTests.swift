import Synchronization
import Testing
import Threads

@Suite struct BoundedQueueTests {
    @Test func keepsTheOrderOfOneProducer() {
        let queue = BoundedQueue<Int>(capacity: 3)
        let producer = SystemThread {
            for value in 0..<5_000 { queue.push(value) }
            queue.close()
        }
        var received: [Int] = []
        while let value = queue.pop() { received.append(value) }
        producer.join()
        #expect(received == Array(0..<5_000))
        #expect(queue.isDrained)
    }

    @Test func losesNothingOfManyProducers() {
        let queue = BoundedQueue<Int>(capacity: 64)
        let consumer = Sum()
        let thread = SystemThread {
            while let value = queue.pop() { consumer.value += value }
        }
        WorkerPool(count: 4).run { worker in
            for value in 1...2_000 { queue.push(value, cost: 1 + (value + worker) % 40) }
        }
        queue.close()
        thread.join()
        #expect(consumer.value == 4 * 2_000 * 2_001 / 2)
    }

    @Test func holdsAtMostItsCapacity() {
        let queue = BoundedQueue<Int>(capacity: 100)
        let pushed = Atomic<Int>(0)
        let producer = SystemThread {
            for value in 0..<6 {
                queue.push(value, cost: 40)
                pushed.add(1, ordering: .releasing)
            }
        }
        // Two fit; the third must wait however long we look away.
        while pushed.load(ordering: .acquiring) < 2 {}
        _ = Condition().waitAlone(seconds: 0.02)
        #expect(pushed.load(ordering: .acquiring) == 2)
        #expect((0..<6).map { _ in queue.pop() } == Array(0..<6))
        producer.join()
    }

    @Test func admitsAnElementLargerThanItself() {
        let queue = BoundedQueue<String>(capacity: 10)
        #expect(queue.push("large", cost: 1_000))
        #expect(queue.pop() == "large")
    }

    @Test func closingLetsEverybodyGo() {
        let queue = BoundedQueue<Int>(capacity: 1)
        queue.push(1)
        let refused = Atomic<Bool>(false)
        let producer = SystemThread { refused.store(!queue.push(2), ordering: .releasing) }
        queue.close()
        producer.join()
        let wasRefused = refused.load(ordering: .acquiring)
        #expect(wasRefused)
        #expect(queue.pop() == 1)
        #expect(queue.pop() == nil)
    }

    @Test func timedPopReturnsInTime() {
        let queue = BoundedQueue<Int>(capacity: 1)
        let start = MonotonicClock.nanoseconds
        #expect(queue.pop(waitingSeconds: 0.01) == nil)
        #expect(MonotonicClock.nanoseconds - start >= 10_000_000)
        queue.push(7)
        #expect(queue.pop(waitingSeconds: 10) == 7)
        #expect(!queue.isDrained)
    }

    private final class Sum: @unchecked Sendable {
        var value = 0
    }
}

extension Condition {
    /// Sleeps on a condition that nobody signals.
    fileprivate func waitAlone(seconds: Double) -> Bool {
        let lock = Lock()
        return lock.withLock { wait(lock, seconds: seconds) }
    }
}
