import Experiment
import Settings

/// Any bytes as an experiment file: an error, or a plan whose resolved text gives the same plan.
///
/// No data file is ever found. Sets that are generated get few points, whatever the file says: the
/// time of a run is to go into reading.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPlan(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let plan = try? readPlan(input, overrides: fewPoints(input)) else { return 0 }
    let again = try! readPlan(Array(plan.resolvedTOML.utf8), overrides: [])
    precondition(again.resolvedTOML == plan.resolvedTOML)
    return 0
}

/// The same for groups that say how many points they have.
private func fewPoints(_ text: [UInt8]) -> [String] {
    let paths = (try? TOMLReader.document(text, file: "fuzz.toml"))?.leaves.map(\.path) ?? []
    let ofGroups = paths.filter {
        $0.hasPrefix("population.groups.") && $0.hasSuffix(".data.count")
    }
    return (ofGroups + ["data.count"]).map { "\($0)=64" }
}

private func readPlan(_ text: [UInt8], overrides: [String]) throws -> ExperimentPlan {
    let document = try SettingsDocument(bytes: text, file: "fuzz.toml", overrides: overrides)
    return try ExperimentPlan(document, directory: "nowhere", overrides: overrides)
}
