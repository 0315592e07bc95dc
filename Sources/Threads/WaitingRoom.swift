import Synchronization

/// Where workers wait for work: looking again and again for a moment, then asleep.
///
/// A sleeping thread takes 5 to 50 us to come back, a looking one well under 1 us. Work that is
/// handed over every few hundred microseconds is therefore worth a short look. With more workers
/// than processors a looking worker would keep a working one off its processor: then all sleep
/// at once.
///
/// All state is guarded by the lock that the caller holds when it calls.
package final class WaitingRoom: @unchecked Sendable {
    /// How long a worker looks before it sleeps, in nanoseconds.
    ///
    /// Two pairs that exchange partners after every step of 500 us, uneven by 100 us either way,
    /// took 3.4 % more than the slower one of each step without a look, 2.4 % more with one of
    /// 50 us, 1.5 % with 100 us and 0.6 % with 200 us or more (2 processors).
    package static let lookingNanoseconds: UInt64 = 200_000

    private let lock: Lock
    private let looksFirst: Bool
    private let changed = Condition()
    private let announcements = Atomic<Int>(0)
    private var looking = 0
    private var sleeping = 0

    /// A room for `workers` threads that share what `lock` guards.
    package init(lock: Lock, workers: Int) {
        self.lock = lock
        looksFirst = workers > 1 && workers <= ProcessorCount.available
    }

    /// Waits until `isReady`, which is evaluated with the lock held. The lock is held on entry
    /// and on return, and released in between.
    package func wait(until isReady: () -> Bool) {
        if looksFirst && look(for: isReady) { return }
        sleeping += 1
        while !isReady() { changed.wait(lock) }
        sleeping -= 1
    }

    /// Tells those who wait that `count` of them may find something to do. The lock is held.
    ///
    /// Who is looking comes first. One sleeper is woken at most: it announces what it leaves, so
    /// that the others follow one by one and none is woken for nothing.
    package func announce(_ count: Int) {
        guard count > 0 else { return }
        if looking > 0 { announcements.add(1, ordering: .releasing) }
        if count > looking && sleeping > 0 { changed.signal() }
    }

    /// Tells everybody, as at the end of all work. The lock is held.
    package func announceToAll() {
        announcements.add(1, ordering: .releasing)
        changed.broadcast()
    }

    /// Looks for at most `lookingNanoseconds`; true when `isReady` became true meanwhile.
    private func look(for isReady: () -> Bool) -> Bool {
        let deadline = MonotonicClock.nanoseconds + Self.lookingNanoseconds
        looking += 1
        defer { looking -= 1 }
        repeat {
            let seen = announcements.load(ordering: .relaxed)
            lock.unlock()
            // Reading the clock takes some 20 ns: pause enough between two looks.
            while announcements.load(ordering: .acquiring) == seen
                && MonotonicClock.nanoseconds < deadline
            {}
            lock.lock()
            if isReady() { return true }
        } while MonotonicClock.nanoseconds < deadline
        return false
    }
}
