import Recording
import Synchronization
import Testing
import Threads

struct RecordQueueTests {
    private func push(_ queue: RecordQueue, _ value: Int64, bytes: Int = 8) {
        let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: value), count: bytes)
        payload.withUnsafeBytes {
            queue.push(
                RecordQueue.Header(kind: 1, byteCount: bytes, first: value), $0, isUrgent: true)
        }
    }

    @Test func keepsOrderAndBytesAcrossTheEndOfTheRing() {
        let queue = RecordQueue(capacity: 1024, largestRecord: 100)
        var expected: Int64 = 0
        var next: Int64 = 0
        for round in 0..<500 {
            for index in 0..<(1 + round % 3) {
                push(queue, next, bytes: (round * 7 + index * 31) % 101)
                next += 1
            }
            _ = queue.takeAll(waitingSeconds: 0) { header, bytes in
                #expect(header.first == expected)
                #expect(bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: header.first) })
                #expect(bytes.count == Int(header.byteCount))
                expected += 1
            }
            #expect(expected == next)
        }
    }

    @Test func pushWaitsOnlyWhileTheRingIsFull() {
        let queue = RecordQueue(capacity: 4096, largestRecord: 64)
        let pushed = Atomic<Int>(0)
        let fits = queue.capacity / 64
        let thread = SystemThread {
            for value in 0..<(2 * fits) {
                push(queue, Int64(value), bytes: 32)
                pushed.add(1, ordering: .sequentiallyConsistent)
            }
        }
        waitUntil { pushed.load(ordering: .sequentiallyConsistent) == fits }
        sleepMilliseconds(20)
        #expect(pushed.load(ordering: .sequentiallyConsistent) == fits)
        var taken: [Int64] = []
        while taken.count < 2 * fits {
            _ = queue.takeAll(waitingSeconds: 1) { header, _ in taken.append(header.first) }
        }
        thread.join()
        #expect(taken == (0..<Int64(2 * fits)).map { $0 })
    }

    @Test func closingLetsWaitersGoAndKeepsWhatIsHeld() {
        let queue = RecordQueue(capacity: 1024, largestRecord: 64)
        let thread = SystemThread {
            for value in 0..<1000 { push(queue, Int64(value), bytes: 32) }
        }
        sleepMilliseconds(5)
        queue.close()
        thread.join()
        var count = 0
        while queue.takeAll(waitingSeconds: 0, { _, _ in count += 1 }) {}
        #expect(count <= queue.capacity / 64)
    }

    @Test func manyThreadsLoseNothing() {
        let queue = RecordQueue(capacity: 2048, largestRecord: 64)
        let (threads, perThread) = (4, 5000)
        let running = (0..<threads).map { thread in
            SystemThread {
                for value in 0..<perThread {
                    push(queue, Int64(thread * perThread + value), bytes: value % 65)
                }
            }
        }
        var last = [Int64](repeating: -1, count: threads)
        var total = 0
        while total < threads * perThread {
            _ = queue.takeAll(waitingSeconds: 1) { header, bytes in
                let thread = Int(header.first) / perThread
                #expect(header.first > last[thread])
                last[thread] = header.first
                total += 1
            }
        }
        for thread in running { thread.join() }
        #expect(total == threads * perThread)
    }
}
