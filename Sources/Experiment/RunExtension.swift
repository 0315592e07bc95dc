import Adversarial
import Datasets
import FileFormats
import NeuralNetwork
import Recording

/// Makes a longer run of a shorter one: the same experiment but for `steps`.
///
/// The longer run gets a folder of its own, which begins as a copy: what was published under the
/// old name stays as it is. Files that are never written again are hard links.
enum RunExtension {
    /// Fills the folder of `plan` from the longest shorter run beside it, if there is one.
    ///
    /// - Parameter directory: locked by this process, without a journal.
    /// - Returns: the folder that was copied.
    /// - Throws: `RecordingError`.
    static func begin(_ plan: ExperimentPlan, directory: String) throws -> String? {
        let rules = plan.groups.all.map(\.model).flatMap {
            [$0.generatorRule, $0.discriminatorRule]
        }
        guard !rules.contains(where: \.schedule.dependsOnSteps),
            let source = try longestShorterRun(plan, besides: directory)
        else { return nil }
        try RunDirectory.prepare(path: directory, overwrite: true)
        for folder in ["checkpoints", "samples"] {
            for name in try RunDirectory.contents(of: "\(source)/\(folder)")
            where !name.hasSuffix(".partial") {
                try AtomicFile.link(
                    "\(source)/\(folder)/\(name)", as: "\(directory)/\(folder)/\(name)")
            }
        }
        // Last: without a journal the folder counts as empty.
        try AtomicFile.write(
            path: RunDirectory.journalPath(directory),
            try InputFile.read(RunDirectory.journalPath(source)))
        return source
    }

    private static func longestShorterRun(
        _ plan: ExperimentPlan, besides directory: String
    ) throws -> String? {
        guard let slash = directory.lastIndex(of: "/") else { return nil }
        let parent = String(directory[..<slash])
        let wanted = RunName.identityWithoutSteps(
            plan.resolvedTOML, fingerprint: plan.groups.dataFingerprint)
        var best: (steps: Int, path: String)?
        for name in try RunDirectory.contents(of: parent) {
            let candidate = "\(parent)/\(name)"
            guard candidate != directory, RunDirectory.isFolder(candidate),
                !RunLock.isHeld(candidate),
                let steps = steps(of: candidate, wanted: wanted),
                steps < plan.steps, steps > best?.steps ?? 0
            else { continue }
            best = (steps, candidate)
        }
        return best?.path
    }

    /// The newest checkpoint of a run that is the wanted one but for its length.
    private static func steps(of directory: String, wanted: [UInt8]) -> Int? {
        guard let journal = try? JournalReader(RunDirectory.journalPath(directory)),
            let provenance = try? JSONValue(
                parsing: Array(journal.schema.provenanceJSON.utf8), file: journal.path),
            let fingerprint = provenance["data_fingerprint"]?.textValue,
            wanted
                == RunName.identityWithoutSteps(
                    journal.schema.experimentTOML, fingerprint: fingerprint)
        else { return nil }
        return Checkpoints.steps(in: directory).last
    }
}
