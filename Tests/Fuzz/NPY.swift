import FileFormats

/// Any bytes as an npy file: an error, or as many numbers as the shape says, which survive being
/// written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPY(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let file = try? NPYFile(parsing: input, file: "fuzz.npy") else { return 0 }
    let floats = file.floats()
    precondition(checkedElementCount(file.shape) == floats.count)
    let written = NPYFile.bytes(of: floats, shape: file.shape)
    let again = try! NPYFile(parsing: written, file: "again.npy")
    precondition(again.shape == file.shape)
    precondition(again.floats().map(\.bitPattern) == floats.map(\.bitPattern))
    return 0
}
