import ArgumentParser
import Experiment
import FileFormats
import Kernels
import Threads

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what this machine gives Quadrille, and what slows it down.")

    func run() throws {
        try reportingErrors {
            LinearAlgebraLibrary.configure()
            print("quadrille    \(Provenance.version)")
            print("cpu          \(Provenance.cpuModel), \(ProcessorCount.available) processors")
            print("c library    \(Provenance.cLibraryVersion)")
            print(
                "openblas     \(LinearAlgebraLibrary.version), "
                    + "\(LinearAlgebraLibrary.kernelFamily) kernels, "
                    + "\(LinearAlgebraLibrary.threadCount) thread")
            print("hdf5         \(HDF5.version)")
            var warnings: [String] = []
            if LinearAlgebraLibrary.kernelFamilyIsBelowCPU {
                let best = LinearAlgebraLibrary.bestKernelFamily ?? "better"
                warnings.append(
                    "OpenBLAS uses \(LinearAlgebraLibrary.kernelFamily) kernels, this CPU can run "
                        + "\(best) ones; unset OPENBLAS_CORETYPE (another family gives other bits)")
            }
            if LinearAlgebraLibrary.threadCount != 1 {
                warnings.append("OpenBLAS does not keep to one thread: runs are refused")
            }
            for warning in warnings { print("warning: \(warning)") }
            if warnings.isEmpty { print("no problem found") }
        }
    }
}
