/// Checksums over the whole content of a safetensors file, kept in its own metadata.
///
/// They are the first entries, so that their digits stand at known bytes; a reader that does not
/// know them sees two texts:
///
///     {"__metadata__":{"header_xxh3":"0123456789abcdef","tensor_xxh3":"...", ...
///
/// `tensor_xxh3` is the XXH3-64 of each tensor's bytes, 16 lower-case hexadecimal digits each, in
/// the order of the file. `header_xxh3` is the XXH3-64 of all bytes before the first tensor, the
/// 8 of the length included, with its own 16 digits as "0". So every byte is covered once.
enum SafetensorsChecksums {
    private static let headerKey = "header_xxh3"
    private static let tensorKey = "tensor_xxh3"
    private static let digits = 16
    private static let opening = Array("{\"\(Safetensors.metadataKey)\":{\"\(headerKey)\":\"".utf8)
    private static let between = Array("\",\"\(tensorKey)\":\"".utf8)
    private static let headerPlace = digitRange(from: Safetensors.lengthBytes + opening.count)

    static let keys = [headerKey, tensorKey]

    /// Members for the start of the metadata, with "0" for every digit until `fill`.
    static func placeholders(tensorCount: Int) -> [(key: String, text: String)] {
        [
            (headerKey, String(repeating: "0", count: digits)),
            (tensorKey, String(repeating: "0", count: digits * tensorCount)),
        ]
    }

    /// Puts the hashes, in the order of the file, into a header that was made with placeholders.
    static func fill(_ header: inout [UInt8], tensorHashes: [UInt64]) {
        var start = headerPlace.upperBound + between.count
        for hash in tensorHashes {
            header.replaceSubrange(digitRange(from: start), with: hexadecimal(hash).utf8)
            start += digits
        }
        header.replaceSubrange(headerPlace, with: hexadecimal(headerHash(header[...])).utf8)
    }

    /// Whether the file has checksums; its header is as it was written then.
    ///
    /// To be asked before the header is parsed: a damaged one may still be valid JSON.
    static func checkHeader(_ header: ArraySlice<UInt8>, file: String) throws -> Bool {
        guard header.count >= headerPlace.upperBound,
            header.dropFirst(Safetensors.lengthBytes).starts(with: opening)
        else { return false }
        guard header[headerPlace].elementsEqual(hexadecimal(headerHash(header)).utf8) else {
            throw DataError(
                file: file, offset: 0, "the header is damaged: it does not have its checksum")
        }
        return true
    }

    /// Compares all tensors, in the order of the file, with the metadata of a checked header.
    static func checkTensors(
        _ tensors: [SafetensorsFile.Tensor], of content: [UInt8], metadata: [String: String],
        file: String
    ) throws {
        let stored = Array((metadata[tensorKey] ?? "").utf8)
        guard stored.count == digits * tensors.count else {
            throw DataError(
                file: file, offset: Safetensors.lengthBytes,
                "\(tensorKey) is not \(digits) digits for each of \(tensors.count) tensors")
        }
        try content.withUnsafeBytes { bytes in
            for (index, tensor) in tensors.enumerated() {
                let hash = XXH3.hash(UnsafeRawBufferPointer(rebasing: bytes[tensor.range]))
                let place = digitRange(from: digits * index)
                guard stored[place].elementsEqual(hexadecimal(hash).utf8) else {
                    throw DataError(
                        file: file, offset: tensor.range.lowerBound,
                        "tensor \"\(tensor.name)\" is damaged: its \(tensor.range.count) bytes "
                            + "do not have their checksum")
                }
            }
        }
    }

    private static func headerHash(_ header: ArraySlice<UInt8>) -> UInt64 {
        var stream = XXH3.Stream()
        header[..<headerPlace.lowerBound].withUnsafeBytes { stream.update($0) }
        [UInt8](repeating: UInt8(ascii: "0"), count: digits).withUnsafeBytes { stream.update($0) }
        header[headerPlace.upperBound...].withUnsafeBytes { stream.update($0) }
        return stream.value
    }

    private static func digitRange(from start: Int) -> Range<Int> { start..<(start + digits) }
}
