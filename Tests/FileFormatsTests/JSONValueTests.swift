import FileFormats
import Testing

@Suite struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), file: "a.json")
    }

    private let document: JSONValue = [
        "name": "gap", "steps": 20000, "rate": 0.001, "ok": true, "none": nil,
        "list": [1, -2, [], [:]], "text": "a\"b\\c\n\u{1}é😀",
    ]

    @Test func readsBackWhatItWrote() throws {
        #expect(try parse(document.serialized()) == document)
        #expect(try parse(document.serialized(isIndented: true)) == document)
    }

    @Test func writesTheExpectedText() {
        #expect(
            document.serialized()
                == #"{"name":"gap","steps":20000,"rate":0.001,"ok":true,"none":null,"#
                + #""list":[1,-2,[],{}],"text":"a\"b\\c\n\u0001é😀"}"#)
        let small: JSONValue = ["a": [1, ["b": 2]], "c": []]
        #expect(
            small.serialized(isIndented: true) == """
                {
                  "a": [
                    1,
                    {
                      "b": 2
                    }
                  ],
                  "c": []
                }

                """)
        let unwritable: JSONValue = [.number(.nan), .number(-.infinity)]
        #expect(unwritable.serialized() == "[null,null]")
    }

    @Test(arguments: [0.1, 1e300, .leastNonzeroMagnitude, -0.0, 123456789.125, 1e15, 1e16])
    func numbersRoundTrip(value: Double) throws {
        let read = try parse(JSONValue.number(value).serialized()).numberValue
        #expect(read?.bitPattern == value.bitPattern)
    }

    @Test func readsTheForms() throws {
        #expect(try parse(" [ 1 , 2.5e1 , -0 ] \n") == [1, 25.0, 0])
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try parse(#""\u00e9\ud83d\ude00\/\b\f\r\t""#) == "é😀/\u{8}\u{c}\r\t")
        #expect(try parse("{\"a\":1}")["a"] == 1)
        #expect(try parse("\"\u{7f}\"").textValue == "\u{7f}")
    }

    @Test(arguments: [
        "", " ", "[", "]", "{", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "01", "-", "+1", ".5", "1.", "1e",
        "1e+", "0x1", "NaN", "Infinity", "1e999", "tru", "nul", "truex", "\"", "\"a", "\"\\\"",
        "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
        "\"\n\"", "\"\u{1}\"", "1 2", "{} x", "{\"a\":1,\"a\":2}", "\u{feff}1", "// c\n1",
    ])
    func refuses(text: String) {
        #expect(throws: DataError.self) { try parse(text) }
    }

    @Test func refusesInvalidUTF8() {
        for content: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]] {
            #expect(throws: DataError.self) {
                try JSONValue(parsing: [0x22] + content + [0x22], file: "a.json")
            }
        }
    }

    @Test func limitsDepth() throws {
        let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        _ = try parse(deep(64))
        #expect(throws: DataError.self) { try parse(deep(65)) }
        #expect(throws: DataError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test func errorsNameThePlace() {
        let error = #expect(throws: DataError.self) {
            try JSONValue(parsing: Array("[1,x]".utf8), file: "a.json", offset: 8)
        }
        #expect(error?.description == "a.json: at byte 11: expected a JSON value")
    }

    @Test func objectsKeepTheirOrder() {
        var object: JSONObject = ["b": 1, "a": 2]
        object["b"] = 3
        object["c"] = 4
        object["a"] = nil
        #expect(JSONValue.object(object).serialized() == #"{"b":3,"c":4}"#)
    }
}
