import FileFormats
import Synchronization
import Threads

/// What the trainers and the writer thread tell each other beside the stream of records.
final class RecordingMailbox: @unchecked Sendable {
    /// An order that holds objects; the ring carries its number.
    enum Order {
        case beginCheckpoint(step: Int, layout: SafetensorsLayout)
        case writeImage(name: String, picture: Picture)
        case drain

        var byteCount: Int {
            switch self {
            case .beginCheckpoint(_, let layout): layout.headerBytes.count
            case .writeImage(_, let picture): picture.bytes.count
            case .drain: 0
            }
        }
    }

    private let capacity: Int
    private let lock = Lock()
    private let changed = Condition()
    private let hasFailed = Atomic<Bool>(false)
    // Guarded by `lock`.
    private var orders: [Int64: Order] = [:]
    private var heldBytes = 0
    private var lastOrder: Int64 = 0
    private var lastDrain: Int64 = 0
    private var currentStatus: RunStatus?
    private var firstFailure: RecordingError?
    private var liveLogError: RecordingError?

    /// - Parameter capacity: bytes of pictures and headers held; beyond that `add` waits.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Holds an order until `take`. Waits while too many bytes are held, not for a single order.
    func add(_ order: Order) -> Int64 {
        lock.withLock {
            while heldBytes > 0 && heldBytes + order.byteCount > capacity { changed.wait(lock) }
            heldBytes += order.byteCount
            lastOrder += 1
            orders[lastOrder] = order
            return lastOrder
        }
    }

    func take(_ number: Int64) -> Order? {
        lock.withLock {
            guard let order = orders.removeValue(forKey: number) else { return nil }
            heldBytes -= order.byteCount
            changed.broadcast()
            return order
        }
    }

    /// The writer has done everything before this order.
    func finishDrain(_ number: Int64) {
        lock.withLock {
            lastDrain = max(lastDrain, number)
            changed.broadcast()
        }
    }

    func waitForDrain(_ number: Int64) {
        lock.withLock {
            while lastDrain < number { changed.wait(lock) }
        }
    }

    var status: RunStatus? {
        lock.withLock { currentStatus }
    }

    /// - Returns: whether the state changed.
    func setStatus(_ status: RunStatus) -> Bool {
        lock.withLock {
            defer { currentStatus = status }
            return currentStatus?.state != status.state
        }
    }

    /// The first failure; costs one atomic load while there is none.
    var failure: RecordingError? {
        guard hasFailed.load(ordering: .acquiring) else { return nil }
        return lock.withLock { firstFailure }
    }

    /// Why the live log is not updated any more.
    var liveLogFailure: RecordingError? {
        lock.withLock { liveLogError }
    }

    func loseLiveLog(_ error: RecordingError) {
        lock.withLock { liveLogError = error }
    }

    func fail(_ error: RecordingError) {
        lock.withLock {
            if firstFailure == nil { firstFailure = error }
        }
        hasFailed.store(true, ordering: .releasing)
    }
}
