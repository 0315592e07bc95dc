import ArgumentParser
import Experiment
import Exporting
import FileFormats
import Kernels
import Recording
import Settings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The exit codes of the program (sysexits.h, where it has one).
enum ProgramExit {
    static let runFailed = ExitCode(1)
    static let runsFailed = ExitCode(2)
    static let badInput = ExitCode(64)
    static let badData = ExitCode(65)
    static let cannotWrite = ExitCode(74)
    static let interrupted = ExitCode(130)
}

/// Writes one line to standard error.
func printError(_ message: String) {
    writeError(message + "\n")
}

/// Writes to standard error as it stands.
func writeError(_ text: String) {
    var text = text
    // Nothing can be done, or said, where standard error is closed.
    _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Hands on what was printed: a reader of a pipe sees each line when it is made.
func flushOutput() {
    fflush(nil)
}

/// Hands on the rest of what was printed.
///
/// - Throws: `FileError` where it is not taken: on a full disk what the user asked for is missing.
///   A reader of a pipe that has gone wants no more.
private func requirePrinted() throws {
    guard fflush(nil) != 0, errno != EPIPE else { return }
    throw FileError(path: "standard output", operation: "write", code: errno)
}

/// Runs a command's body and turns errors into one clear line and the right exit code.
func reportingErrors(_ body: () throws -> Void) throws {
    do {
        try body()
        try requirePrinted()
    } catch {
        guard let code = exitCode(of: error) else { throw error }
        printError("error: \(error)")
        throw code
    }
}

/// The code of an error that tells the user what to do; nil for any other.
private func exitCode(of error: any Error) -> ExitCode? {
    switch error {
    case is SettingsError, is ResumeError, is SweepError, is ExportError, is VerificationError,
        is EvaluationError, is MissingCheckpointError:
        ProgramExit.badInput
    case is DataError: ProgramExit.badData
    case is LinearAlgebraError: ProgramExit.runFailed
    case let error as RecordingError where error.isDivergence: ProgramExit.runFailed
    case is RecordingError, is SlurmError, is FileError: ProgramExit.cannotWrite
    default: nil
    }
}
