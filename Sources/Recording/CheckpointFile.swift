import FileFormats

/// A checkpoint that is being written: parts arrive in any order, the last one completes it.
///
/// Until then only a temporary file exists, removed with the last reference. The header comes
/// last: it holds the checksums of what was written before it. For one thread.
package final class CheckpointFile {
    package let layout: SafetensorsLayout
    private let file: AtomicFile
    private var missingBytes: Int
    /// By tensor; complete ones stay, as many as there are tensors.
    private var hashes: [UInt64]
    /// Tensors of which some bytes have arrived: few at a time.
    private var unfinished: [Int: PartialTensor] = [:]

    private final class PartialTensor {
        var hash = XXH3.Stream()
        var byteCount = 0
    }

    /// - Precondition: the layout has checksums.
    /// - Throws: `FileError`.
    package init(path: String, layout: SafetensorsLayout) throws {
        precondition(layout.hasChecksums, "a checkpoint without checksums")
        self.layout = layout
        file = try AtomicFile(path: path)
        missingBytes = layout.fileSize - layout.headerBytes.count
        hashes = Array(repeating: XXH3.hash([]), count: layout.tensors.count)
    }

    /// Whether every byte of every tensor has arrived, each of them once.
    package var isComplete: Bool { missingBytes == 0 }

    /// Writes the next bytes of a tensor, from byte `offset` of it on.
    ///
    /// - Precondition: the pieces of one tensor come in order; those of several may alternate.
    package func write(tensor: Int, offset: Int, _ bytes: UnsafeRawBufferPointer) throws {
        let partial = unfinished[tensor] ?? PartialTensor()
        precondition(offset == partial.byteCount, "a piece of a tensor is missing or came twice")
        try file.write(bytes, at: layout.offset(of: tensor) + offset)
        missingBytes -= bytes.count
        partial.hash.update(bytes)
        partial.byteCount += bytes.count
        let isWhole = partial.byteCount == layout.byteCount(of: tensor)
        if isWhole { hashes[tensor] = partial.hash.value }
        unfinished[tensor] = isWhole ? nil : partial
    }

    /// Makes the checkpoint durable under its name.
    package func commit() throws {
        precondition(isComplete, "a checkpoint with missing tensors")
        try layout.finishedHeader(tensorHashes: hashes).withUnsafeBytes {
            try file.write($0, at: 0)
        }
        try file.commit()
    }
}
