import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The report of a sweep or a run: `report.html` in its folder, with figures and tables in
/// `report/` beside it.
package struct Report: Sendable {
    private let source: ReportSource

    /// Reads all runs of the sweep in `directory`, or the run there.
    ///
    /// - Parameter request: the metrics to show, and what to tell of them.
    /// - Parameter onRun: called after each run with how many are read, and how many there are.
    /// - Throws: `DataError` where the folder is neither, its plan is damaged, or no run has what
    ///   is asked for. A damaged run of a sweep is shown as one that failed.
    package init(
        directory: String, request: SweepRequest = SweepRequest(),
        onRun: (_ read: Int, _ all: Int) -> Void = { _, _ in }
    ) throws {
        source = try ReportSource(directory: directory, request: request, onRun: onRun)
    }

    /// What was written.
    package struct Files: Sendable {
        package let page: String
        package let figures: Int
        package let tables: Int
        /// Why there are no PNG pictures; nil where there are.
        package let missingPictures: String?
    }

    /// Writes the page, and every figure and table as a file; those of an earlier report that this
    /// one has not go.
    ///
    /// - Throws: `FileError` or `RecordingError` where something cannot be written or removed.
    package func write() throws -> Files {
        var content = ReportContent(source)
        let folder = "\(source.directory)/report"
        if mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw FileError(path: folder, operation: "create the folder", code: errno)
        }
        let converter = PictureConverter()
        var missing = converter == nil ? PictureConverter.advice : nil
        for figure in content.figures {
            let path = "\(folder)/\(figure.name)"
            try AtomicFile.write(path: path + ".svg", figure.standalone, isDurable: false)
            content.files.insert(figure.name + ".svg")
            guard let converter, missing == nil else { continue }
            do {
                try converter.convert(path + ".svg", to: path + ".png")
                content.files.insert(figure.name + ".png")
            } catch {
                missing = "\(error)"
            }
        }
        for table in content.tables {
            try AtomicFile.write(
                path: "\(folder)/\(table.name).csv", table.csv, isDurable: false)
            content.files.insert(table.name + ".csv")
        }
        if let missing { content.notices.append(missing) }
        let page = "\(source.directory)/report.html"
        try AtomicFile.write(path: page, ReportPage(content).html(made: Report.now()))
        try removeOthers(than: content.files, in: folder)
        return Files(
            page: page, figures: content.figures.count, tables: content.tables.count,
            missingPictures: missing)
    }

    /// Removes what an earlier report has left, which would look like a part of this one. Files of
    /// names that no report gives are not ours.
    private func removeOthers(than files: Set<String>, in folder: String) throws {
        for name in ReportFiles.all(of: source.tables.recorded).subtracting(files) {
            let path = "\(folder)/\(name)"
            guard unlink(path) == 0 || errno == ENOENT else {
                throw FileError(path: path, operation: "remove", code: errno)
            }
        }
    }

    /// "2026-11-21 09:30 UTC".
    private static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 64)
        strftime(&text, text.count, "%Y-%m-%d %H:%M UTC", &parts)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }
}
