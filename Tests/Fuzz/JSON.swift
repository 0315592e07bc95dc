import FileFormats

/// Any bytes as JSON: an error, or a value that survives being written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let value = try? JSONValue(parsing: input, file: "fuzz.json") else { return 0 }
    let text = value.serialized()
    let again = try! JSONValue(parsing: Array(text.utf8), file: "again.json")
    precondition(again == value && again.serialized() == text)
    return 0
}
