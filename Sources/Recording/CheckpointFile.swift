import FileFormats

/// A checkpoint that is being written: parts arrive in any order, the last one completes it.
///
/// Until then only a temporary file exists, removed with the last reference. For one thread.
package final class CheckpointFile {
    package let layout: SafetensorsLayout
    private let file: AtomicFile
    private var missingBytes: Int

    /// - Throws: `FileError`.
    package init(path: String, layout: SafetensorsLayout) throws {
        self.layout = layout
        file = try AtomicFile(path: path)
        missingBytes = layout.fileSize - layout.headerBytes.count
        try layout.headerBytes.withUnsafeBytes { try file.write($0, at: 0) }
    }

    /// Whether every byte of every tensor has arrived, each of them once.
    package var isComplete: Bool { missingBytes == 0 }

    /// Writes bytes of a tensor, from byte `offset` of it on.
    package func write(tensor: Int, offset: Int, _ bytes: UnsafeRawBufferPointer) throws {
        try file.write(bytes, at: layout.offset(of: tensor) + offset)
        missingBytes -= bytes.count
    }

    /// Makes the checkpoint durable under its name.
    package func commit() throws {
        precondition(isComplete, "a checkpoint with missing tensors")
        try file.commit()
    }
}
