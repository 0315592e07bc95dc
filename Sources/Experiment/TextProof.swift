import FileFormats
import Recording
import Settings

/// `experiment.toml` and `provenance.json` against what the journal says, and both against this
/// program.
struct TextProof {
    let directory: String
    let reader: JournalReader

    /// The experiment as the journal has it; nil where it cannot be had, which is reported.
    func plan(_ report: (Finding) -> Void) -> ExperimentPlan? {
        do {
            let document = try SettingsDocument(
                text: reader.schema.experimentTOML, file: "\(reader.path) (experiment)",
                overrides: [])
            let plan = try ExperimentPlan(document, directory: directory, overrides: [])
            let schema = reader.schema
            guard reader.ownStreams == RunStream.schema(plan),
                schema.pairs == plan.population.pairs,
                schema.firstMember == plan.population.firstMember
            else {
                report(.failed("experiment", "the journal has other columns than its experiment"))
                return nil
            }
            return plan
        } catch {
            // Data that have been moved, or keys of another version.
            report(.unchecked("experiment", "\(error)"))
            return nil
        }
    }

    /// - Parameter hasEnded: false where the process may have been killed between its texts and
    ///   the record of its resumption.
    func run(hasEnded: Bool, _ report: (Finding) -> Void) {
        do {
            let schema = reader.schema
            let path = RunDirectory.experimentPath(directory)
            guard try InputFile.read(path).elementsEqual(schema.experimentTOML.utf8) else {
                report(.failed("experiment", "experiment.toml is not that of the journal"))
                return
            }
            let provenance = RunDirectory.provenancePath(directory)
            let now = String(decoding: try InputFile.read(provenance), as: UTF8.self)
            guard now == schema.provenanceJSON else {
                let differences = try Provenance.differences(
                    before: schema.provenanceJSON, file: reader.path, now: now)
                let text = (["provenance.json is not that of the journal"] + differences)
                    .joined(separator: "; ")
                report(
                    hasEnded || !differences.isEmpty
                        ? .failed("experiment", text) : .unchecked("experiment", text))
                return
            }
            report(
                .proved("experiment", "experiment.toml and provenance.json agree with the journal"))
        } catch {
            report(.failed("experiment", "\(error)"))
        }
    }

    /// `status.json` decides what else must be there.
    func compareStatus(_ status: RunStatus?, _ report: (Finding) -> Void) {
        let path = RunDirectory.statusPath(directory)
        guard let status else {
            report(
                InputFile.exists(path)
                    ? .failed("status", "status.json cannot be understood")
                    : .unchecked("status", "there is no status.json: nobody says how the run ended")
            )
            return
        }
        let isShort = status.state == .finished && status.step != status.steps
        guard isShort || status.step > status.steps else { return }
        report(
            .failed(
                "status",
                "\(status.state.rawValue) at step \(status.step) of \(status.steps)"))
    }

    /// Says whether this program, its libraries and the data are those of the run.
    ///
    /// - Returns: what differs, or did when the run was resumed.
    func reportProgram(_ plan: ExperimentPlan, _ report: (Finding) -> Void) -> [String] {
        let now = Provenance.json(plan, commandLine: [], workers: 1)
        var differences =
            (try? Provenance.differences(
                before: reader.schema.provenanceJSON, file: reader.path, now: now))
            ?? ["the provenance of the run cannot be read"]
        for resume in reader.resumes where !resume.differences.isEmpty {
            differences.append(
                "resumed at step \(resume.step) with "
                    + resume.differences.joined(separator: ", "))
        }
        report(
            differences.isEmpty
                ? .proved("program", "executable, libraries and data are those of the run")
                : .unchecked("program", differences.joined(separator: "; ")))
        return differences
    }
}
