import Foundation
import Testing

/// Words that a finished page does not contain.
@Suite("Words")
struct WordTests {
    /// Spelt in two parts, or this file would be the first to break the rule.
    private static let forbidden = [
        "TO" + "DO", "FIX" + "ME", "/work" + "/", "/hom" + "e/", "/roo" + "t/", "/User" + "s/",
    ]

    private static let extensions: Set<String> = [
        "swift", "c", "h", "modulemap", "toml", "md", "py", "sh", "json", "",
    ]

    @Test func noUnfinishedWorkAndNoPathsOfOneMachine() throws {
        let folders = ["Sources", "Tests", "Scripts", "Experiments", "Benchmarks"]
        var files = folders.flatMap { Repository.files(in: $0, extensions: Self.extensions) }
        files += ["Package.swift", "README.md", "results/README.md", "notebooks-export/README.md"]
        #expect(files.count > 10)
        for file in files {
            let text = try Repository.text(of: file)
            for word in Self.forbidden {
                let isPresent = text.contains(word)
                #expect(!isPresent, "\(file) contains \(word)")
            }
        }
    }
}
