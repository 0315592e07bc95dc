import Foundation
import Settings
import Testing

@Suite struct SettingsDocumentTests {
    @Test func resolvedSettingsStandInOrderOfReading() throws {
        let document = try SettingsDocument(
            text: "[b]\ny = [1, 2]\n[a.c]\nz = \"q\\\"\"", file: "a.toml", overrides: ["b.x=3"])
        let root = document.root
        let a = try root.table("a")
        let b = try root.table("b")
        _ = try b.number("x", default: nil, unit: "s", "Time between frames")
        _ = try a.flag("flag", default: false, "Whether to\nwait")
        _ = try root.integer("steps", default: 10, "Steps")
        _ = try b.numbers("y", default: nil, count: 0...9, "Weights")
        _ = try b.number("x", default: nil, unit: "s", "The same key again")
        _ = try a.table("c").text("z", default: nil, "Text")
        _ = try a.optionalInteger("limit", unit: "m", "Limit")
        try root.finish()
        #expect(
            document.resolvedTOML() == """
                # Steps
                steps = 10

                [a]
                # Whether to wait
                flag = false
                # Limit (m); not set: limit

                [b]
                # Time between frames (s)
                x = 3.0
                # Weights
                y = [1.0, 2.0]

                [a.c]
                # Text
                z = "q\\""

                """)
    }

    @Test func declarationsHoldWhatTheReadersSay() throws {
        let document = SettingsDocument.describing()
        let table = try document.root.table("optimizer").table("generator")
        #expect(
            try table.number("rate", default: 1e-3, in: .positive, unit: "per step", "Rate") == 1e-3
        )
        #expect(try table.choice("name", of: ["adam", "sgd"], default: nil, "Name") == "adam")
        #expect(try table.optionalInteger("count", in: 1...8, "Count") == nil)
        #expect(!table.has("rate"))
        try document.root.finish()
        let declarations = document.declarations
        #expect(
            declarations.map(\.path) == [
                "optimizer.generator.rate", "optimizer.generator.name",
                "optimizer.generator.count",
            ])
        #expect(declarations.map(\.type) == ["number", "choice", "integer"])
        #expect(declarations.map(\.default.description) == ["0.001", "required", "none"])
        #expect(declarations.map(\.unit) == ["per step", "", ""])
        #expect(declarations.map(\.meaning) == ["Rate", "Name", "Count"])
        #expect(
            declarations.map(\.allowed) == [
                "a number above 0", "one of adam, sgd", "an integer from 1 to 8",
            ])
    }

    @Test func describingGivesRequiredKeysAValueOfTheirKind() throws {
        let root = SettingsDocument.describing().root
        #expect(try root.number("a", default: nil, in: .positive, "") == 1)
        #expect(try root.number("b", default: nil, in: .halfOpen(2..<3), "") == 2)
        #expect(try root.integer("c", default: nil, in: 4...8, "") == 4)
        #expect(try root.integer("d", default: nil, in: -8 ... -4, "") == -4)
        #expect(try !root.flag("e", default: nil, ""))
        #expect(try root.text("f", default: nil, "") == "")
        #expect(try root.integers("g", default: nil, each: 1...2, "") == [])
        #expect(try root.numbers("h", default: nil, count: 2...3, "") == [0, 0])
        #expect(try root.choices("i", of: ["x"], default: nil, "") == [])
    }

    @Test func alternativesAreListedButNotRead() throws {
        let described = SettingsDocument.describing()
        for fallback in [1.0, 0.9, 1.0] {
            _ = try described.root.table("loss").number("label", default: fallback, "Label")
        }
        #expect(described.declarations.map(\.default.description) == ["1.0", "0.9"])
        let read = try SettingsDocument(text: "", file: "a.toml", overrides: []).root
        _ = try read.number("label", default: 1, "Label")
        let error = #expect(throws: SettingsError.self) {
            try read.number("label", default: 0.9, "Label")
        }
        #expect(
            error?.description == "a.toml: key label: declared both as number (a finite number; "
                + "default 1.0) and as number (a finite number; default 0.9); "
                + "this is a fault of the program")
    }

    @Test func filesAreReadWithTheirName() throws {
        let path = NSTemporaryDirectory() + "settings-\(UUID().uuidString).toml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("\u{feff}a = 1\nb".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: SettingsError.self) {
            try SettingsDocument(contentsOf: path, overrides: [])
        }
        #expect(
            error?.description
                == "\(path):2:2: the text ends here where \"=\" should follow the key")
        try Data(repeating: 0x0a, count: 4 << 20 + 1).write(to: URL(fileURLWithPath: path))
        let tooLarge = #expect(throws: SettingsError.self) {
            try SettingsDocument(contentsOf: path, overrides: [])
        }
        #expect(tooLarge?.message.hasPrefix("larger than 4194304 bytes") == true)
    }

    @Test func unreadableFilesAreNamed() {
        let folder = NSTemporaryDirectory()
        for (path, reason) in [
            ("no/such.toml", "No such file or directory"), (folder, "Is a directory"),
        ] {
            let error = #expect(throws: SettingsError.self) {
                try SettingsDocument(contentsOf: path, overrides: [])
            }
            #expect(
                error?.description == "\(path): cannot read this experiment file: \(reason)")
        }
    }
}
