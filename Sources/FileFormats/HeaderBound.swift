/// How large a header will be, before its tensors are laid out.
extension SafetensorsLayout {
    /// What the format allows.
    package static let largestHeaderBytes = Safetensors.largestHeaderBytes
}

extension SafetensorsLayout.Tensor {
    /// At most this many bytes of the header describe the tensor, in a file of at most `fileSize`
    /// bytes with checksums. The name must need no escapes.
    package func headerBound(fileSize: Int) -> Int {
        let fixed = "\"\":{\"dtype\":\"\",\"shape\":[],\"data_offsets\":[,]},".utf8.count
        let checksum = hexadecimal(UInt64.max).utf8.count
        let extents = shape.map(String.init).joined(separator: ",")
        return fixed + name.utf8.count + type.rawValue.utf8.count + extents.utf8.count
            + 2 * String(fileSize).utf8.count + checksum
    }
}
