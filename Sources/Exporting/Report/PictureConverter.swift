import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes PNG pictures of SVG files through the program `rsvg-convert` of librsvg.
struct PictureConverter: Sendable {
    static let advice =
        "There are no PNG pictures: the program rsvg-convert was not found; Debian has it in the "
        + "package librsvg2-bin."

    private let program: String

    /// nil where the program is nowhere on the path.
    init?() {
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        let candidates = folders.split(separator: ":").map { "\($0)/rsvg-convert" }
        guard let program = candidates.first(where: { access($0, X_OK) == 0 }) else { return nil }
        self.program = program
    }

    /// Draws at twice the nominal size.
    ///
    /// - Throws: `FileError` where the program cannot be started, `DataError` where it fails.
    func convert(_ drawing: String, to picture: String) throws {
        let words = [program, "--zoom", "2", "--format", "png", "--output", picture, drawing]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawn(&process, program, nil, nil, &arguments, environ)
        guard code == 0 else { throw FileError(path: program, operation: "start", code: code) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else {
                throw FileError(path: program, operation: "wait for", code: errno)
            }
        }
        guard status == 0 else {
            throw DataError(file: drawing, "rsvg-convert could not draw this (status \(status))")
        }
    }
}
