import FileFormats
import Testing

@Suite struct NPYFileTests {
    private let folder = TemporaryFolder()

    /// A version 1 file with this dictionary, padded as NumPy does.
    private func file(_ dictionary: String, _ elements: [UInt8]) -> [UInt8] {
        let text = dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8) + elements
    }

    private func parse(_ bytes: [UInt8]) throws -> NPYFile {
        try NPYFile(parsing: bytes, file: "a.npy")
    }

    private func message(_ dictionary: String, _ elements: [UInt8] = []) -> String {
        let error = #expect(throws: DataError.self) { try parse(file(dictionary, elements)) }
        return error?.description ?? ""
    }

    /// `numpy.save` of `array([[1, 2, 3], [4, 5, 6]], '<f4')`.
    @Test func readsAndWritesWhatNumPyWrites() throws {
        let values: [Float] = [1, 2, 3, 4, 5, 6]
        let saved = file(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
            values.flatMap { littleEndian($0.bitPattern) })
        let array = try parse(saved)
        #expect(array.shape == [2, 3])
        #expect(array.elementType == .float32)
        #expect(array.floats() == values)
        #expect(NPYFile.bytes(of: values, shape: [2, 3]) == saved)
        let path = "\(folder.path)/a.npy"
        try NPYFile.write(path: path, values, shape: [2, 3])
        #expect(try InputFile.read(path) == saved)
    }

    /// `write_array(asfortranarray(array([[1, 2, 3], [4, 5, 6]], '>i2')), version=(2, 0))`.
    @Test func readsVersion2BigEndianFortranOrder() throws {
        let text =
            "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }"
            + String(repeating: " ", count: 57) + "\n"
        var saved: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0, 116, 0, 0, 0]
        saved += Array(text.utf8) + [0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6]
        #expect(saved.count == 140)
        #expect(try parse(saved).floats() == [1, 2, 3, 4, 5, 6])
        saved[6] = 3
        #expect(try parse(saved).floats() == [1, 2, 3, 4, 5, 6])
        saved[6] = 4
        #expect(throws: DataError.self) { try parse(saved) }
    }

    @Test func transposesThreeAxes() throws {
        // Element (i, j, k) = 100 i + 10 j + k of shape 2 x 3 x 4.
        func element(_ i: Int, _ j: Int, _ k: Int) -> UInt8 { UInt8(100 * i + 10 * j + k) }
        let (fortran, expected) = (
            (0..<24).map { element($0 % 2, $0 / 2 % 3, $0 / 6) },
            (0..<24).map { element($0 / 12, $0 / 4 % 3, $0 % 4) }
        )
        let array = try parse(
            file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }", fortran))
        #expect(array.bytes == expected)
    }

    /// The element -2 (or 2 where there is no sign) in each type and byte order.
    @Test(arguments: NPYElementType.allCases, ["<", ">"])
    func readsEachType(type: NPYElementType, order: String) throws {
        let little: [UInt8] =
            switch type {
            case .float16: [0x00, 0xc0]
            case .float32: littleEndian(Float(-2).bitPattern)
            case .float64: littleEndian(Double(-2).bitPattern)
            case .int8: littleEndian(Int8(-2))
            case .int16: littleEndian(Int16(-2))
            case .int32: littleEndian(Int32(-2))
            case .int64: littleEndian(Int64(-2))
            case .uint8: [2]
            case .uint16: littleEndian(UInt16(2))
            case .uint32: littleEndian(UInt32(2))
            case .uint64: littleEndian(UInt64(2))
            }
        let dictionary =
            "{'descr': '\(order)\(type.rawValue)', 'fortran_order': False, 'shape': (1,), }"
        let array = try parse(file(dictionary, order == "<" ? little : little.reversed()))
        #expect(array.elementType == type)
        #expect(array.floats() == [type.rawValue.hasPrefix("u") ? 2 : -2])
        #expect(array.doubles() == [type.rawValue.hasPrefix("u") ? 2 : -2])
    }

    /// The ends of the format: IEEE 754-2019, 3.6.
    @Test func readsHalfPrecision() throws {
        let patterns: [UInt16] = [0x3c00, 0x7bff, 0x0400, 0x0001, 0x8000, 0x3555, 0xfc00]
        let values: [Double] = [1, 65504, 0x1p-14, 0x1p-24, -0.0, 0x1.554p-2, -.infinity]
        let array = try parse(
            file(
                "{'descr': '<f2', 'fortran_order': False, 'shape': (7,), }",
                patterns.flatMap { littleEndian($0) }))
        #expect(array.doubles() == values && array.doubles()[4].sign == .minus)
    }

    @Test func headerFormsOfOtherWriters() throws {
        let data = littleEndian(Float(7).bitPattern)
        for dictionary in [
            "{\"shape\":(),\"fortran_order\":False,\"descr\":\"<f4\"}",
            "{'shape': (1, 1), 'fortran_order': True, 'descr': '<f4'}",
            "{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 1 , ) , }",
        ] { #expect(try parse(file(dictionary, data)).floats() == [7]) }
        let empty = "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 5), }"
        #expect(try parse(file(empty, [])).shape == [0, 5])
    }

    @Test func refusesEveryTruncation() {
        let saved = NPYFile.bytes(of: [1, 2], shape: [2])
        for length in 0..<saved.count {
            #expect(throws: DataError.self) { try parse(Array(saved[..<length])) }
        }
        #expect(throws: DataError.self) { try parse(saved + [0]) }
        let empty = #expect(throws: DataError.self) { try parse([]) }
        #expect(empty?.message == "not an npy file: it is empty")
    }

    @Test func refusesOtherElements() {
        #expect(
            message("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }")
                == "a.npy: at byte 20: an object array ('|O'), for example of rows of different "
                + "lengths; save one rectangular array of numbers, e.g. "
                + "numpy.asarray(x, 'float32')")
        for code in ["<c8", "<f16", "|b1", "<U3", "|S4", "f4", "|f4", "=f4", "", "<"] {
            let text = message("{'descr': '\(code)', 'fortran_order': False, 'shape': (2,), }")
            #expect(text.contains("element type '\(code)' is not supported"))
        }
        #expect(
            message("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }")
                .contains("structured array"))
    }

    @Test func refusesSizesThatOverflow() {
        for shape in ["(4611686018427387904, 4)", "(9223372036854775807,)", "(1000000000,)"] {
            let text = message("{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }")
            #expect(text.contains("do not fit the declared shape"), "\(shape)")
        }
        #expect(
            message("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808,), }")
                .contains("is too large"))
    }

    @Test(arguments: [
        "", "{}", "[]", "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,), }",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'extra': 1}",
        "{'descr': '<\\x664', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os'), }",
    ])
    func refusesOtherLiterals(dictionary: String) {
        #expect(throws: DataError.self) { try parse(file(dictionary, [0, 0, 0, 0])) }
    }

    @Test func refusesALongHeaderBeforeReadingIt() {
        let length = littleEndian(UInt32.max)
        let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0] + length
        let error = #expect(throws: DataError.self) { try parse(start + [0, 0, 0]) }
        #expect(error?.offset == 8)
    }
}
