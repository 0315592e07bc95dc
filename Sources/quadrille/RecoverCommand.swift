import ArgumentParser
import Recording

struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Rebuilds run.h5 of a run that died, from its journal.",
        discussion: """
            A run.h5 that may hold rows which the journal has lost is kept beside the new one, as \
            run.h5.before-recovery. Exit code 65 where the journal is damaged in its middle: then \
            the new run.h5 ends there.
            """)

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
            if let kept = summary.keptLog {
                print("the log that was there before may hold more, and is kept: \(kept)")
            }
            if summary.tail == .damaged { throw ProgramExit.badData }
        }
    }
}
