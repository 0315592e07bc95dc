import Datasets
import FileFormats

/// The folder name of a run: its overrides, its seed, and a hash of the resolved experiment.
package enum RunName {
    /// Keys that say nothing about what is computed.
    private static let cosmeticKeys: Set<String> = ["name"]
    /// What the name says elsewhere, or not at all.
    private static let unnamedWords =
        ["seed=", "name="]
        + ResolvedExperiment.pathKeys.map {
            "data.\($0)="
        }
    private static let largestOverridesCount = 120

    /// For example `swap.interval=10,seed1-3f2a90bc`.
    package static func of(_ plan: ExperimentPlan) -> String {
        let words = plan.overrides.filter { word in
            !unnamedWords.contains { word.hasPrefix($0) }
        }
        let text = words.sorted().joined(separator: ",")
        let safe = text.unicodeScalars.map { scalar -> Character in
            let isSafe =
                scalar.isASCII
                && (scalar.properties.isAlphabetic
                    || "0123456789.=,-_".unicodeScalars.contains(scalar))
            return isSafe ? Character(scalar) : "_"
        }
        let prefix = safe.isEmpty ? "" : String(safe.prefix(largestOverridesCount)) + ","
        return "\(prefix)seed\(plan.seed)-\(hash(of: plan))"
    }

    /// 8 hexadecimal digits of the XXH3 of the resolved experiment, with the data's fingerprint in
    /// place of its path and without cosmetic keys.
    package static func hash(of plan: ExperimentPlan) -> String {
        let text = identity(
            plan.resolvedTOML, fingerprint: plan.data.fingerprint, without: cosmeticKeys)
        return String(hexadecimal(XXH3.hash(Array(text.utf8))).prefix(8))
    }

    /// What runs have in common of which one is the beginning of the other.
    static func identityWithoutSteps(_ resolvedTOML: String, fingerprint: String) -> String {
        identity(
            resolvedTOML, fingerprint: fingerprint, without: cosmeticKeys.union(["steps"]))
    }

    /// The lines of an experiment that say what is computed.
    private static func identity(
        _ resolvedTOML: String, fingerprint: String, without keys: Set<String>
    ) -> String {
        var table = ""
        var lines: [String] = []
        for line in resolvedTOML.split(separator: "\n") {
            if line.hasPrefix("#") { continue }
            if line.hasPrefix("[") { table = String(line) }
            let key = line.prefix { $0 != " " && $0 != "=" }
            if table.isEmpty && keys.contains(String(key)) { continue }
            if table == "[data]" && ResolvedExperiment.pathKeys.contains(String(key)) { continue }
            lines.append(String(line))
        }
        lines.append("fingerprint = \(fingerprint)")
        return lines.joined(separator: "\n")
    }
}
