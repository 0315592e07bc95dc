import Datasets
import FileFormats
import Settings
import Testing

/// The sources `idx` and `npy`.
@Suite struct ArraySourcesTests {
    private let folder = TemporaryFolder()

    private func open(_ source: String, _ more: String = "") throws -> any DataSource {
        try DatasetsTests.open(
            "source = \"\(source)\"\npath = \"file\"\n" + more, folder: folder.path)
    }

    private func failure(_ source: String, _ more: String = "") -> String {
        let error = #expect(throws: DataError.self) { try open(source, more) }
        return error?.message ?? ""
    }

    @Test(arguments: [([3, 4], [4]), ([3, 2, 2], [2, 2, 1]), ([1, 2, 2, 3], [2, 2, 3])])
    func theLeadingExtentCounts(shape: [Int], exampleShape: [Int]) throws {
        try folder.write("file", idx(shape, Array(1...12)))
        let source = try open("idx", "range = [0, 255]")
        #expect(source.exampleShape == exampleShape)
        #expect(source.count == shape[0])
        #expect(copy([0], of: source) == (1...(12 / shape[0])).map { Float($0) })
        #expect(source.labels == nil)
        #expect(source.mixture == nil)
        try folder.write("file", npy("|u1", shape, Array(1...12)))
        #expect(try open("npy", "range = [0, 255]").fingerprint == source.fingerprint)
    }

    @Test func labelsCount() throws {
        try folder.write("file", idx([2, 3], Array(1...6)))
        try folder.write("labels", idx([2], [250, 0]))
        #expect(try open("idx", "labels = \"labels\"").labels == [250, 0])
        #expect(try open("idx", "labels = \"labels\"\ncount = 1").labels == [250])
        try folder.write("labels", idx([3], [1, 2, 3]))
        #expect(failure("idx", "labels = \"labels\"").hasPrefix("3 labels"))
        #expect(failure("idx", "labels = \"none\"").hasPrefix("cannot open"))
    }

    @Test func npyLabelsAreIntegersOfTwoBytes() throws {
        try folder.write("file", NPYFile.bytes(of: [1, 2, 3, 4], shape: [2, 2]))
        try folder.write("labels", npy("<i2", [2], [255, 0, 9, 0]))
        #expect(try open("npy", "labels = \"labels\"").labels == [255, 9])
        try folder.write("labels", npy("<i2", [2], [0, 1, 9, 0]))
        #expect(try open("npy", "labels = \"labels\"").labels == [256, 9])
        try folder.write("labels", npy("<i2", [2], [9, 0, 255, 255]))
        #expect(failure("npy", "labels = \"labels\"").contains("label -1.0 of example 1"))
        try folder.write("labels", npy("|u1", [2, 1], [0, 1]))
        #expect(failure("npy", "labels = \"labels\"").contains("2 x 1"))
    }

    @Test func floatsAreTakenAsTheyAre() throws {
        try folder.write("file", NPYFile.bytes(of: [-2, 0.5, 3, 1], shape: [2, 2]))
        let source = try open("npy")
        #expect(source.valueRange == -2...3)
        #expect(copy([1, 0], of: source) == [3, 1, -2, 0.5])
        #expect(try open("npy", "count = 1").valueRange == -2...0.5)
        #expect(try open("npy", "range = [-4, 4]").valueRange == -4...4)
        #expect(failure("npy", "range = [-1, 4]").contains("values from -2.0 to 3.0"))
    }

    @Test func whatIsNoNumberIsRefused() throws {
        for value in [Float.nan, .infinity, -.infinity] {
            try folder.write("file", NPYFile.bytes(of: [1, value], shape: [2, 1]))
            #expect(failure("npy").hasPrefix("element 1 is"))
        }
    }

    @Test func otherShapesAreRefused() throws {
        for shape in [[6], [1, 1, 1, 2, 3]] {
            try folder.write("file", npy("|u1", shape, Array(1...6)))
            #expect(failure("npy").contains("was expected"))
        }
        for shape in [[0, 3], [3, 0]] {
            try folder.write("file", npy("|u1", shape, []))
            #expect(failure("npy").contains("holds no examples"))
        }
        try folder.write("file", idx([6], Array(1...6)))
        #expect(failure("idx").contains("was expected"))
    }

    @Test func missingAndForeignFilesAreNamed() throws {
        let error = #expect(throws: DataError.self) { try open("idx") }
        #expect(error?.description == "\(folder.path)/file: cannot open: No such file or directory")
        try folder.write("file", Array("not an array".utf8))
        #expect(failure("idx").contains("not an IDX file"))
        #expect(failure("npy").contains("not an npy file"))
        #expect(throws: SettingsError.self) { try DatasetsTests.open("source = \"npy\"") }
    }
}
