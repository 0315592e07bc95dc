import Threads

/// Records on their way from the trainers to the writer thread: a ring of bytes of fixed size.
///
/// Any thread pushes; what it pushes is copied. It waits only while there is no room. One thread
/// takes. Nothing is allocated after `init`.
package final class RecordQueue: @unchecked Sendable {
    /// Stands before the bytes of each record in the ring.
    package struct Header {
        package var kind: UInt32
        package var byteCount: UInt32
        /// What the kind makes of them.
        package var first: Int64
        package var second: Int64
        package var third: Int64

        package init(
            kind: UInt32, byteCount: Int, first: Int64, second: Int64 = 0, third: Int64 = 0
        ) {
            self.kind = kind
            self.byteCount = UInt32(byteCount)
            self.first = first
            self.second = second
            self.third = third
        }
    }

    /// Kind of the header that fills the end of the ring where a record did not fit.
    private static let padding: UInt32 = .max
    private static let alignment = MemoryLayout<Header>.size

    package let capacity: Int
    private let ring: UnsafeMutableRawPointer
    private let lock = Lock()
    private let hasRoom = Condition()
    private let hasWork = Condition()
    // Guarded by `lock`.
    private var head = 0
    private var used = 0
    private var isUrgent = false
    private var isClosed = false

    /// - Parameter capacity: bytes; rounded up, so that a record of `largestRecord` bytes fits
    ///   four times.
    package init(capacity: Int, largestRecord: Int) {
        precondition(MemoryLayout<Header>.size == 32)
        self.capacity = Self.rounded(
            max(capacity, 4 * (largestRecord + MemoryLayout<Header>.size)))
        ring = .allocate(byteCount: self.capacity, alignment: Self.alignment)
    }

    deinit {
        ring.deallocate()
    }

    /// The most bytes that one record may have.
    package var largestRecord: Int { capacity / 4 - Self.alignment }

    /// Appends a record; dropped after `close()`.
    ///
    /// - Parameter isUrgent: wakes the writer now, not when it next looks by itself.
    package func push(_ header: Header, _ bytes: UnsafeRawBufferPointer, isUrgent: Bool) {
        precondition(bytes.count <= largestRecord && bytes.count == Int(header.byteCount))
        let size = Self.rounded(Self.alignment + bytes.count)
        lock.withLock {
            while !isClosed && !makeRoom(size) {
                self.isUrgent = true
                hasWork.signal()
                hasRoom.wait(lock)
            }
            guard !isClosed else { return }
            let target = ring + head
            target.storeBytes(of: header, as: Header.self)
            if let source = bytes.baseAddress {
                (target + Self.alignment).copyMemory(from: source, byteCount: bytes.count)
            }
            advance(size)
            if isUrgent || used > capacity / 4 {
                self.isUrgent = true
                hasWork.signal()
            }
        }
    }

    /// Whether `size` bytes in a row are free at the head; may skip the end of the ring for that.
    private func makeRoom(_ size: Int) -> Bool {
        let untilEnd = capacity - head
        if size <= untilEnd { return used + size <= capacity }
        guard used + untilEnd + size <= capacity else { return false }
        let header = Header(kind: Self.padding, byteCount: 0, first: 0)
        (ring + head).storeBytes(of: header, as: Header.self)
        advance(untilEnd)
        return true
    }

    private func advance(_ size: Int) {
        head = (head + size) % capacity
        used += size
    }

    /// Wakes the writer.
    package func wake() {
        lock.withLock {
            isUrgent = true
            hasWork.signal()
        }
    }

    /// Waits until something is urgent or `seconds` have passed, then hands every record that is
    /// there to `body`, in order. Room is given back on the way.
    ///
    /// - Returns: false when the queue is closed and empty.
    package func takeAll(
        waitingSeconds seconds: Double, _ body: (Header, UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        var (position, count) = lock.withLock {
            if !isUrgent && !isClosed { _ = hasWork.wait(lock, seconds: seconds) }
            isUrgent = false
            return ((head - used + capacity) % capacity, used)
        }
        var unreturned = 0
        while count > 0 {
            let header = (ring + position).load(as: Header.self)
            var size = capacity - position
            if header.kind != Self.padding {
                let bytes = UnsafeRawBufferPointer(
                    start: ring + position + Self.alignment, count: Int(header.byteCount))
                body(header, bytes)
                size = Self.rounded(Self.alignment + bytes.count)
            }
            position = (position + size) % capacity
            count -= size
            unreturned += size
            if unreturned >= capacity / 8 || count == 0 {
                giveBack(unreturned)
                unreturned = 0
            }
        }
        return lock.withLock { !isClosed || used > 0 }
    }

    private func giveBack(_ size: Int) {
        lock.withLock {
            used -= size
            // An empty ring starts anew: a slow stream stays on the same few pages.
            if used == 0 { head = 0 }
            hasRoom.broadcast()
        }
    }

    /// Drops what is pushed from now on; what is held can still be taken.
    package func close() {
        lock.withLock {
            isClosed = true
            hasRoom.broadcast()
            hasWork.signal()
        }
    }

    private static func rounded(_ size: Int) -> Int {
        (size + alignment - 1) / alignment * alignment
    }
}
