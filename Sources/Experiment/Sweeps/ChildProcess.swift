import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells children that their parent is gone, however it went: their standard input is a pipe whose
/// other end only the parent holds.
final class ParentPipe {
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw FileError(path: "pipe", operation: "create", code: errno)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }
}

package enum ProcessEnd: Equatable, Sendable {
    case exit(code: Int)
    case signal(Int)
}

/// A program that was started in a process group of its own, so that Ctrl-C reaches only us.
final class ChildProcess {
    private let identifier: pid_t
    private var end: ProcessEnd?

    /// - Parameters:
    ///   - words: the program's path and its arguments.
    ///   - output: file that gets standard output and standard error, from its beginning.
    init(_ words: [String], input: ParentPipe, output: String) throws {
        let descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw FileError(path: output, operation: "create", code: errno)
        }
        defer { close(descriptor) }
        #if os(Linux)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input.readEnd, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, descriptor, STDERR_FILENO)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let (arguments, variables) = (CStrings(words), CStrings(Self.environment))
        var identifier: pid_t = 0
        let code = posix_spawn(
            &identifier, words[0], &actions, &attributes, arguments.pointers, variables.pointers)
        guard code == 0 else { throw FileError(path: words[0], operation: "start", code: code) }
        self.identifier = identifier
    }

    /// Ours, and no backtrace after a trap unless it is wanted: it takes seconds, and the line
    /// that says what happened stands above it.
    private static var environment: [String] {
        var variables: [String] = []
        var pointer = environ
        while let variable = pointer.pointee {
            variables.append(String(cString: variable))
            pointer += 1
        }
        let name = "SWIFT_BACKTRACE="
        return variables.contains { $0.hasPrefix(name) }
            ? variables : variables + [name + "enable=no"]
    }

    /// How it ended; nil while it runs. Does not wait.
    func poll() -> ProcessEnd? {
        if let end { return end }
        var status: Int32 = 0
        guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
        // The macros of wait(2) are not imported.
        let signal = Int(status & 0x7f)
        end = signal == 0 ? .exit(code: Int((status >> 8) & 0xff)) : .signal(signal)
        return end
    }

    /// Asks it to save its state and to end.
    func stop() {
        // Once it was waited for, another process may have its number.
        if end == nil { kill(identifier, SIGTERM) }
    }
}

/// Strings as C takes arrays of them: each ends in zero, the array in a null pointer.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }
}
