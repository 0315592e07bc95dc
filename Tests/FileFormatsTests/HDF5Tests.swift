import FileFormats
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

final class HDF5Tests {
    private let path: String

    init() {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        path = "\(folder)/quadrille-\(getpid())-\(UInt64.random(in: 0 ... .max)).h5"
    }

    deinit {
        unlink(path)
    }

    private func create(
        _ name: String, _ layout: HDF5DatasetLayout, in group: HDF5Group, rows: [[Int32]] = []
    ) throws {
        let dataset = try group.createDataset(name, layout)
        for row in rows { try row.withUnsafeBytes { try dataset.append(rows: 1, bytes: $0) } }
    }

    @Test(arguments: [HDF5File.Format.live, .portable], [false, true])
    func returnsRowsAndTexts(format: HDF5File.Format, isCompressed: Bool) throws {
        let rows: [[Int32]] = [[1, 2, 3], [-4, 5, .max], [7, .min, 9]]
        let file = try HDF5File.create(path, format: format)
        try file.root.setAttribute("text", "ünïcode\nsecond line")
        try file.root.setAttribute("number", 7)
        let layout = HDF5DatasetLayout(
            type: .int32, shape: [0, 3], chunkRows: 2, isCompressed: isCompressed)
        try create("values", layout, in: file.root.createGroup("group"), rows: rows)
        try file.close()

        let root = try HDF5File.openForReading(path).root
        #expect(try root.textAttribute("text") == "ünïcode\nsecond line")
        let dataset = try root.openGroup("group").openDataset("values", type: .int32)
        #expect(dataset.shape == [3, 3])
        let bytes = try dataset.readAll()
        #expect(
            bytes.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) } == rows.flatMap { $0 })
    }

    @Test func textsAboveTheLimitOfAnObjectHeaderAreKept() throws {
        // Attributes stored in an object header end at 64 KiB.
        let text = String(repeating: "0123456789", count: 20_000)
        let file = try HDF5File.create(path, format: .portable)
        try file.root.setAttribute("experiment", text)
        try file.close()
        #expect(try HDF5File.openForReading(path).root.textAttribute("experiment") == text)
    }

    @Test func unwrittenElementsCannotBeMistakenForValues() throws {
        let file = try HDF5File.create(path, format: .portable)
        let types: [HDF5ElementType] = [.float32, .float64, .int32, .int64, .uint64]
        for (index, type) in types.enumerated() {
            try create(
                "\(index)", HDF5DatasetLayout(type: type, shape: [1], chunkRows: 1), in: file.root)
        }
        try file.close()
        let root = try HDF5File.openForReading(path).root
        let read = try types.enumerated().map { index, type in
            try root.openDataset("\(index)", type: type).readAll()
        }
        #expect(read[0].withUnsafeBytes { $0.load(as: Float.self) }.isNaN)
        #expect(read[1].withUnsafeBytes { $0.load(as: Double.self) }.isNaN)
        #expect(read[2].withUnsafeBytes { $0.load(as: Int32.self) } == -1)
        #expect(read[3].withUnsafeBytes { $0.load(as: Int64.self) } == -1)
        #expect(read[4].withUnsafeBytes { $0.load(as: UInt64.self) } == 0)
    }

    @Test func aCompressedFileWithAFlippedBitIsRefused() throws {
        let file = try HDF5File.create(path, format: .portable)
        let layout = HDF5DatasetLayout(
            type: .int32, shape: [0, 512], chunkRows: 1, isCompressed: true)
        let row = (0..<512).map { _ in Int32.random(in: .min ... .max) }
        try create("values", layout, in: file.root, rows: [row])
        try file.close()
        // Random numbers do not compress: the chunk is the larger part of the file.
        var bytes = try InputFile.read(path)
        bytes[bytes.count - 700] ^= 1
        try AtomicFile.write(path: path, bytes)
        let root = try HDF5File.openForReading(path).root
        let dataset = try root.openDataset("values", type: .int32)
        #expect(throws: HDF5Error.self) { try dataset.readAll() }
    }

    @Test func errorsCarryTheWordsOfTheLibrary() throws {
        try AtomicFile.write(path: path, "no HDF5 file")
        let error = #expect(throws: HDF5Error.self) { try HDF5File.openForReading(self.path) }
        #expect(error?.path == path && error?.operation == "open")
        #expect(error?.detail.contains("signature") == true)
    }

    @Test func errorsOfTheSystemAreOneShortLine() {
        let error = #expect(throws: HDF5Error.self) {
            try HDF5File.openForReading(self.path + "/none")
        }
        #expect(error?.detail == "unable to open file: No such file or directory")
        let words = """
            file write failed: time = Sat Nov 21 15:55:21 2026
            , filename = 'run.h5', file descriptor = 7, errno = 28, error message = 'No space left \
            on device', buf = 0x7f32a4000b60, total write size = 8192, offset = 0
            """
        #expect(HDF5Error.summary(of: words) == "file write failed: No space left on device")
        #expect(HDF5Error.summary(of: "truncated\n file: eof = 7") == "truncated file: eof = 7")
    }
}
