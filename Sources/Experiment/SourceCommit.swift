import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The commit that a checkout stands at, read without git (gitrepository-layout(5)).
package enum SourceCommit {
    /// The commit of the nearest checkout around a file; nil where there is none.
    ///
    /// The first folder with any `.git` decides, also where it cannot be read: one further out
    /// belongs to another repository.
    package static func around(_ path: String) -> String? {
        var folder = path
        while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            folder = String(folder[..<slash])
            if access("\(folder)/.git", F_OK) == 0 { return commit(ofCheckout: folder) }
        }
        return nil
    }

    private static func commit(ofCheckout folder: String) -> String? {
        guard let git = gitFolder(ofCheckout: folder), let head = line("\(git)/HEAD") else {
            return nil
        }
        guard head.hasPrefix("ref: ") else { return checked(head) }
        let name = String(head.dropFirst(5))
        // A worktree has a HEAD of its own and shares the branches of its repository.
        let shared = line("\(git)/commondir").map { resolve($0, in: git) } ?? git
        if let loose = line("\(git)/\(name)") ?? line("\(shared)/\(name)") {
            return checked(loose)
        }
        let packed = text("\(shared)/packed-refs") ?? ""
        return packed.split(separator: "\n").first { $0.hasSuffix(" \(name)") }
            .flatMap { checked(String($0.prefix { $0 != " " })) }
    }

    /// `.git`, or the folder that it names in worktrees and submodules.
    private static func gitFolder(ofCheckout folder: String) -> String? {
        guard InputFile.exists("\(folder)/.git") else { return "\(folder)/.git" }
        guard let link = line("\(folder)/.git"), link.hasPrefix("gitdir: ") else { return nil }
        return resolve(String(link.dropFirst(8)), in: folder)
    }

    private static func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }

    /// The text if it is the hash of a commit, SHA-1 or SHA-256.
    private static func checked(_ text: String) -> String? {
        [40, 64].contains(text.utf8.count) && text.allSatisfy(\.isHexDigit) ? text : nil
    }

    private static func line(_ path: String) -> String? {
        text(path)?.split(separator: "\n").first.map(String.init)
    }

    private static func text(_ path: String) -> String? {
        (try? InputFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
