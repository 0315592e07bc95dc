import Population
import Recording

/// How far a journal goes.
struct JournalEnd: Equatable {
    /// By stream: the last coordinate.
    var lastAxis: [Int64?]
    /// The last step of any computed row.
    var lastStep = 0

    init(streams: Int) { lastAxis = Array(repeating: nil, count: streams) }
}

/// The journal alone: its checksums, its order, and that no row is missing.
struct JournalProof {
    let reader: JournalReader
    let plan: ExperimentPlan?
    let status: RunStatus?

    func run(_ report: (Finding) -> Void) throws -> JournalEnd {
        let schema = reader.schema
        var end = JournalEnd(streams: schema.streams.count)
        let streams = plan.map(RunStream.present(in:)) ?? []
        var steps: [RunStream: Set<Int>] = [:]
        for stream in streams where stream.action != nil { steps[stream] = [] }
        var disorder: String?
        try reader.forEachRow { stream, axis, _ in
            if let last = end.lastAxis[stream], axis <= last {
                let name = schema.streams[stream]
                disorder =
                    disorder ?? "\(name.axis) \(axis) of /\(name.name) comes after \(last)"
            }
            end.lastAxis[stream] = axis
            if streams.indices.contains(stream) {
                steps[streams[stream]]?.insert(Int(clamping: axis))
            }
            let isStep = schema.streams[stream].axis == "step"
            if isStep && !schema.computedRanges(of: schema.streams[stream]).isEmpty {
                end.lastStep = max(end.lastStep, Int(clamping: axis))
            }
        }
        var faults = [damage, disorder].compactMap(\.self)
        if let plan { faults += missingRows(plan, steps, end) }
        for fault in faults { report(.failed("journal", fault)) }
        if isCutOff && isCutOffExpected {
            report(
                .unchecked(
                    "journal",
                    "\((reader.fileBytes - reader.validBytes).of("byte")) at its end are a part of "
                        + "a record, as a killed process leaves it"))
        }
        if faults.isEmpty {
            let rows = plan == nil ? "" : ", no row is missing up to step \(end.lastStep)"
            report(
                .proved(
                    "journal", "\(reader.recordCount.of("record")), every checksum right\(rows)"))
        }
        return end
    }

    private var isCutOff: Bool { reader.tail == .torn }

    /// A run that came to its end in order has a whole journal.
    private var isCutOffExpected: Bool {
        ![.finished, .interrupted].contains(status?.state)
    }

    private var damage: String? {
        let rest = reader.fileBytes - reader.validBytes
        switch reader.tail {
        case .none: return nil
        case .damaged:
            return "it is damaged at byte \(reader.validBytes), and good records follow; "
                + "\(rest.of("byte")) cannot be read"
        case .torn:
            return isCutOffExpected
                ? nil
                : "it ends in the middle of a record, at byte \(reader.validBytes), "
                    + "although the run has ended"
        }
    }

    /// Rows that the experiment asks for, up to where the run has come.
    private func missingRows(
        _ plan: ExperimentPlan, _ steps: [RunStream: Set<Int>], _ end: JournalEnd
    ) -> [String] {
        let schedule = plan.schedule
        let reached =
            switch status?.state {
            case .finished: plan.steps
            case .interrupted: min(max(status?.step ?? 0, end.lastStep), plan.steps)
            default: end.lastStep
            }
        var missing: [RunStream: (first: Int, count: Int)] = [:]
        var step = 0
        while true {
            let actions = schedule.actions(at: step)
            for (stream, known) in steps {
                guard let action = stream.action, actions.contains(action),
                    !known.contains(step)
                else { continue }
                missing[stream] = (
                    missing[stream]?.first ?? step, (missing[stream]?.count ?? 0) + 1
                )
            }
            guard step < min(reached, schedule.steps) else { break }
            step = min(schedule.roundEnd(after: step), reached)
        }
        return missing.sorted { $0.key.rawValue < $1.key.rawValue }.map { stream, rows in
            "/\(stream.name) lacks \(rows.count.of("row")) up to step "
                + "\(reached), the first is that of step \(rows.first)"
        }
    }
}
