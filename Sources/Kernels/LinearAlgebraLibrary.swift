import CKernels
import COpenBLAS

/// A matrix library that does not give the same bits at any number of workers.
package struct LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
    package let threadCount: Int

    package var description: String {
        "OpenBLAS keeps to \(threadCount) threads where one was asked for, so its results would "
            + "depend on the machine; install a build that obeys openblas_set_num_threads "
            + "(Debian: libopenblas0-pthread), or set OPENBLAS_NUM_THREADS=1 and OMP_NUM_THREADS=1"
    }
}

/// The matrix library in this process: its one setting, and what decides its bits and speed.
package enum LinearAlgebraLibrary {
    /// Sets one thread per call. Call before the first worker starts; calling again is harmless.
    ///
    /// More threads would change the bits of a product; parallelism is over pairs.
    package static func configure() {
        openblas_set_num_threads(1)
    }

    /// `configure()`, and a check that it was obeyed: a library built without threads, or with
    /// those of OpenMP, need not.
    ///
    /// - Throws: `LinearAlgebraError` where a call may use several threads.
    package static func requireOneThread() throws {
        configure()
        try check(threadCount: threadCount)
    }

    package static func check(threadCount: Int) throws {
        guard threadCount == 1 else { throw LinearAlgebraError(threadCount: threadCount) }
    }

    /// Threads per call as the library reports them: 1 after `configure()`.
    package static var threadCount: Int { Int(openblas_get_num_threads()) }

    /// The kernel family chosen for this process, such as `Haswell` or `Cooperlake`.
    package static var kernelFamily: String { String(cString: openblas_get_corename()) }

    /// The version and build options, such as `OpenBLAS 0.3.21 DYNAMIC_ARCH Cooperlake ...`.
    package static var configuration: String {
        String(cString: openblas_get_config()).trimmingSpaces
    }

    /// The version alone, such as `0.3.21`; the whole configuration if it has another form.
    package static var version: String {
        let words = configuration.split(separator: " ")
        return words.count > 1 && words[0] == "OpenBLAS" ? String(words[1]) : configuration
    }

    /// The best kernel family for the features of this CPU; nil where families are not known.
    package static var bestKernelFamily: String? {
        #if arch(x86_64)
            return knownFamilies[Int(qk_best_kernel_level())].last
        #else
            return nil
        #endif
    }

    /// Whether the chosen family uses narrower registers than the CPU has, as after
    /// `OPENBLAS_CORETYPE=Haswell` on a CPU with AVX-512. Unknown families count as adequate.
    package static var kernelFamilyIsBelowCPU: Bool {
        #if arch(x86_64)
            return isFamily(kernelFamily, below: Int(qk_best_kernel_level()))
        #else
            return false
        #endif
    }

    /// Whether the family is known to belong below this level of `qk_best_kernel_level`.
    package static func isFamily(_ family: String, below level: Int) -> Bool {
        let name = family.lowercased()
        guard
            let found = knownFamilies.lastIndex(where: { families in
                families.contains { $0.lowercased() == name }
            })
        else { return false }
        return found < level
    }

    /// By level of `qk_best_kernel_level`, the family to expect last. Names as in OpenBLAS's
    /// `driver/others/dynamic.c`.
    private static let knownFamilies = [
        [
            "Katmai", "Coppermine", "Northwood", "Banias", "Atom", "Core2", "Penryn", "Dunnington",
            "Nehalem", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona", "Bobcat", "Nano",
            "Prescott",
        ],
        ["Bulldozer", "Piledriver", "Steamroller", "Excavator", "Sandybridge"],
        ["Zen", "Haswell"],
        ["SkylakeX"],
        ["SapphireRapids", "Cooperlake"],
    ]
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
