import FileFormats
import Foundation
import Recording
import Testing

struct StatusTests {
    private let workspace = Workspace()

    init() throws { try workspace.write("small.toml", smallExperiment.utf8) }

    @Test func aFinishedRunHasALine() throws {
        #expect(try workspace.run("run", "small.toml", "--quiet").code == 0)
        for folder in ["results", "results/small", workspace.runFolder] {
            let status = try workspace.run("status", folder)
            #expect(status.code == 0 && status.errors.isEmpty)
            #expect(status.output.contains("1 run\n  1 finished; 100% done\n"))
            #expect(status.output.contains(/finished +100% +40\/40 .* seed1-[0-9a-f]{8}\n/))
        }
        let watched = try workspace.run("status", "--watch")
        #expect(watched.code == 0 && watched.output.contains("1 finished; 100% done"))
    }

    @Test func aKilledRunIsToldFromALivingOne() throws {
        let child = try workspace.start("run", "small.toml", "steps=100000000", "--quiet")
        let isRunning = workspace.waitUntil {
            workspace.text("status.json")?.contains("\"running\"") == true
        }
        try #require(isRunning)
        let living = try workspace.run("status", workspace.runFolder)
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        let dead = try workspace.run("status", "--json", workspace.runFolder)
        #expect(living.output.contains("1 running") && !living.output.contains("error"))
        let json = try JSONValue(parsing: Array(dead.output.utf8), file: "status")
        let run = try #require(json.arrayValue?.first?["runs"]?.arrayValue?.first)
        #expect(run["state"] == "stale" && run["steps"] == 100_000_000 && run["pairs"] == 2)
        let error = try #require(run["error"]?.textValue)
        #expect(error.contains("process \(child.processIdentifier) is gone"))
    }

    @Test func aTerminalGetsNoControlCharactersOfAFile() throws {
        let text = #"{"state": "failed", "step": 1, "steps": 2, "reason": "\u001b[2J\nb\u0085"}"#
        try workspace.write("results/a/run/status.json", text.utf8)
        let status = try workspace.run("status")
        #expect(status.output.hasSuffix("    error:  [2J b \n"))
    }

    @Test func whereNothingRanIsSaid() throws {
        let none = try workspace.run("status")
        #expect(none.code == 65 && none.errors.hasPrefix("error: results: is not a folder"))
        let empty = try workspace.run("status", ".")
        #expect(empty.code == 65 && empty.errors.contains("holds no run"))
        #expect(try workspace.run("status", "--json", "--watch").code == 64)
    }
}
