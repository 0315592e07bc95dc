import FileFormats

/// Any bytes as the content of an IDX file: an error, or as many elements as the shape says.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIDX(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let file = try? IDXFile(parsing: input, file: "fuzz.idx") else { return 0 }
    precondition(checkedElementCount(file.shape) == file.bytes.count)
    return 0
}
