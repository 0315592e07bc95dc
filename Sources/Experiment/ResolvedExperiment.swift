import Settings

/// The text of a resolved experiment, fit to stand in the folder of a run.
enum ResolvedExperiment {
    /// Keys of `[data]` that name files relative to the experiment file.
    static let pathKeys = ["path", "labels"]

    /// `text` with the files that `[data]` names as absolute paths: the text stands in another
    /// folder than the experiment file, in `directory`, from which they were counted.
    static func withAbsolutePaths(_ text: String, directory: String) throws -> String {
        let data = try SettingsDocument(text: text, file: "resolved experiment", overrides: [])
            .root.table("data")
        var table = ""
        let lines = try text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("[") { table = String(line) }
            let key = String(line.prefix { $0 != " " })
            guard table == "[data]", pathKeys.contains(key), data.has(key) else {
                return String(line)
            }
            let path = try data.text(key, default: nil, "")
            guard !path.hasPrefix("/") else { return String(line) }
            return try assignment(key, absolutePath("\(directory)/\(path)"))
        }
        return lines.joined(separator: "\n")
    }

    /// `key = "value"` as `Settings` writes it.
    private static func assignment(_ key: String, _ value: String) throws -> String {
        let document = SettingsDocument.describing()
        _ = try document.root.text(key, default: value, "")
        let line = document.resolvedTOML().split(separator: "\n").last { !$0.hasPrefix("#") }
        return line.map(String.init) ?? ""
    }
}
