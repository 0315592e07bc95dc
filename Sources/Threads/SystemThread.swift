#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One thread of the operating system, from its start to `join()`.
package final class SystemThread: @unchecked Sendable {
    /// Room for the deepest kernels: BLAS keeps packing areas of several hundred KiB on the stack.
    package static let stackBytes = 8 << 20

    private let handle: pthread_t

    /// Starts `body` on a thread of its own with a stack of 8 MiB.
    ///
    /// Running out of threads is a fault of the environment that nothing here can mend, so that
    /// it ends the process with the system's error number.
    package init(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, Self.stackBytes)
        let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        #if canImport(Darwin)
            var started: pthread_t?
            let status = pthread_create(&started, &attributes, { threadMain($0) }, context)
        #else
            var started = pthread_t()
            let status = pthread_create(&started, &attributes, { threadMain($0!) }, context)
        #endif
        pthread_attr_destroy(&attributes)
        precondition(status == 0, "cannot start a thread: error \(status) of pthread_create")
        #if canImport(Darwin)
            handle = started!
        #else
            handle = started
        #endif
    }

    /// Waits until the thread's body has returned. Call it exactly once.
    package func join() {
        pthread_join(handle, nil)
    }
}

/// Carries a closure through the pointer that `pthread_create` passes on.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
