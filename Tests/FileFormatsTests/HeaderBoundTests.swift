import FileFormats
import Testing

@Suite struct HeaderBoundTests {
    @Test func headersStayWithinTheirBound() {
        // Three quarters of the offsets have as many digits as the size of the file.
        let tensors = (0..<100).map {
            SafetensorsLayout.Tensor(name: "tensor.\($0)", type: .float32, shape: [9999, 100])
        }
        let layout = SafetensorsLayout(tensors: tensors, hasChecksums: true)
        let bound = tensors.map { $0.headerBound(fileSize: layout.fileSize) }.reduce(200, +)
        #expect((layout.headerBytes.count...layout.headerBytes.count + 500).contains(bound))
    }
}
