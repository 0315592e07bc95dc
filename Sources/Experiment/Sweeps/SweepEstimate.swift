import FileFormats
import Recording
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How long a sweep will take and how much disk it will fill, from short runs of some of its
/// experiments.
package struct SweepEstimate: Equatable, Sendable {
    /// From the first start to the last end.
    package let seconds: Double
    /// Of the longest run.
    package let longestSeconds: Double
    package let bytes: Int

    /// One experiment that was run for a short while.
    struct Measurement {
        /// Multiplications of one step of one pair, as `RunCost` counts them.
        let work: Double
        let secondsPerPairStep: Double
        /// Before the first step and after the last one.
        let overhead: Double
        /// nil where it made none.
        let pictureBytes: Double?
    }

    /// Runs parts of the sweep, `jobs` at a time as the sweep will.
    ///
    /// - Throws: `RecordingError`, `FileError`, `DataError` where such a run fails.
    package init(_ sweep: PlannedSweep, pending: [Int], jobs: Int, threads: Int) throws {
        let folder = try TemporaryPlace()
        let bench = MeasuringBench(sweep, folder.path, jobs: jobs, threads: threads)
        self.init(
            sweep, pending: pending, jobs: jobs,
            try Self.samples(sweep, pending).map(bench.measure))
    }

    init(_ sweep: PlannedSweep, pending: [Int], jobs: Int, _ measurements: [Measurement]) {
        let seconds = pending.map { Self.seconds(of: $0, sweep, measurements) }
        var ends = Array(repeating: 0.0, count: max(1, jobs))
        for duration in seconds {
            // Whoever is free first takes the next.
            let first = ends.indices.min { ends[$0] < ends[$1] }!
            ends[first] += duration
        }
        self.seconds = ends.max() ?? 0
        longestSeconds = seconds.max() ?? 0
        let pictures = measurements.compactMap(\.pictureBytes)
        let pictureBytes = pictures.isEmpty ? 0 : pictures.reduce(0, +) / Double(pictures.count)
        bytes = pending.reduce(0) {
            $0 + sweep.bytes[$1] + Int(Double(sweep.pictures[$1]) * pictureBytes)
        }
    }

    private static func seconds(
        of run: Int, _ sweep: PlannedSweep, _ measurements: [Measurement]
    ) -> Double {
        let (planned, work) = (sweep.plan.runs[run], work(of: run, sweep))
        let nearest = measurements.min {
            distance($0.work, work) < distance($1.work, work)
        }
        guard let nearest else { return 0 }
        let pairSteps = Double(planned.pairs) * Double(planned.steps)
        return nearest.overhead
            + pairSteps * nearest.secondsPerPairStep * (work / nearest.work)
    }

    private static func distance(_ first: Double, _ second: Double) -> Double {
        first > second ? first / second : second / first
    }

    fileprivate static func work(of run: Int, _ sweep: PlannedSweep) -> Double {
        let planned = sweep.plan.runs[run]
        return max(1, sweep.costs[run] / Double(planned.pairs) / Double(planned.steps))
    }

    /// The cheapest, the dearest and the middle experiment, by the work of one step.
    private static func samples(_ sweep: PlannedSweep, _ pending: [Int]) -> [Int] {
        let sorted = pending.sorted { work(of: $0, sweep) < work(of: $1, sweep) }
        guard let first = sorted.first, let last = sorted.last else { return [] }
        var samples = [first]
        for run in [sorted[sorted.count / 2], last]
        where work(of: run, sweep) > work(of: samples[samples.count - 1], sweep) {
            samples.append(run)
        }
        return samples
    }
}

/// Runs experiments for about a second.
private struct MeasuringBench {
    private let sweep: PlannedSweep
    private let folder: String
    private let jobs: Int
    private let threads: Int

    /// About half a second of training at this many multiplications per second, or at least
    /// so many steps.
    private static let assumedSpeed = 5e9
    private static let fewestSteps = 20

    init(_ sweep: PlannedSweep, _ folder: String, jobs: Int, threads: Int) {
        self.sweep = sweep
        self.folder = folder
        self.jobs = jobs
        self.threads = threads
    }

    func measure(_ run: Int) throws -> SweepEstimate.Measurement {
        let planned = sweep.plan.runs[run]
        let work = SweepEstimate.work(of: run, sweep)
        let wished = Int(0.5 * Self.assumedSpeed / work / Double(planned.pairs))
        let steps = min(planned.steps, max(Self.fewestSteps, wished))
        let experiment = "\(folder)/experiment.toml"
        try AtomicFile.write(path: experiment, sweep.experimentTOML)
        let words =
            [Provenance.executablePath, "run", experiment]
            + planned.overrides.filter { !$0.hasPrefix("steps=") } + ["steps=\(steps)"]
            + ["--threads", "\(threads)", "--quiet", "--overwrite", "--stop-at-end-of-input"]
        let start = MonotonicClock.nanoseconds
        let pipe = try ParentPipe()
        let children = try (0..<jobs).map { job in
            try ChildProcess(
                words + ["--results", "\(folder)/\(job)"], input: pipe,
                output: "\(folder)/\(job).txt")
        }
        for (job, child) in children.enumerated() {
            while child.poll() == nil { usleep(2000) }
            guard child.poll() == .exit(code: 0) else {
                let said = LastLines.of("\(folder)/\(job).txt").last ?? "nothing"
                throw DataError(file: planned.name, "a short run of it failed, said: \(said)")
            }
        }
        let seconds = Double(MonotonicClock.nanoseconds - start) * 1e-9
        let result = try result("\(folder)/0/\(sweep.plan.name)")
        let pairSteps = Double(steps * planned.pairs)
        let perPairStep = result.rate > 0 ? 1 / result.rate : seconds / pairSteps
        return SweepEstimate.Measurement(
            work: work, secondsPerPairStep: perPairStep,
            overhead: max(0, seconds - pairSteps * perPairStep),
            pictureBytes: result.pictureBytes)
    }

    /// What the only run in a folder says of its speed; removes it.
    private func result(_ folder: String) throws -> (rate: Double, pictureBytes: Double?) {
        let names = try RunDirectory.contents(of: folder)
        let run = "\(folder)/\(names.last ?? "")"
        let path = RunDirectory.statusPath(run)
        let status = try JSONValue(parsing: InputFile.read(path, limit: 1 << 20), file: path)
        let pictures = try RunDirectory.contents(of: "\(run)/samples")
        let sizes = try pictures.map {
            Double(try InputFile.read("\(run)/samples/\($0)", limit: 1 << 28).count)
        }
        TemporaryPlace.remove(run)
        return (
            status["pair_steps_per_second"]?.numberValue ?? 0,
            sizes.isEmpty ? nil : sizes.reduce(0, +) / Double(sizes.count)
        )
    }
}

/// A folder of its own that goes with everything in it.
private final class TemporaryPlace {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/quadrille-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FileError(path: parent, operation: "make a folder in", code: errno)
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { Self.remove(path) }

    static func remove(_ path: String) {
        if RunDirectory.isFolder(path) {
            for name in (try? RunDirectory.contents(of: path)) ?? [] { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
