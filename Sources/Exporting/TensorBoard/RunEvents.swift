import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The event files of one run.
struct RunEvents {
    private let run: ExportSource.Run
    private let log: RunLog
    private let folder: String
    private let clock: RunClock

    init(_ run: ExportSource.Run, _ log: RunLog, folder: String) {
        self.run = run
        self.log = log
        self.folder = folder
        clock = RunClock(log)
    }

    static func pairFolder(_ pair: Int) -> String { "pair-" + (pair < 10 ? "0" : "") + "\(pair)" }

    func write(
        _ metrics: [Metric], _ parameters: [(key: String, value: JSONValue)], keys: [String]
    ) throws {
        try Folder.make(folder)
        let series = metrics.compactMap(log.series)
        var file = try EventFile(folder: folder)
        try file.add(
            HyperParameters.sessionStart(parameters, group: group(keys), time: clock.start),
            step: 0, wallTime: clock.start)
        for series in series where !series.metric.isPerPair {
            try add(series, position: 0, to: &file)
        }
        try file.add(
            HyperParameters.sessionEnd(log.status?.state, time: clock.end), step: 0,
            wallTime: clock.end)
        try file.finish()
        let pictures = try SamplePictures(directory: run.directory)
        for position in 0..<log.schema.pairs {
            try writePair(position, series.filter(\.metric.isPerPair), pictures)
        }
    }

    /// Runs that stand at the same place but for their seed, which comes last.
    private func group(_ keys: [String]) -> String {
        guard let place = run.places.first, keys.last == "seed", keys.count > 1 else {
            return run.name
        }
        return zip(keys, place).dropLast().map { "\($0)=\($1.textValue ?? $1.serialized())" }
            .joined(separator: ",")
    }

    private func writePair(
        _ position: Int, _ series: [MetricSeries], _ pictures: SamplePictures
    ) throws {
        let pair = log.pair(position)
        let path = "\(folder)/\(Self.pairFolder(pair))"
        try Folder.make(path)
        var file = try EventFile(folder: path)
        for series in series { try add(series, position: position, to: &file) }
        for picture in pictures.ofPair(pair) {
            let png = try InputFile.read(picture.path, limit: 1 << 28)
            let pixels = try ImageFile.decode(png, file: picture.path)
            try file.add(
                EventSummary.image(
                    "samples", width: pixels.width, height: pixels.height,
                    channels: pixels.channels, png: png),
                step: picture.step, wallTime: clock.time(atStep: picture.step))
        }
        try file.finish()
    }

    private func add(
        _ series: MetricSeries, position: Int, to file: inout EventFile
    ) throws {
        for (row, step) in series.steps.enumerated() {
            try file.add(
                EventSummary.scalar(
                    series.metric.fullName, series.values[row * series.width + position]),
                step: step, wallTime: clock.time(atStep: step))
        }
    }
}

/// When the steps of a run were done, in seconds since 1970: from its training times, as if it had
/// gone on without interruption until its journal was last written.
private struct RunClock {
    let start: Double
    private let steps: [Int]
    private let seconds: [Double]

    var end: Double { start + (seconds.last ?? 0) }

    init(_ log: RunLog) {
        let table = log.tables.first { $0.column("wall_seconds") != nil }
        let column = table?.column("wall_seconds")
        let width = max(1, column?.width ?? 1)
        steps = table?.steps ?? []
        seconds = stride(from: 0, to: column?.values.count ?? 0, by: width).map {
            column!.values[$0..<$0 + width].max()!
        }
        var status = stat()
        guard stat(RunDirectory.journalPath(log.directory), &status) == 0 else {
            start = 0
            return
        }
        #if canImport(Darwin)
            let written = status.st_mtimespec
        #else
            let written = status.st_mtim
        #endif
        start = Double(written.tv_sec) + Double(written.tv_nsec) / 1e9 - (seconds.last ?? 0)
    }

    /// That of the last recorded step up to `step`.
    func time(atStep step: Int) -> Double {
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle] <= step { low = middle + 1 } else { high = middle }
        }
        return start + (low > 0 ? seconds[low - 1] : 0)
    }
}

/// The pictures that a run has taken of its generators.
struct SamplePictures {
    private let pictures: [(pair: Int, step: Int, path: String)]

    /// None where there is no folder of them.
    init(directory: String) throws {
        let folder = "\(directory)/samples"
        let names = RunDirectory.isFolder(folder) ? try RunDirectory.contents(of: folder) : []
        pictures = names.compactMap { name in
            // "step-00001000-pair-00.png"
            let parts = name.split(separator: "-")
            guard parts.count == 4, parts[0] == "step", parts[2] == "pair",
                name.hasSuffix(".png"), let step = Int(parts[1]),
                let pair = Int(parts[3].dropLast(".png".count))
            else { return nil }
            return (pair, step, "\(folder)/\(name)")
        }
    }

    /// In the order of their steps.
    func ofPair(_ pair: Int) -> [(step: Int, path: String)] {
        pictures.filter { $0.pair == pair }.map { (step: $0.step, path: $0.path) }
            .sorted { $0.step < $1.step }
    }
}
