import FileFormats

/// Any bytes as a safetensors file: an error, or tensors whose bytes fill the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let file = try? SafetensorsFile(parsing: input, file: "fuzz.safetensors") else {
        return 0
    }
    for tensor in file.tensors {
        precondition(file.tensor(named: tensor.name) == tensor)
        precondition(
            checkedByteCount(tensor.shape, elementSize: tensor.type.size) == tensor.range.count)
        let isCopied = file.withBytes(of: tensor) { $0.elementsEqual(input[tensor.range]) }
        precondition(isCopied)
        readElements(of: tensor, file)
    }
    return 0
}

private func readElements(of tensor: SafetensorsFile.Tensor, _ file: SafetensorsFile) {
    let count =
        switch tensor.type {
        case .float32: file.floats(of: tensor).count
        case .float64: file.doubles(of: tensor).count
        case .int32: file.integers(of: tensor, Int32.self).count
        case .int64: file.integers(of: tensor, Int64.self).count
        case .uint8: file.integers(of: tensor, UInt8.self).count
        case .uint32: file.integers(of: tensor, UInt32.self).count
        case .uint64: file.integers(of: tensor, UInt64.self).count
        }
    precondition(count == checkedElementCount(tensor.shape))
}
