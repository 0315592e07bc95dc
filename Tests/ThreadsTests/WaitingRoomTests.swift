import Testing
import Threads

@Suite struct WaitingRoomTests {
    /// Tokens that workers take from one another: every hand-over goes through the room.
    private final class Table: @unchecked Sendable {
        let lock = Lock()
        let room: WaitingRoom
        var turn = 0
        var rounds = 0

        init(workers: Int) {
            room = WaitingRoom(lock: lock, workers: workers)
        }
    }

    @Test(arguments: [2, 3, 8]) func everyHandOverArrives(workers: Int) {
        let table = Table(workers: workers)
        let rounds = 2_000
        WorkerPool(count: workers).run { worker in
            table.lock.lock()
            while table.rounds < rounds {
                if table.turn == worker {
                    table.turn = (worker + 1) % workers
                    table.rounds += 1
                    table.room.announceToAll()
                } else {
                    table.room.wait { table.turn == worker || table.rounds >= rounds }
                }
            }
            table.room.announceToAll()
            table.lock.unlock()
        }
        #expect(table.rounds == rounds)
    }

    /// One announcement of several tokens reaches several sleepers, each waking the next.
    @Test func oneAnnouncementServesAll() {
        let workers = 8
        let table = Table(workers: workers)
        WorkerPool(count: workers).run { worker in
            table.lock.lock()
            if worker == 0 {
                table.turn = workers - 1
                table.room.announce(table.turn)
            } else {
                table.room.wait { table.turn > 0 }
                table.turn -= 1
                table.room.announce(table.turn)
            }
            table.lock.unlock()
        }
        #expect(table.turn == 0)
    }

    @Test func processorsAreCounted() {
        #expect(ProcessorCount.available >= 1)
    }
}
