import ArgumentParser
import Experiment
import Threads

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Proves that a run is what its files say, and trains a stretch of it again.",
        discussion: """
            Every checksum of the journal and of the checkpoints, every value of run.h5 against \
            the journal, and every swap from the initial pairing on are compared; then a stretch \
            between two checkpoints is trained again, and each row and tensor on the way must have \
            the same bits. One line says what each proof has shown; exit code 1 if any failed. \
            What cannot be checked is said, and counts as nothing. The run is only read.

            Without options the stretch is that from the checkpoint before the newest one, or the \
            beginning, through the newest.
            """)

    @Argument(help: ArgumentHelp("The folder of a run.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("The step to train from: 0 or one of a checkpoint.", valueName: "step"))
    var from: Int?

    @Option(
        help: ArgumentHelp(
            "The last step of the stretch; where it has no checkpoint, rows alone are compared.",
            valueName: "step"))
    var through: Int?

    @Option(
        help: ArgumentHelp(
            "Worker threads, 1 to 64; default: one per processor, at most one per pair.",
            valueName: "count"))
    var threads: Int?

    func validate() throws {
        if let threads, !(1...WorkerPool.maximumCount).contains(threads) {
            throw ValidationError("--threads takes a number from 1 to \(WorkerPool.maximumCount)")
        }
        if let from, from < 0 { throw ValidationError("--from takes a step from 0 on") }
        if let through, through <= from ?? 0 {
            throw ValidationError("--through takes a step behind that of --from")
        }
    }

    func run() throws {
        try reportingErrors {
            let verification = try Verification(
                directory: folder, from: from, through: through, workers: threads)
            var counts: [Finding.Verdict: Int] = [:]
            try verification.run { finding in
                counts[finding.verdict, default: 0] += 1
                print(finding)
                flushOutput()
            }
            let unchecked = counts[.unchecked].map { "; \($0) could not be checked" } ?? ""
            let proved = counts[.proved] ?? 0
            if let failed = counts[.failed] {
                print("FAILED: \(failed) findings; \(proved) proofs hold\(unchecked)")
                throw ProgramExit.runFailed
            }
            print("verified: \(proved) proofs hold\(unchecked); pictures were not looked at")
        }
    }
}
