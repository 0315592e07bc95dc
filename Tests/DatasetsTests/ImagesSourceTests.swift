import Datasets
import FileFormats
import Settings
import Testing

@Suite struct ImagesSourceTests {
    private let folder = TemporaryFolder()

    private func open(_ more: String = "", path: String = ".") throws -> any DataSource {
        try DatasetsTests.open(
            "source = \"images\"\npath = \"\(path)\"\n" + more, folder: folder.path)
    }

    private func failure(_ more: String = "", path: String = ".") -> String {
        let error = #expect(throws: DataError.self) { try open(more, path: path) }
        return error?.description ?? ""
    }

    @Test func subfoldersAreClassesInTheOrderOfTheirNames() throws {
        try folder.write("zebra/b.png", png(start: 1))
        try folder.write("zebra/more/a.png", png(start: 2))
        try folder.write("apple/c.PNG", png(start: 3))
        try folder.write("apple/._c.png", Array("hidden".utf8))
        try folder.write("apple/notes.txt", Array("no image".utf8))
        try folder.write("empty/notes.txt", Array("no image".utf8))
        let source = try open("range = [0, 255]")
        #expect(source.labels == [0, 1, 1] && source.exampleShape == [4, 4, 3])
        #expect([0, 1, 2].map { copy([$0], of: source)[0] } == [3, 1, 2])
        #expect(source.skipped.isEmpty && source.failure == nil)
        #expect(source.classNames == ["apple", "zebra"])
        try folder.write("d.png", png())
        #expect(failure().contains("holds images and, in apple, more of them"))
    }

    @Test func aFlatFolderHasNoClasses() throws {
        for name in ["2", "10", "a"] {
            try folder.write("\(name).png", png(start: name.utf8.count))
        }
        let source = try open()
        #expect(source.labels == nil && source.count == 3)
        #expect(try open("count = 2").count == 2)
        #expect(throws: SettingsError.self) { try open("count = 4") }
        let before = source.fingerprint
        try folder.write("a.png", png(start: 9))
        #expect(try open().fingerprint != before)
    }

    @Test func aFolderWithoutImagesIsNamed() throws {
        #expect(failure(path: "none").contains("none: cannot list the folder"))
        #expect(failure().contains("holds no images"))
        try folder.write("text.txt", [1])
        #expect(failure(path: "text.txt").contains("text.txt: cannot list the folder"))
    }

    /// Pillow's pixels, by way of the file that the source reads.
    @Test(arguments: ResizeOracle.values.resized.indices) func resizesAsPillowDoes(
        place: Int
    ) throws {
        let expected = ResizeOracle.values.resized[place]
        let picture = Picture(
            width: expected.width, height: expected.height, channels: expected.channels,
            bytes: bytes(hexadecimal: expected.pixels))
        try folder.write("a.png", PNG.encode(picture))
        let keys = "range = [0, 255]\nsize = \(expected.size)\nchannels = \(expected.channels)\n"
        for (fit, result) in [("crop", expected.crop), ("stretch", expected.stretch)] {
            let source = try open(keys + "fit = \"\(fit)\"")
            #expect(source.exampleShape == [expected.size, expected.size, expected.channels])
            #expect(copy([0], of: source) == bytes(hexadecimal: result).map { Float($0) }, "\(fit)")
        }
    }

    @Test func coloursBecomeGreyAndGreyBecomesColours() throws {
        let oracle = ResizeOracle.values.grey
        let grey = bytes(hexadecimal: oracle.grey)
        let colours = Picture(
            width: 5, height: 4, channels: 3, bytes: bytes(hexadecimal: oracle.colour))
        try folder.write("a.png", PNG.encode(colours))
        try folder.write(
            "b.png", PNG.encode(Picture(width: 5, height: 4, channels: 1, bytes: grey)))
        let source = try open("range = [0, 255]\nchannels = 1")
        #expect(copy([0], of: source) == grey.map { Float($0) })
        #expect(copy([1], of: source) == grey.map { Float($0) })
        let colour = try open("range = [0, 255]")
        #expect(copy([1], of: colour) == grey.flatMap { [Float($0), Float($0), Float($0)] })
    }

    /// All bad images of the decoders' test, and one of another size.
    @Test(arguments: [0, 1, 3]) func badImagesStopOrAreLeftOut(loaders: Int) throws {
        let bad = ResizeOracle.values.bad
        for file in bad { try folder.write("bad-\(file.name)", bytes(file)) }
        try folder.write("c.png", png(start: 5))
        try folder.write("d.png", png(width: 5))
        try folder.write("e.png", png(start: 6))
        let keys = "loaders = \(loaders)\nrange = [0, 255]\n"
        #expect(failure(keys).contains("/bad-alpha.png: has transparent pixels"))
        let source = try open(keys + "on_bad_image = \"skip\"")
        #expect([0, 1].map { copy([$0], of: source)[0] } == [5, 6])
        #expect(source.skipped.count == bad.count + 1)
        #expect(source.skipped.last?.description.contains("5 x 4 pixels, but the first") == true)
        #expect(try open(keys + "on_bad_image = \"skip\"\ncount = 1").skipped.count == bad.count)
        let resized = try open(keys + "on_bad_image = \"skip\"\nsize = 2")
        #expect(resized.count == 3)
    }

    private func bytes(_ file: ResizeOracle.File) -> [UInt8] {
        DatasetsTests.bytes(hexadecimal: file.file)
    }

    private func bytes(hexadecimal text: String) -> [UInt8] {
        DatasetsTests.bytes(hexadecimal: text)
    }

    @Test func onlyBadImagesAreAnError() throws {
        try folder.write("a.png", [1])
        try folder.write("b.png", [])
        let message = failure("on_bad_image = \"skip\"")
        #expect(message.contains("a.png: neither PNG nor JPEG"))
        #expect(message.contains("none of 2 images"))
    }
}
