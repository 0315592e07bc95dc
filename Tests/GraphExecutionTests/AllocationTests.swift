#if canImport(Glibc)
    import Glibc
    import GraphExecution
    import TensorGraph
    import Testing

    /// Finds allocations by the marks they leave: glibc hands a thread the block of a size that
    /// it freed last, so that marked and freed blocks stay as they are while nobody allocates.
    private struct AllocationDetector {
        private static let mark: UInt8 = 0xab
        /// The allocator's own words at the start of a free block.
        private static let reserved = 16
        private let sizes = Array(stride(from: 24, through: 1_000, by: 16))

        /// Whether `work` allocates, on this thread, a block of up to 1,000 bytes and writes to it.
        func finds(in work: () -> Void) -> Bool {
            // The thread's cache must have room for the blocks: take what fills it.
            var held: [UnsafeMutableRawPointer] = []
            while changesMarks({}) && held.count < 100_000 {
                for size in sizes { held.append(malloc(size)!) }
            }
            defer { for block in held { free(block) } }
            return changesMarks(work)
        }

        private func changesMarks(_ work: () -> Void) -> Bool {
            let blocks = sizes.map { malloc($0)! }
            var again = sizes.map { _ in blocks[0] }
            for (block, size) in zip(blocks, sizes) { memset(block, Int32(Self.mark), size) }
            for block in blocks { free(block) }
            work()
            for index in sizes.indices { again[index] = malloc(sizes[index])! }
            defer { for block in again { free(block) } }
            return sizes.indices.contains { index in
                again[index] != blocks[index]
                    || (Self.reserved..<sizes[index]).contains {
                        again[index].load(fromByteOffset: $0, as: UInt8.self) != Self.mark
                    }
            }
        }
    }

    @Suite struct AllocationTests {
        private let detector = AllocationDetector()

        @Test(arguments: [8, 50, 200]) func arraysAreFound(count: Int) {
            var total: Float = 0
            let isFound = detector.finds {
                let values = [Float](repeating: Float(count), count: count)
                total += values.withUnsafeBufferPointer { $0[count / 2] }
            }
            #expect(isFound && total == Float(count))
            #expect(!detector.finds { total += 1 })
        }

        @Test func runningAPlanAllocatesNothing() {
            let planCase = TrainingStep(batch: 6, widths: [3, 7, 5, 1]).planCase
            let plan = PlanCompiler.compile(planCase.request)
            let names = Set(plan.instructions.map(\.name))
            #expect(names == ["matrix-product", "elementwise", "sum", "copy", "fill"])
            let arena = PoisonedMemory([Float](repeating: 0, count: plan.arenaCount))
            let slots = planCase.slots.map { PoisonedMemory($0) }
            var bases = slots.map(\.start)
            bases[Location.arenaSlot] = arena.start
            let isFound = bases.withUnsafeMutableBufferPointer { bases in
                let start = bases.baseAddress!
                // The matrix library allocates its own memory when it is first used.
                PlanInterpreter.run(plan, start)
                return detector.finds { PlanInterpreter.run(plan, start) }
            }
            #expect(!isFound)
        }
    }
#endif
