import Datasets
import FileFormats
import Settings
// Exported so that every test of this target sees the temporary folders.
@_exported import TestSupport

/// The folder `Experiments` of the repository.
let experimentsFolder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/Experiments"

/// The source that the lines of `[data]` describe.
func open(_ lines: String, seed: UInt64 = 1, folder: String = ".") throws -> any DataSource {
    let document = try SettingsDocument(
        text: "[data]\n" + lines, file: "test.toml", overrides: [])
    let source = try DataSources.open(
        settings: document.root.table("data"),
        context: DataSourceContext(seed: seed, directory: folder, describing: false))
    try document.root.finish()
    return source
}

/// Examples of these indices.
func copy(_ indices: [Int32], of source: any DataSource) -> [Float] {
    let size = source.exampleShape.reduce(1, *)
    var examples = [Float](repeating: .nan, count: indices.count * size)
    examples.withUnsafeMutableBufferPointer { target in
        indices.withUnsafeBufferPointer { source.copyExamples($0, into: target.baseAddress!) }
    }
    return examples
}

/// An IDX file of bytes.
func idx(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let extents = shape.flatMap { extent in
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: extent >> (8 * $0)) }
    }
    return [0, 0, 8, UInt8(shape.count)] + extents + bytes
}

/// An npy file with elements that are given as bytes.
func npy(_ type: String, _ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let extents = shape.map { "\($0)," }.joined()
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
        + bytes
}
