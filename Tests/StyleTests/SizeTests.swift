import Foundation
import Testing

/// Small files and short functions: the bounds hold for each one, the medians are printed.
@Suite("Sizes")
struct SizeTests {
    private static let longestFile = 400
    private static let longestFunction = 60
    private static let widestLine = 100

    private let swiftFiles =
        ["Package.swift"]
        + Repository.files(in: "Sources", extensions: ["swift"])
        + Repository.files(in: "Tests", extensions: ["swift"])

    private let cFiles =
        Repository.files(in: "Sources", extensions: ["c", "h"])
        + Repository.files(in: "Benchmarks", extensions: ["c", "h"])

    private func lines(of file: String) throws -> [Substring] {
        var lines = try Repository.text(of: file).split(
            separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private func median(_ values: [Int]) -> Int {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    @Test func filesAreShort() throws {
        var sizes: [Int] = []
        for file in swiftFiles + cFiles {
            let count = try lines(of: file).count
            #expect(count <= Self.longestFile, "\(file) has \(count) lines")
            if file.hasPrefix("Sources") { sizes.append(count) }
        }
        print("Sources: \(sizes.count) files, median \(median(sizes)) lines (aim: 150 at most)")
    }

    @Test func functionsAreShort() throws {
        var sizes: [Int] = []
        for file in swiftFiles {
            for function in SwiftSource(try Repository.text(of: file)).functions {
                #expect(
                    function.lineCount <= Self.longestFunction,
                    "\(file):\(function.line): \(function.lineCount) lines")
                if file.hasPrefix("Sources") { sizes.append(function.lineCount) }
            }
        }
        print("Sources: \(sizes.count) functions, median \(median(sizes)) lines (aim: 8)")
    }

    @Test func linesAreNarrow() throws {
        for file in swiftFiles + cFiles {
            for (index, line) in try lines(of: file).enumerated() {
                #expect(
                    line.count <= Self.widestLine, "\(file):\(index + 1): \(line.count) columns")
            }
        }
    }
}
