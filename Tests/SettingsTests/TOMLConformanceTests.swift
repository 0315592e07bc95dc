import Foundation
import Settings
import Testing

/// The public toml-test cases (https://github.com/toml-lang/toml-test): a folder with
/// `valid/**.toml`, each beside a `.json` of its tagged values, and `invalid/**.toml`. They are not
/// part of this repository: without the variable these tests are skipped.
private let caseFolder = ProcessInfo.processInfo.environment["TOML_TEST"]

@Suite("toml-test", .enabled(if: caseFolder != nil, "TOML_TEST names no folder of toml-test cases"))
struct TOMLConformanceTests {
    @Test func validDocumentsHaveTheirValues() throws {
        let files = try tomlFiles(below: "valid")
        #expect(files.count >= 210)
        for file in files {
            let json = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: file.dropLast(5) + ".json")))
            do {
                let table = try TOMLReader.document(bytes(of: file), file: file)
                #expect(equal(table, json), "\(file)")
            } catch {
                Issue.record("refused: \(error)")
            }
        }
    }

    @Test func invalidDocumentsAreRefused() throws {
        let files = try tomlFiles(below: "invalid")
        #expect(files.count >= 499)
        for file in files {
            #expect(throws: SettingsError.self, "\(file)") {
                try TOMLReader.document(bytes(of: file), file: file)
            }
        }
    }

    private func tomlFiles(below name: String) throws -> [String] {
        let folder = try #require(caseFolder) + "/" + name
        return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasSuffix(".toml") }.map { folder + "/" + $0 }
    }

    private func bytes(of file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    }
}

// MARK: Comparison with tagged JSON

private func equal(_ table: TOMLTable, _ json: Any) -> Bool {
    guard let object = json as? [String: Any], object.count == table.entries.count else {
        return false
    }
    return table.entries.allSatisfy { entry in
        object[entry.key].map { equal(entry.value.content, $0) } ?? false
    }
}

private func equal(_ content: TOMLValue.Content, _ json: Any) -> Bool {
    switch content {
    case .table(let table): equal(table, json)
    case .tables(let list): equal(list.tables.map(TOMLValue.Content.table), json)
    case .array(let values): equal(values.map(\.content), json)
    default: equalScalar(content, json)
    }
}

private func equal(_ contents: [TOMLValue.Content], _ json: Any) -> Bool {
    guard let array = json as? [Any], array.count == contents.count else { return false }
    return zip(contents, array).allSatisfy { equal($0, $1) }
}

private func equalScalar(_ content: TOMLValue.Content, _ json: Any) -> Bool {
    guard let object = json as? [String: String], let type = object["type"],
        let value = object["value"]
    else { return false }
    switch (content, type) {
    case (.text(let text), "string"):
        return Array(text.utf8) == Array(value.utf8)
    case (.integer(let integer), "integer"):
        return String(integer) == value
    case (.float(let number), "float"):
        guard let expected = Double(value) else { return false }
        return number == expected || number.isNaN && expected.isNaN
    case (.boolean(let flag), "bool"):
        return String(flag) == value
    case (.dateTime(let kind, let text), _):
        return tag(of: kind) == type && withoutTrailingZeros(text) == withoutTrailingZeros(value)
    default:
        return false
    }
}

private func tag(of kind: TOMLDateTimeKind) -> String {
    switch kind {
    case .offsetDateTime: "datetime"
    case .localDateTime: "datetime-local"
    case .localDate: "date-local"
    case .localTime: "time-local"
    }
}

/// The reader keeps fractions of a second as written; the cases pad them to milliseconds.
private func withoutTrailingZeros(_ dateTime: String) -> String {
    guard let point = dateTime.firstIndex(of: ".") else { return dateTime }
    let fraction = dateTime[dateTime.index(after: point)...].prefix { $0.isNumber }
    let rest = dateTime[fraction.endIndex...]
    let digits = String(fraction.reversed().drop { $0 == "0" }.reversed())
    return dateTime[..<point] + (digits.isEmpty ? "" : "." + digits) + rest
}
