// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A Swift target of the layer table in `Tests/StyleTests/LayerTests.swift`.
func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// A test target that mirrors the source target of the same name.
func tests(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies,
        exclude: exclude, swiftSettings: swiftSettings)
}

func system(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "Quadrille",
    products: [.executable(name: "quadrille", targets: ["quadrille"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // MARK: Layer 0: C
        system("COpenBLAS", "openblas", "libopenblas-dev"),
        system("CHDF5", "hdf5", "libhdf5-dev"),
        system("CPNG", "libpng", "libpng-dev"),
        system("CJPEG", "libjpeg", "libjpeg62-turbo-dev"),
        system("CZlib", "zlib", "zlib1g-dev"),
        system("CXXHash", "libxxhash", "libxxhash-dev"),
        .target(name: "CKernels"),
        .target(name: "CImages", dependencies: ["CPNG", "CJPEG"]),
        .target(name: "CDigitClassifier", exclude: ["digits.safetensors"]),

        // MARK: Layer 1
        layer("Kernels", ["CKernels", "COpenBLAS"]),
        layer("Randomness", ["CKernels"]),
        layer("Settings"),
        layer("FileFormats", ["CHDF5", "CPNG", "CImages", "CZlib", "CXXHash"]),
        layer("Threads"),
        layer("Statistics"),

        // MARK: Layers 2 and 3
        layer("TensorGraph"),
        layer("NeuralNetwork", ["TensorGraph", "Kernels", "Randomness", "Settings"]),
        layer("GraphExecution", ["TensorGraph", "Kernels", "CKernels"]),
        layer("Metrics", ["Kernels", "Randomness", "Statistics"]),
        layer("Datasets", ["CKernels", "Randomness", "Settings", "FileFormats", "Threads"]),

        // MARK: Layers 4 and 5
        layer(
            "Adversarial",
            [
                "TensorGraph", "GraphExecution", "NeuralNetwork", "CKernels", "Randomness",
                "Settings", "Datasets",
            ]),
        layer("Recording", ["FileFormats", "Threads"]),
        layer(
            "Evaluation",
            [
                "CDigitClassifier", "Adversarial", "TensorGraph", "GraphExecution",
                "NeuralNetwork", "Metrics", "Kernels", "Datasets", "Randomness", "Settings",
                "FileFormats", "Statistics",
            ]),

        // MARK: Layers 6, 7 and 8
        layer("Population", ["Randomness", "Settings", "Threads"]),
        layer("Exporting", ["Metrics", "Recording", "FileFormats", "Settings", "Statistics"]),
        layer(
            "Experiment",
            [
                "Population", "Evaluation", "Adversarial", "Recording", "Datasets", "Metrics",
                "NeuralNetwork", "GraphExecution", "TensorGraph", "Kernels", "Randomness",
                "Settings", "FileFormats", "Statistics", "Threads",
            ]),
        .executableTarget(
            name: "quadrille",
            dependencies: [
                "Experiment", "Population", "Exporting", "Evaluation", "Adversarial", "Recording",
                "Datasets", "Metrics", "NeuralNetwork", "Kernels", "Settings", "Statistics",
                "FileFormats", "Threads",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: swiftSettings),

        // MARK: Tests
        .target(
            name: "OracleSupport", dependencies: ["TensorGraph", "GraphExecution"],
            path: "Tests/OracleSupport", swiftSettings: swiftSettings),
        .target(
            name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
        .testTarget(name: "StyleTests", swiftSettings: swiftSettings),
        tests("Kernels", ["CKernels"]),
        tests("Randomness"),
        tests("Settings"),
        tests("FileFormats", ["TestSupport"]),
        tests("Threads"),
        tests("Statistics"),
        tests("TensorGraph", ["GraphExecution"]),
        tests("GraphExecution", ["TensorGraph", "Kernels"]),
        tests(
            "NeuralNetwork",
            ["TensorGraph", "GraphExecution", "Randomness", "Settings", "OracleSupport"]),
        tests(
            "Adversarial",
            [
                "TensorGraph", "GraphExecution", "NeuralNetwork", "Randomness", "Settings",
                "Datasets", "OracleSupport",
            ]),
        tests(
            "Evaluation",
            [
                "Adversarial", "Datasets", "FileFormats", "Metrics", "NeuralNetwork", "Settings",
                "Statistics", "TestSupport",
            ]),
        tests("Metrics", ["Randomness", "Statistics"]),
        tests("Datasets", ["Randomness", "Settings", "FileFormats", "TestSupport"]),
        tests("Recording", ["FileFormats", "Threads", "TestSupport"], exclude: ["check_log.py"]),
        tests("Population", ["Randomness", "Settings", "Threads"]),
        tests(
            "Exporting", ["Recording", "FileFormats", "Settings", "Statistics", "TestSupport"],
            exclude: ["check_exports.py", "check_tables.py"]),
        tests(
            "Experiment",
            [
                "Adversarial", "Datasets", "Evaluation", "FileFormats", "GraphExecution", "Metrics",
                "NeuralNetwork", "Population", "Randomness", "Recording", "Settings", "Statistics",
                "TestSupport",
            ]),
        .testTarget(
            name: "QuadrilleTests",
            dependencies: ["quadrille", "FileFormats", "Recording", "TestSupport"],
            swiftSettings: swiftSettings),
    ]
)
