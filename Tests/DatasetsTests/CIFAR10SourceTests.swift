import Datasets
import FileFormats
import Settings
import Testing

@Suite struct CIFAR10SourceTests {
    private let folder = TemporaryFolder()

    /// A record whose pixel p has the bytes p, p + 85 and p + 170, modulo 256.
    private func record(_ label: UInt8) -> [UInt8] {
        [label]
            + (0..<3).flatMap { channel in
                (0..<1024).map { UInt8(truncatingIfNeeded: $0 + 85 * channel) }
            }
    }

    private func open(_ more: String = "") throws -> any DataSource {
        try DatasetsTests.open("source = \"cifar10\"\npath = \".\"\n" + more, folder: folder.path)
    }

    private func failure(_ more: String = "") -> String {
        let error = #expect(throws: DataError.self) { try open(more) }
        return error?.description ?? ""
    }

    private func writeTraining() throws {
        for batch in 1...5 {
            let records = record(UInt8(batch)) + record(UInt8(batch - 1))
            try folder.write("data_batch_\(batch).bin", records)
        }
    }

    @Test func planesBecomePixels() throws {
        try writeTraining()
        let source = try open("range = [0, 255]")
        #expect(source.exampleShape == [32, 32, 3] && source.count == 10)
        #expect(source.labels == [1, 0, 2, 1, 3, 2, 4, 3, 5, 4])
        let image = copy([7], of: source)
        #expect(image[..<6] == [0, 85, 170, 1, 86, 171])
        #expect(image[(3 * 1023)...] == [255, 84, 169])
        #expect(try open("count = 3").labels == [1, 0, 2])
    }

    @Test func greyIsTheLuminance() throws {
        try folder.write("test_batch.bin", record(9))
        let source = try open("subset = \"test\"\nchannels = 1\nrange = [0, 255]")
        #expect(source.exampleShape == [32, 32, 1])
        // 0.587 * 85 + 0.114 * 170 = 69.275
        #expect(copy([0], of: source)[0] == 69)
        let error = #expect(throws: SettingsError.self) { try open("channels = 2") }
        #expect(error?.description.contains("1 or 3") == true)
    }

    @Test func faultsAreNamed() throws {
        #expect(failure().contains("data_batch_1.bin: cannot open"))
        try writeTraining()
        try folder.write("data_batch_3.bin", record(1).dropLast())
        #expect(failure().contains("data_batch_3.bin: 3072 bytes are not whole records"))
        try folder.write("data_batch_3.bin", record(1) + record(10))
        #expect(failure().contains("data_batch_3.bin: at byte 3073: label 10 of image 1"))
        try folder.write("data_batch_3.bin", [])
        #expect(failure().contains("not whole records"))
    }
}
