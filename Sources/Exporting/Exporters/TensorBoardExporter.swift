import FileFormats
import Recording

/// TensorBoard event files: a folder for each run, below it one for each pair (the viewer reads one
/// file a folder), scalars as "train/d_loss", sample pictures, and the table of HParams over the
/// swept keys, where runs that differ only in their seed are repetitions.
package enum TensorBoardExporter: Exporter {
    package static let identifier = "tensorboard"
    package static let meaning = "TensorBoard event files with scalars, images and HParams"
    package static let form = ExportForm.folder

    package static func write(_ source: ExportSource, to path: String) throws {
        var domains: [(key: String, values: [JSONValue])] = []
        var pairs: [Int] = []
        try source.forEachRun { run, log in
            let folder = "\(path)/\(run.name)"
            let parameters = parameters(of: run, log, keys: source.keys)
            for (key, value) in parameters {
                let index = domains.firstIndex { $0.key == key } ?? domains.count
                if index == domains.count { domains.append((key, [])) }
                if !domains[index].values.contains(value) { domains[index].values.append(value) }
            }
            for pair in 0..<log.schema.pairs where !pairs.contains(log.pair(pair)) {
                pairs.append(log.pair(pair))
            }
            try RunEvents(run, log, folder: folder).write(
                source.metrics, parameters, keys: source.keys)
        }
        var root = try EventFile(folder: path)
        let metrics = source.metrics.flatMap { metric -> [(group: String, tag: String)] in
            guard metric.isPerPair else { return [("", metric.fullName)] }
            return pairs.sorted().map { (RunEvents.pairFolder($0), metric.fullName) }
        }
        try root.add(
            HyperParameters.experiment(domains: domains, metrics: metrics), step: 0, wallTime: 0)
        try root.finish()
    }

    /// The swept keys of a run, or all settings of a run alone.
    private static func parameters(
        of run: ExportSource.Run, _ log: RunLog, keys: [String]
    ) -> [(key: String, value: JSONValue)] {
        guard !keys.isEmpty, let place = run.places.first else { return log.settings }
        return Array(zip(keys, place)).map { (key: $0, value: $1) }
    }
}
