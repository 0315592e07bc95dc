import FileFormats
import Foundation
import TestSupport
import Testing

/// The program as users have it: built beside the tests, run as a child process.
enum Program {
    struct Result {
        let code: Int32
        let output: String
        let errors: String
    }

    /// `quadrille` in the folder of the test program or one above it.
    static let path: String? = {
        var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        for _ in 0..<5 {
            folder.deleteLastPathComponent()
            let file = folder.appending(path: "quadrille").path(percentEncoded: false)
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
                !isFolder.boolValue
            {
                return file
            }
        }
        return nil
    }()

    /// A child whose output goes to files below `folder`.
    static func start(
        _ arguments: [String], in folder: String, program: String? = path
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(
            filePath: try #require(program, "no program quadrille beside the tests"))
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try sink("\(folder)/standard-output")
        process.standardError = try sink("\(folder)/standard-error")
        try process.run()
        return process
    }

    private static func sink(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(filePath: path))
        return try #require(FileHandle(forWritingAtPath: path))
    }

    static func wait(for process: Process, in folder: String) throws -> Result {
        process.waitUntilExit()
        func text(_ name: String) throws -> String {
            String(decoding: try InputFile.read("\(folder)/\(name)"), as: UTF8.self)
        }
        return Result(
            code: process.terminationReason == .exit ? process.terminationStatus : -1,
            output: try text("standard-output"), errors: try text("standard-error"))
    }
}

/// The program in a folder with the files of one test.
final class Workspace: Sendable {
    private let folder = TemporaryFolder()
    var path: String { folder.path }

    func write(_ name: String, _ content: some Collection<UInt8>) throws {
        try folder.write(name, content)
    }

    func run(_ arguments: String...) throws -> Program.Result { try run(arguments) }

    func run(_ arguments: [String]) throws -> Program.Result {
        try Program.wait(for: Program.start(arguments, in: path), in: path)
    }

    /// Runs a script of bash, for what only a shell sets up.
    func shell(_ script: String) throws -> Program.Result {
        let process = try Program.start([script], in: path, program: "/bin/bash")
        return try Program.wait(for: process, in: path)
    }

    func start(_ arguments: String...) throws -> Process {
        try Program.start(arguments, in: path)
    }

    func contents(_ name: String) -> [String] { TestSupport.contents(of: "\(path)/\(name)") }

    /// The folder of the only run of the experiment "small".
    var runFolder: String {
        "\(path)/results/small/\(contents("results/small").first ?? "none")"
    }

    func text(_ name: String) -> String? {
        try? String(contentsOfFile: "\(runFolder)/\(name)", encoding: .utf8)
    }

    /// Waits for what a child does; false after 20 s.
    func waitUntil(_ isTrue: () -> Bool) -> Bool {
        for _ in 0..<4000 {
            if isTrue() { return true }
            usleep(5000)
        }
        return false
    }
}

let smallExperiment = """
    name = "small"
    steps = 40

    [data]
    source = "gaussian-ring"
    count = 64
    batch_size = 8

    [swap]
    interval = 10

    [generator]
    latent_size = 2
    hidden = [8]
    output = "none"

    [discriminator]
    hidden = [8]

    [record]
    metrics_every = 5
    samples_every = 20
    checkpoint_every = 20

    [evaluate]
    every = 20
    metrics = ["modes"]
    samples = 100
    """
