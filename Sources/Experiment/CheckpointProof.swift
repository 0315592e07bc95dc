import FileFormats
import Population
import Recording

/// What a checkpoint says about the swaps before it.
struct SavedLineage {
    let step: Int
    let lineage: LineageSummary
}

/// The checkpoints one by one: their checksums, that they belong to this run, and that none is
/// missing.
struct CheckpointProof {
    let directory: String
    let reader: JournalReader
    let plan: ExperimentPlan?
    let status: RunStatus?
    /// The last step of the journal.
    let lastStep: Int

    /// - Returns: those that are whole and of this run, by step.
    func run(_ report: (Finding) -> Void) -> [SavedLineage] {
        let steps = Checkpoints.steps(in: directory)
        var good: [SavedLineage] = []
        for step in steps {
            do {
                good.append(try open(step))
            } catch {
                report(.failed("checkpoints", "\(error)"))
            }
        }
        let missing = missing(steps)
        if !missing.isEmpty {
            report(
                .failed(
                    "checkpoints",
                    "missing: \(missing.count.of("checkpoint")), the first is that of step "
                        + "\(missing[0])"))
        }
        if steps.isEmpty && missing.isEmpty {
            report(.unchecked("checkpoints", "there are none"))
        } else if good.count == steps.count && missing.isEmpty {
            report(.proved("checkpoints", "\(good.count) of \(steps.count) whole, of this run"))
        }
        return good
    }

    private func open(_ step: Int) throws -> SavedLineage {
        let file = RunDirectory.checkpointPath(directory, step: step)
        let checkpoint = try Checkpoints.open(in: directory, step: step)
        try compareMetadata(checkpoint.metadata, step: step, file: file)
        let restored = try RestoredPopulation(
            checkpoint, pairs: reader.schema.pairs, file: file)
        if let plan {
            guard step <= plan.steps else {
                throw DataError(file: file, "the run has \(plan.steps) steps")
            }
            guard plan.schedule.lastStep(with: .record, through: step) <= lastStep else {
                throw DataError(file: file, "the journal ends before it, at step \(lastStep)")
            }
        }
        return SavedLineage(step: step, lineage: restored.lineage)
    }

    /// A checkpoint may be older than a resumption, so each value must be one that the run had.
    private func compareMetadata(
        _ metadata: [String: String], step: Int, file: String
    ) throws {
        var expected: [(key: String, values: Set<String>)] = [
            ("format", ["quadrille-checkpoint"]), ("step", ["\(step)"]),
            ("first_member", ["\(reader.schema.firstMember)"]),
        ]
        let provenances = reader.provenances.compactMap {
            try? JSONValue(parsing: Array($0.utf8), file: reader.path)
        }
        for key in ["seed", "experiment_hash", "data_fingerprint"] {
            expected.append((key, Set(provenances.compactMap { $0[key]?.textValue })))
        }
        for (key, values) in expected where !values.contains(metadata[key] ?? "") {
            throw DataError(
                file: file,
                "\(key) is \(metadata[key] ?? "missing"), not "
                    + values.sorted().joined(separator: " or "))
        }
    }

    /// Steps that should have a checkpoint and have none.
    ///
    /// A row behind a step proves that its checkpoint was complete. Where only some are kept, the
    /// newest must be there, or a newer one, and those that are kept for good.
    private func missing(_ present: [Int]) -> [Int] {
        guard let plan, plan.record.checkpointEvery > 0 else { return [] }
        let every = plan.record.checkpointEvery
        let reached = status?.state == .finished ? plan.steps : min(lastStep - 1, plan.steps)
        var expected =
            reached < every ? [] : Array(stride(from: every, through: reached, by: every))
        if reached == plan.steps && expected.last != reached { expected.append(reached) }
        let retention = plan.record.retention
        if retention.newest > 0, let newest = expected.last {
            expected = expected.filter {
                $0 == newest && present.last ?? 0 < newest
                    || retention.everySteps > 0 && $0.isMultiple(of: retention.everySteps)
            }
        }
        let known = Set(present)
        return expected.filter { !known.contains($0) }
    }
}
