/// The valid name that a mistyped one most likely means.
package enum NearestName {
    /// The candidate of the smallest distance, the first among equals; nil if none is near: more
    /// than a third of the name would have to change, or more than three characters.
    package static func of(_ name: String, among candidates: [String]) -> String? {
        index(of: name, among: candidates, limit: limit(for: name)).map { candidates[$0] }
    }

    /// The largest distance at which a name still counts as meant.
    static func limit(for name: String) -> Int { max(1, min(3, name.count / 3)) }

    static func index(of name: String, among candidates: [String], limit: Int) -> Int? {
        guard name.utf8.count <= 200 else { return nil }
        var best: (index: Int, distance: Int)?
        for (index, candidate) in candidates.enumerated() {
            let distance = distance(name, candidate)
            if distance <= limit, distance < best?.distance ?? .max { best = (index, distance) }
        }
        return best?.index
    }

    /// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions,
    /// substitutions and exchanges of neighbours that turn one string into the other. Letter case
    /// counts for nothing, so that `Adam` finds `adam`.
    ///
    /// Source: L. Boytsov, Indexing methods for approximate dictionary searching, ACM Journal of
    /// Experimental Algorithmics 16 (2011), section 2.2.
    package static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.lowercased().unicodeScalars)
        let second = Array(second.lowercased().unicodeScalars)
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for i in first.indices {
            var row = [i + 1]
            for j in second.indices {
                let substitution = previous[j] + (first[i] == second[j] ? 0 : 1)
                var least = min(substitution, previous[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                    least = min(least, beforePrevious[j - 1] + 1)
                }
                row.append(least)
            }
            beforePrevious = previous
            previous = row
        }
        return previous[second.count]
    }
}
