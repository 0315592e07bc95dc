import Experiment
import Population
import Synchronization
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Set by the signal handler, read by the main thread.
private let interruptRequested = Atomic<Bool>(false)

/// Trains on other threads while the main thread shows progress and listens for signals.
struct RunLoop {
    private let session: RunSession
    private let display: ProgressDisplay
    private let endsWithInput: Bool

    /// - Parameter endsWithInput: whether the run stops once nobody holds the other end of the
    ///   pipe that is our standard input.
    init(_ session: RunSession, _ display: ProgressDisplay, endsWithInput: Bool) {
        self.session = session
        self.display = display
        self.endsWithInput = endsWithInput
    }

    /// Turns signals that would kill the program into errors of the calls that meet them: a reader
    /// of the output that goes away must not end a run, and a limit on files must say so.
    static func ignoreFileSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Whether somebody asked the program to end.
    static var isInterrupted: Bool { interruptRequested.load(ordering: .relaxed) }

    /// From here on Ctrl-C and SIGTERM end the program in order, also before training begins.
    static func listenForInterrupts(also others: [Int32] = []) {
        // A parent may have started us with these blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] + others {
            signal(number) { _ in interruptRequested.store(true, ordering: .relaxed) }
            sigaddset(&signals, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    func run() -> ExecutionOutcome {
        let outcome = OutcomeBox()
        let thread = SystemThread { [session] in outcome.store(session.train()) }
        var isStopping = false
        var hasNotedLiveLog = false
        var tick = 0
        while !session.hasEnded {
            if tick > 0 { usleep(20_000) }
            tick += 1
            if !isStopping, Self.isInterrupted || (endsWithInput && Self.inputHasEnded) {
                isStopping = true
                display.say("stopping: all pairs go on to the same step")
                session.requestStop()
            }
            if tick % 10 == 0 { display.update() }
            if tick % 25 == 0 { session.heartbeat() }
            if !hasNotedLiveLog, let failure = session.liveLogFailure {
                hasNotedLiveLog = true
                display.say("\(failure); the run goes on, and its end writes the whole log")
            }
        }
        thread.join()
        return outcome.load()
    }

    /// Whether our standard input is a pipe that nobody can write into any more.
    private static var inputHasEnded: Bool {
        var input = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
        return poll(&input, 1, 0) > 0 && Int32(input.revents) & POLLHUP != 0
    }
}

/// Hands the outcome from the training thread to the main thread.
private final class OutcomeBox: @unchecked Sendable {
    // Unchecked: written before the thread ends, read after it was joined.
    private var outcome: ExecutionOutcome?

    func store(_ outcome: ExecutionOutcome) { self.outcome = outcome }
    func load() -> ExecutionOutcome { outcome! }
}
