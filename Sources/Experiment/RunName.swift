import Datasets
import FileFormats

/// The folder name of a run: its overrides, its seed, and a hash of the resolved experiment.
package enum RunName {
    /// Keys that say nothing about what is computed.
    static let cosmeticKeys: Set<String> = ["name"]
    /// What the name says elsewhere, or not at all.
    private static let unnamedKeys =
        ["seed", "name"]
        + (ResolvedExperiment.pathKeys + ResolvedExperiment.loadingKeys).map { "data.\($0)" }
    private static let largestOverridesCount = 120

    /// For example `swap.interval=10,seed1-3f2a90bc`.
    package static func of(_ plan: ExperimentPlan) -> String {
        let words = plan.overrides.filter { !isUnnamed($0) }
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

    private static func isUnnamed(_ word: String) -> Bool {
        let names = word.prefix { $0 != "=" }.split(separator: ".")
        let isOfGroup = names.starts(with: ["population", "groups"])
        return unnamedKeys.contains(names.dropFirst(isOfGroup ? 3 : 0).joined(separator: "."))
    }

    /// 8 hexadecimal digits of the XXH3 of the resolved experiment, with the data's fingerprint in
    /// place of its path and without cosmetic keys.
    package static func hash(of plan: ExperimentPlan) -> String {
        String(hexadecimal(identityHash(of: plan)).prefix(8))
    }

    /// XXH3 of the lines that say what is computed.
    static func identityHash(of plan: ExperimentPlan) -> UInt64 {
        var bytes = plan.resolved.sections.reduce(into: []) { $0 += $1.identity }
        // Points that are drawn follow from their keys and the seed.
        if plan.resolved.sections.contains(where: \.namesFiles) {
            bytes += fingerprintLine(plan.groups.dataFingerprint).utf8
        }
        return XXH3.hash(bytes)
    }

    /// What runs have in common of which one is the beginning of the other.
    static func identityWithoutSteps(_ resolvedTOML: String, fingerprint: String) -> [UInt8] {
        identity(resolvedTOML, without: cosmeticKeys.union(["steps"]))
            + Array(fingerprintLine(fingerprint).utf8)
    }

    private static func fingerprintLine(_ fingerprint: String) -> String {
        "fingerprint = \(fingerprint)\n"
    }

    /// The lines of an experiment, or of some of its tables, that say what is computed.
    static func identity(_ text: String, without keys: Set<String> = cosmeticKeys) -> [UInt8] {
        var table = ""
        var lines: [UInt8] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("#") { continue }
            if line.hasPrefix("[") { table = String(line) }
            let key = line.prefix { $0 != " " && $0 != "=" }
            if table.isEmpty && keys.contains(String(key)) { continue }
            if ResolvedExperiment.isCosmetic(key, in: table) { continue }
            lines += line.utf8
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }
}
