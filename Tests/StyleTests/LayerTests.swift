import Foundation
import Testing

/// What each target under `Sources` may import, and its layer; imports go strictly downwards.
///
/// Targets of layer 0 are C and import nothing. The standard modules are open to all.
private let table: [String: (layer: Int, imports: Set<String>)] = [
    "CKernels": (0, []),
    "COpenBLAS": (0, []),
    "CHDF5": (0, []),
    "CPNG": (0, []),
    "CJPEG": (0, []),
    "CImages": (0, []),
    "CDigitClassifier": (0, []),
    "CZlib": (0, []),
    "CXXHash": (0, []),

    "Kernels": (1, ["CKernels", "COpenBLAS"]),
    "Randomness": (1, ["CKernels"]),
    "Settings": (1, []),
    "FileFormats": (1, ["CHDF5", "CPNG", "CImages", "CZlib", "CXXHash"]),
    "Threads": (1, []),
    "Statistics": (1, []),

    "TensorGraph": (2, []),

    "NeuralNetwork": (3, ["TensorGraph", "Kernels", "Randomness", "Settings"]),
    "GraphExecution": (3, ["TensorGraph", "Kernels", "CKernels"]),
    "Metrics": (3, ["Kernels", "Randomness", "Statistics"]),
    "Datasets": (3, ["CKernels", "Randomness", "Settings", "FileFormats", "Threads"]),

    "Adversarial": (
        4,
        [
            "TensorGraph", "GraphExecution", "NeuralNetwork", "CKernels", "Randomness", "Settings",
            "Datasets",
        ]
    ),
    "Recording": (4, ["FileFormats", "Threads"]),

    "Evaluation": (
        5,
        [
            "CDigitClassifier", "Adversarial", "TensorGraph", "GraphExecution", "NeuralNetwork",
            "Metrics", "Kernels", "Datasets", "Randomness", "Settings", "FileFormats",
            "Statistics",
        ]
    ),

    "Population": (6, ["Randomness", "Settings", "Threads"]),
    "Exporting": (6, ["Metrics", "Recording", "FileFormats", "Settings", "Statistics"]),

    "Experiment": (
        7,
        [
            "Population", "Evaluation", "Adversarial", "Recording", "Datasets", "Metrics",
            "NeuralNetwork", "GraphExecution", "TensorGraph", "Kernels", "Randomness", "Settings",
            "FileFormats", "Statistics", "Threads",
        ]
    ),
    "quadrille": (
        8,
        [
            "Experiment", "Population", "Exporting", "Evaluation", "Adversarial", "Recording",
            "Datasets", "Metrics", "NeuralNetwork", "Kernels", "Settings", "Statistics",
            "FileFormats", "Threads", "ArgumentParser",
        ]
    ),
]

private let standardModules: Set<String> = [
    "Dispatch", "Foundation", "Glibc", "Darwin", "Musl", "Synchronization",
]

private let externalModules: Set<String> = ["ArgumentParser"]

@Suite("Layers")
struct LayerTests {
    @Test func theTableGoesDownwards() throws {
        for (target, row) in table {
            for module in row.imports.subtracting(externalModules) {
                let layer = try #require(table[module]?.layer, "\(module) is not in the table")
                #expect(layer < row.layer, "\(target) may not import \(module)")
            }
        }
    }

    @Test func everyTargetIsInTheTable() throws {
        let folders = Set(
            Repository.files(in: "Sources", extensions: ["swift", "c", "h", "modulemap"])
                .map { String($0.split(separator: "/")[1]) })
        #expect(!folders.isEmpty)
        #expect(folders.subtracting(table.keys).isEmpty)
    }

    @Test func importsFollowTheTable() throws {
        for file in Repository.files(in: "Sources", extensions: ["swift"]) {
            let target = String(file.split(separator: "/")[1])
            let allowed = standardModules.union(table[target]?.imports ?? [])
            for module in modules(importedIn: try Repository.text(of: file)) {
                #expect(
                    allowed.contains(module) || module == target,
                    "\(file) imports \(module): not in the layer table")
            }
        }
    }

    @Test func importsAreRead() {
        let text = """
            import Kernels
            @preconcurrency import Glibc
            package import struct Settings.Table
              import CHDF5.H5
            // import Nothing
            let important = 1
            """
        #expect(modules(importedIn: text) == ["Kernels", "Glibc", "Settings", "CHDF5"])
    }

    private func modules(importedIn text: String) -> [String] {
        let modifiers: Set<Substring> = ["package", "public", "internal", "private"]
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
        return text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ")[...]
            words = words.drop { $0.hasPrefix("@") || modifiers.contains($0) }
            guard words.popFirst() == "import" else { return nil }
            return words.drop { kinds.contains($0) }.first?.prefix { $0 != "." }.description
        }
    }
}
