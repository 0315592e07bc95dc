import Datasets
import FileFormats
import Settings
import Testing

@Suite struct HDF5SourceTests {
    private let folder = TemporaryFolder()

    private func open(_ more: String = "") throws -> any DataSource {
        try DatasetsTests.open(
            "source = \"hdf5\"\npath = \"file.h5\"\n" + more, folder: folder.path)
    }

    private func failure(_ more: String = "") -> String {
        let error = #expect(throws: DataError.self) { try open(more) }
        return error?.description ?? ""
    }

    private func write(
        _ shape: [Int], _ bytes: [UInt8], type: HDF5ElementType = .uint8,
        named name: String = "imgs", labels: [Int64]? = nil
    ) throws {
        let file = try HDF5File.create("\(folder.path)/file.h5", format: .portable)
        try write(file, name, HDF5DatasetLayout(type: type, shape: shape), bytes)
        if let labels {
            let bytes = labels.withUnsafeBytes(Array.init)
            try write(file, "labels", HDF5DatasetLayout(type: .int64, shape: [labels.count]), bytes)
        }
        try file.close()
    }

    private func write(
        _ file: HDF5File, _ name: String, _ layout: HDF5DatasetLayout, _ bytes: [UInt8]
    ) throws {
        let dataset = try file.root.createDataset(name, layout)
        try bytes.withUnsafeBytes { try dataset.writeAll($0) }
    }

    @Test func bothOrdersOfTheAxesAreRead() throws {
        try write([2, 3, 2, 2], Array(0..<24), labels: [999, 3])
        let source = try open("range = [0, 255]")
        #expect(source.exampleShape == [2, 2, 3] && source.count == 2)
        #expect(source.labels == [999, 3])
        #expect(copy([0], of: source) == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
        try write([2, 2, 2, 3], Array(0..<24))
        let other = try open("range = [0, 255]")
        #expect(copy([0], of: other) == (0..<12).map { Float($0) } && other.labels == nil)
        #expect(other.fingerprint != source.fingerprint)
    }

    @Test func channelsAndCountAreChosen() throws {
        try write([300, 1, 1, 2], (0..<600).map { UInt8(truncatingIfNeeded: $0) })
        let source = try open("count = 299\nrange = [0, 255]")
        #expect(source.count == 299)
        #expect(copy([0, 298], of: source) == [0, 0, 0, 1, 1, 1, 84, 84, 84, 85, 85, 85])
        #expect(try open("channels = 1").exampleShape == [1, 2, 1])
        #expect(throws: SettingsError.self) { try open("count = 301") }
    }

    @Test func otherContentIsRefused() throws {
        #expect(failure().contains("file.h5: not found"))
        try folder.write("file.h5", Array("not HDF5".utf8))
        #expect(failure().contains("file.h5: cannot open"))
        try write([1, 3, 2, 2], Array(0..<12), named: "images")
        #expect(failure().contains("no dataset `imgs`"))
        try write([2, 6], Array(0..<12))
        #expect(failure().contains("imgs is 2 x 6 of uint8"))
        try write([1, 2, 2, 2], Array(0..<8))
        #expect(failure().contains("number of channels"))
        try write([1, 3, 2, 2], [UInt8](repeating: 0, count: 48), type: .float32)
        #expect(failure().contains("of float32"))
        try write([0, 3, 2, 2], [])
        #expect(failure().contains("holds no examples"))
        try write([2, 3, 2, 2], Array(0..<24), labels: [1])
        #expect(failure().contains("labels are 1 of int64; 2 integers"))
        try write([2, 3, 2, 2], Array(0..<24), labels: [1, -1])
        #expect(failure().contains("label -1 of image 1"))
    }
}
