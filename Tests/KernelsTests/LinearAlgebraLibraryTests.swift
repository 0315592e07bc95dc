import Kernels
import Testing

@Suite struct LinearAlgebraLibraryTests {
    @Test func configuringSetsOneThreadHoweverOften() {
        LinearAlgebraLibrary.configure()
        LinearAlgebraLibrary.configure()
        #expect(LinearAlgebraLibrary.threadCount == 1)
    }

    @Test func moreThreadsThanOneAreAnError() throws {
        try LinearAlgebraLibrary.requireOneThread()
        #expect(LinearAlgebraLibrary.threadCount == 1)
        let error = #expect(throws: LinearAlgebraError.self) {
            try LinearAlgebraLibrary.check(threadCount: 8)
        }
        #expect(error?.description.contains("8 threads") == true)
    }

    @Test func describesTheLibrary() {
        #expect(!LinearAlgebraLibrary.kernelFamily.isEmpty)
        #expect(LinearAlgebraLibrary.configuration.hasPrefix("OpenBLAS"))
        #expect(LinearAlgebraLibrary.version.split(separator: ".").count == 3)
    }

    @Test func ordersKernelFamiliesByTheirRegisters() {
        #expect(LinearAlgebraLibrary.isFamily("Haswell", below: 3))
        #expect(LinearAlgebraLibrary.isFamily("Zen", below: 4))
        #expect(LinearAlgebraLibrary.isFamily("Prescott", below: 1))
        #expect(LinearAlgebraLibrary.isFamily("SkylakeX", below: 4))
        #expect(!LinearAlgebraLibrary.isFamily("Cooperlake", below: 4))
        #expect(!LinearAlgebraLibrary.isFamily("haswell", below: 2))
        #expect(!LinearAlgebraLibrary.isFamily("a family of the future", below: 4))
    }

    #if arch(x86_64)
        @Test func knowsTheBestFamilyOfThisCPU() {
            #expect(LinearAlgebraLibrary.bestKernelFamily != nil)
        }
    #endif
}
