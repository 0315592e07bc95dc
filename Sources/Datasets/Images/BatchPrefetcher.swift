import Threads

/// Loads the examples of real batches that are not in memory: those of a batch when it is asked
/// for, and meanwhile, on threads of its own, those of the batch that comes next.
///
/// What comes next is known: a batch order is a pure function. Which thread loads an example, and
/// when, changes nothing about it.
final class BatchPrefetcher: @unchecked Sendable {
    // Unchecked: `threads` is guarded by the lock of the board.
    private let board: PrefetchBoard
    private let threadCount: Int
    private var threads: [SystemThread] = []

    /// - Parameters:
    ///   - exampleSize: bytes of one example.
    ///   - isInMemory: examples that are nobody's business here.
    ///   - load: writes the bytes of an example; false where they cannot be had.
    init(
        threads: Int, exampleSize: Int, isInMemory: @escaping @Sendable (Int32) -> Bool,
        load: @escaping @Sendable (Int32, UnsafeMutablePointer<UInt8>) -> Bool
    ) {
        threadCount = threads
        board = PrefetchBoard(
            exampleSize: exampleSize, looksAhead: threads > 0, isInMemory: isInMemory, load: load)
    }

    deinit {
        board.dismiss()
        for thread in threads { thread.join() }
    }

    /// Calls `body` with the examples of a whole batch.
    func withBatch(_ batch: RealBatch, _ body: (borrowing PrefetchedBatch) -> Void) {
        startThreads()
        let slot = board.acquire(batch)
        body(PrefetchedBatch(slot: slot, exampleSize: board.exampleSize))
        board.release(slot)
    }

    /// Threads begin with the first batch: whoever only looks at the data needs none.
    private func startThreads() {
        board.lock.withLock {
            guard threads.isEmpty && threadCount > 0 else { return }
            threads = (0..<threadCount).map { _ in SystemThread { [board] in board.serve() } }
        }
    }
}

/// The loaded examples of a batch, by their places.
struct PrefetchedBatch: ~Copyable {
    fileprivate let slot: PrefetchSlot
    fileprivate let exampleSize: Int

    /// The bytes of the example at a place, or nil where it could not be loaded.
    func bytes(at place: Int) -> UnsafePointer<UInt8>? {
        slot.isLoaded[place] ? UnsafePointer(slot.bytes + place * exampleSize) : nil
    }
}

/// Memory for the examples of one batch.
private final class PrefetchSlot {
    let bytes: UnsafeMutablePointer<UInt8>
    let isLoaded: UnsafeMutablePointer<Bool>
    let indices: UnsafeMutableBufferPointer<Int32>
    // Guarded by the lock of the board. The places before `next` were taken by somebody, and
    // `finished` of them are done.
    var member: UInt32 = 0
    var number = -1
    var next = 0
    var finished = 0
    var users = 0

    init(batchSize: Int, exampleSize: Int) {
        bytes = .allocate(capacity: batchSize * exampleSize)
        isLoaded = .allocate(capacity: batchSize)
        isLoaded.initialize(repeating: false, count: batchSize)
        indices = .allocate(capacity: batchSize)
        indices.initialize(repeating: 0)
        (next, finished) = (batchSize, batchSize)
    }

    deinit {
        bytes.deallocate()
        isLoaded.deallocate()
        indices.deallocate()
    }

    func holds(_ batch: RealBatch, number: Int) -> Bool {
        self.number == number && member == batch.member
            && indices.count == batch.order.batchSize
    }

    var isComplete: Bool { finished == indices.count }
    var isIdle: Bool { finished == next && users == 0 }
}

/// What trainers and loaders share.
private final class PrefetchBoard: @unchecked Sendable {
    let lock = Lock()
    let exampleSize: Int
    private let looksAhead: Bool
    private let isInMemory: @Sendable (Int32) -> Bool
    private let load: @Sendable (Int32, UnsafeMutablePointer<UInt8>) -> Bool
    private let workIsThere = Condition()
    private let slotHasChanged = Condition()
    // Guarded by `lock`.
    /// Two slots for each member, one for its even and one for its odd batches; members whose
    /// numbers agree modulo this share them, at the price of loading too much.
    private var lanes: [[PrefetchSlot]] = Array(repeating: [], count: 64)
    private var waiting: [PrefetchSlot] = []
    private var isDismissed = false

    init(
        exampleSize: Int, looksAhead: Bool, isInMemory: @escaping @Sendable (Int32) -> Bool,
        load: @escaping @Sendable (Int32, UnsafeMutablePointer<UInt8>) -> Bool
    ) {
        self.exampleSize = exampleSize
        self.looksAhead = looksAhead
        self.isInMemory = isInMemory
        self.load = load
    }

    /// The slot with all examples of a batch; it stays so until it is released.
    func acquire(_ batch: RealBatch) -> PrefetchSlot {
        lock.lock()
        defer { lock.unlock() }
        let slot = slot(of: batch, number: batch.number)
        while !slot.holds(batch, number: batch.number) {
            if slot.isIdle {
                begin(slot, batch, number: batch.number)
            } else {
                finish(slot)
                if slot.users > 0 { slotHasChanged.wait(lock) }
            }
        }
        slot.users += 1
        finish(slot)
        let following = self.slot(of: batch, number: batch.number + 1)
        if looksAhead && !following.holds(batch, number: batch.number + 1) && following.isIdle {
            begin(following, batch, number: batch.number + 1)
        }
        return slot
    }

    func release(_ slot: PrefetchSlot) {
        lock.withLock {
            slot.users -= 1
            slotHasChanged.broadcast()
        }
    }

    func dismiss() {
        lock.withLock {
            isDismissed = true
            workIsThere.broadcast()
        }
    }

    /// The life of a loader.
    func serve() {
        lock.lock()
        defer { lock.unlock() }
        while !isDismissed {
            guard let slot = waiting.first else {
                workIsThere.wait(lock)
                continue
            }
            if slot.next < slot.indices.count {
                loadNext(slot)
            } else {
                waiting.removeAll { $0 === slot }
            }
        }
    }

    private func slot(of batch: RealBatch, number: Int) -> PrefetchSlot {
        let lane = Int(batch.member) % lanes.count
        if lanes[lane].first?.indices.count != batch.order.batchSize {
            lanes[lane] = (0..<2).map { _ in
                PrefetchSlot(batchSize: batch.order.batchSize, exampleSize: exampleSize)
            }
        }
        return lanes[lane][number & 1]
    }

    private func begin(_ slot: PrefetchSlot, _ batch: RealBatch, number: Int) {
        batch.order.fill(slot.indices, batch: number)
        (slot.member, slot.number, slot.next, slot.finished) = (batch.member, number, 0, 0)
        guard looksAhead else { return }
        if !waiting.contains(where: { $0 === slot }) { waiting.append(slot) }
        workIsThere.broadcast()
    }

    /// Loads what nobody has taken yet and waits for the rest.
    private func finish(_ slot: PrefetchSlot) {
        while slot.next < slot.indices.count { loadNext(slot) }
        while !slot.isComplete { slotHasChanged.wait(lock) }
    }

    /// Loads the next place of a slot; the lock is given up meanwhile.
    private func loadNext(_ slot: PrefetchSlot) {
        let place = slot.next
        let index = slot.indices[place]
        slot.next += 1
        lock.unlock()
        slot.isLoaded[place] = !isInMemory(index) && load(index, slot.bytes + place * exampleSize)
        lock.lock()
        slot.finished += 1
        if slot.isComplete { slotHasChanged.broadcast() }
    }
}
