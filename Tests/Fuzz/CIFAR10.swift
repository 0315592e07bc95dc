import Datasets

/// Any bytes as a file of CIFAR-10, alone and behind themselves: an error, or a label and 3,072
/// bytes for each record.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCIFAR10(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    read(input)
    read(input + input)
    return 0
}

private func read(_ bytes: [UInt8]) {
    var content = CIFAR10Content()
    guard (try? content.append(bytes, file: "fuzz.bin")) != nil else { return }
    precondition(content.labels.count * 3073 == bytes.count)
    precondition(content.pixels.count == content.labels.count * CIFAR10Content.imageSize)
    precondition(content.labels.allSatisfy { $0 <= 9 })
}
