import ArgumentParser
import Recording

struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Rebuilds run.h5 of a run that died, from its journal.")

    @Argument(help: ArgumentHelp("The folder of a run.", valueName: "run"), completion: .directory)
    var folder: String

    func run() throws {
        try reportingErrors {
            let summary = try recoverLog(directory: folder)
            for stream in summary.streams {
                let last = stream.lastAxis.map { ", the last at \($0)" } ?? ""
                print("\(stream.name): \(stream.rows) rows\(last)")
            }
            if summary.discardedBytes > 0 {
                print(
                    summary.tail == .torn
                        ? "the journal ends in \(summary.discardedBytes) bytes of a torn record"
                        : "the journal is damaged at byte \(summary.validBytes): "
                            + "\(summary.discardedBytes) bytes are left out")
            }
            print("log: \(RunDirectory.logPath(folder))")
        }
    }
}
