import Datasets
import FileFormats
import Settings
import Testing

@Suite struct MNISTSourceTests {
    private func open5k(_ more: String = "") throws -> any DataSource {
        try open("source = \"mnist\"\npath = \"data/mnist-5k\"\n" + more, folder: experimentsFolder)
    }

    @Test func theTrainingSetIsStratified() throws {
        let source = try open5k()
        #expect(source.count == 4000)
        #expect(source.exampleShape == [28, 28, 1])
        #expect(source.valueRange == 0...1)
        let labels = try #require(source.labels)
        for digit in UInt16(0)...9 { #expect(labels.count { $0 == digit } == 400) }
        // Label bytes 8 to 19 of the file.
        #expect(labels[..<12] == [7, 2, 9, 0, 6, 4, 0, 2, 6, 5, 8, 9])
    }

    @Test func theTestSetIsAnother() throws {
        let source = try open5k("subset = \"test\"")
        #expect(source.count == 1000)
        #expect(source.labels?.count { $0 == 3 } == 100)
        #expect(try open5k().fingerprint != source.fingerprint)
    }

    @Test func bytesAreScaled() throws {
        let (unit, signed) = (try open5k(), try open5k("range = [-1, 1]"))
        #expect(signed.valueRange == -1...1)
        let (black, grey) = (copy([0, 9], of: unit), copy([0, 9], of: signed))
        #expect(black.min() == 0 && black.max() == 1)
        #expect(grey.min() == -1 && grey.max() == 1)
        for (first, second) in zip(black, grey) { #expect(abs(2 * first - 1 - second) < 1e-6) }
    }

    @Test func countTakesTheFirst() throws {
        let (all, some) = (try open5k(), try open5k("count = 10"))
        #expect(some.count == 10)
        #expect(some.labels.map { $0[...] } == all.labels?[..<10])
        #expect(copy([9], of: some) == copy([9], of: all))
        #expect(some.fingerprint != all.fingerprint)
        let error = #expect(throws: SettingsError.self) { try open5k("count = 4001") }
        #expect(error?.description.contains("4001 examples wanted") == true)
        #expect(throws: SettingsError.self) { try open5k("count = 0") }
    }

    @Test func wrongKeysAreRefused() {
        for line in [
            "range = [1, 0]", "range = [0, 0]", "range = [0, 1, 2]", "subset = \"all\"",
            "modes = 8", "range = [0, 1e39]",
        ] { #expect(throws: SettingsError.self, "\(line)") { try open5k(line) } }
    }

    private func failure(images: [UInt8]?, labels: [UInt8]?) throws -> String {
        let folder = TemporaryFolder()
        if let images { try folder.write("train-images-idx3-ubyte", images) }
        if let labels { try folder.write("train-labels-idx1-ubyte", labels) }
        let error = #expect(throws: DataError.self) {
            try open("source = \"mnist\"\npath = \".\"", folder: folder.path)
        }
        return error?.message ?? ""
    }

    @Test func filesThatDoNotFitAreRefused() throws {
        let two = idx([2, 28, 28], [UInt8](repeating: 7, count: 2 * 784))
        let labels = idx([2], [1, 2])
        #expect(try failure(images: nil, labels: labels).contains("not found"))
        #expect(try failure(images: two, labels: nil).contains("not found"))
        #expect(
            try failure(images: two, labels: idx([3], [1, 2, 3])).hasPrefix("3 labels, but"))
        #expect(try failure(images: two, labels: idx([2], [1, 10])).contains("label 10"))
        #expect(try failure(images: two, labels: idx([2, 1], [1, 2])).contains("rank 2"))
        let small = idx([2, 2, 2], [UInt8](repeating: 7, count: 8))
        #expect(try failure(images: small, labels: labels).contains("2 x 2 x 2"))
        let none = idx([0, 28, 28], [])
        #expect(try failure(images: none, labels: idx([0], [])) == "holds no examples")
    }
}
