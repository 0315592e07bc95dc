/// First in, first out, between threads, holding at most a given total cost.
///
/// The cost is whatever the user counts: bytes, or 1 per element. An element that alone costs
/// more than the capacity passes when the queue is empty, so that nothing waits for ever. Storage
/// is a ring that grows to the largest number of elements ever held; after that nothing allocates.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    package let capacity: Int
    private let lock = Lock()
    private let hasRoom = Condition()
    private let hasElement = Condition()
    // Guarded by `lock`.
    private var ring: [(element: Element, cost: Int)?]
    private var first = 0
    private var count = 0
    private var heldCost = 0
    private var isClosed = false

    package init(capacity: Int) {
        precondition(capacity > 0, "a queue without room passes nothing on")
        self.capacity = capacity
        ring = Array(repeating: nil, count: 16)
    }

    /// Appends `element`; waits while there is no room for it. Returns false, and drops the
    /// element, when the queue is closed.
    @discardableResult
    package func push(_ element: Element, cost: Int = 1) -> Bool {
        precondition(cost >= 0, "a negative cost")
        return lock.withLock {
            while !isClosed && count > 0 && cost > capacity - heldCost { hasRoom.wait(lock) }
            guard !isClosed else { return false }
            if count == ring.count { grow() }
            ring[(first + count) % ring.count] = (element, cost)
            count += 1
            heldCost += cost
            hasElement.signal()
            return true
        }
    }

    /// Removes the oldest element; waits while there is none. Returns nil when the queue is
    /// closed and empty.
    package func pop() -> Element? {
        lock.withLock {
            while count == 0 && !isClosed { hasElement.wait(lock) }
            return removeFirst()
        }
    }

    /// As `pop()`, but waits for at most `seconds`: nil means that nothing came or that the queue
    /// is closed and empty.
    package func pop(waitingSeconds seconds: Double) -> Element? {
        let deadline = MonotonicClock.nanoseconds + UInt64(seconds * 1e9)
        return lock.withLock {
            while count == 0 && !isClosed {
                let now = MonotonicClock.nanoseconds
                guard now < deadline else { return nil }
                _ = hasElement.wait(lock, seconds: Double(deadline - now) * 1e-9)
            }
            return removeFirst()
        }
    }

    /// Refuses further elements and lets those who wait go. What is held can still be popped.
    package func close() {
        lock.withLock {
            isClosed = true
            hasRoom.broadcast()
            hasElement.broadcast()
        }
    }

    /// Whether `close()` was called and everything popped since.
    package var isDrained: Bool {
        lock.withLock { isClosed && count == 0 }
    }

    private func removeFirst() -> Element? {
        guard count > 0, let (element, cost) = ring[first] else { return nil }
        ring[first] = nil
        first = (first + 1) % ring.count
        count -= 1
        heldCost -= cost
        // Those who wait want room of different sizes: each looks for itself.
        hasRoom.broadcast()
        return element
    }

    private func grow() {
        let held = (0..<count).map { ring[(first + $0) % ring.count] }
        ring = held + Array(repeating: nil, count: ring.count)
        first = 0
    }
}
