import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A Jupyter notebook (nbformat 4.5) that reads the logs where they are, with h5py and xarray, and
/// draws the standard figures with matplotlib. It holds no data: run it again and it shows what
/// has been recorded by then.
package enum NotebookExporter: Exporter {
    package static let identifier = "notebook"
    package static let meaning = "Jupyter notebook that reads run.h5 and draws the standard figures"
    package static let form = ExportForm.file(suffix: "ipynb")

    package static func write(_ source: ExportSource, to path: String) throws {
        let cells = source.isSweep ? SweepNotebook.cells : RunNotebook.cells
        let words = [
            "@NAME@": source.name,
            "@FOLDER@": literal(try relativePath(from: path, to: source.directory)),
            "@METRICS@": metrics(source),
            "@KEYS@": list(source.keys),
        ]
        let filled = cells.map { cell in
            var cell = cell
            for (word, value) in words { cell.text = cell.text.replacing(word, with: value) }
            return cell
        }
        let notebook: JSONValue = [
            "cells": .array(filled.enumerated().map { json($1, number: $0) }),
            "metadata": [
                "kernelspec": [
                    "display_name": "Python 3", "language": "python", "name": "python3",
                ],
                "language_info": ["name": "python"],
            ],
            "nbformat": 4, "nbformat_minor": 5,
        ]
        try AtomicFile.write(path: path, notebook.serialized(isIndented: true))
    }

    private static func json(_ cell: NotebookCell, number: Int) -> JSONValue {
        var object: JSONObject = [
            "cell_type": cell.isCode ? "code" : "markdown", "id": .text("cell-\(number)"),
            "metadata": .object(JSONObject()),
        ]
        if cell.isCode {
            object["execution_count"] = .null
            object["outputs"] = []
        }
        object["source"] = .text(cell.text)
        return .object(object)
    }

    /// `{"train": ["d_loss"], ...}`
    private static func metrics(_ source: ExportSource) -> String {
        var streams: [(name: String, columns: [String])] = []
        for metric in source.metrics where isShown(metric, source) {
            if streams.last?.name != metric.stream { streams.append((metric.stream, [])) }
            streams[streams.count - 1].columns.append(metric.column.name)
        }
        let entries = streams.map { "    \(literal($0.name)): \(list($0.columns)),\n" }
        return "{\n\(entries.joined())}"
    }

    /// Whether it is drawn: swaps have a figure of their own, seats and epochs only count, and
    /// times and memory say nothing about a sweep.
    private static func isShown(_ metric: Metric, _ source: ExportSource) -> Bool {
        let isCounted = ["discriminator", "epoch"].contains(metric.column.name)
        let isOfMachine =
            ["train", "system"].contains(metric.stream) && metric.column.origin == .measured
        return metric.stream != "swap" && !isCounted && !(source.isSweep && isOfMachine)
    }

    private static func list(_ words: [String]) -> String {
        "[\(words.map(literal).joined(separator: ", "))]"
    }

    /// Text as JSON writes it is a literal of Python.
    private static func literal(_ text: String) -> String { JSONValue.text(text).serialized() }

    /// The way from the folder of a file that will be to a folder that is there.
    private static func relativePath(from file: String, to folder: String) throws -> String {
        let slash = file.lastIndex(of: "/")
        let start = slash.map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        let from = try resolved(start).split(separator: "/")
        let to = try resolved(folder).split(separator: "/")
        let common = zip(from, to).prefix { $0 == $1 }.count
        let steps =
            Array(repeating: "..", count: from.count - common) + to[common...].map(String.init)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    private static func resolved(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            throw FileError(path: path, operation: "find", code: errno)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// A cell of a notebook; words between @ signs are filled in.
struct NotebookCell {
    let isCode: Bool
    var text: String

    static func text(_ text: String) -> NotebookCell { NotebookCell(isCode: false, text: text) }
    static func code(_ text: String) -> NotebookCell { NotebookCell(isCode: true, text: text) }
}
