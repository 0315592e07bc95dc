import Settings

/// The examples that one member trains on, by position: all, or its part of them.
package struct ExamplePart: Sendable {
    private enum Rule {
        /// Position p is example `first + p * step`.
        case regular(first: Int32, step: Int32)
        case listed([Int32])
    }

    package let count: Int
    private let rule: Rule
    private var heldOut: HeldOut?

    /// All `count` examples.
    package init(all count: Int) {
        self.count = count
        rule = .regular(first: 0, step: 1)
    }

    /// Examples `part`, `part + parts`, `part + 2 parts`, ... of `count`.
    init(part: Int, of parts: Int, count: Int) {
        self.count = (count - part + parts - 1) / parts
        rule = .regular(first: Int32(part), step: Int32(parts))
    }

    init(_ examples: [Int32]) {
        count = examples.count
        rule = .listed(examples)
    }

    /// The same part, counted among the examples that are not held out.
    func skipping(_ heldOut: HeldOut) -> ExamplePart {
        var part = self
        part.heldOut = heldOut
        return part
    }

    /// The example at a position below `count`.
    package subscript(position: Int) -> Int32 {
        let example =
            switch rule {
            case .regular(let first, let step): first + Int32(position) * step
            case .listed(let examples): examples[position]
            }
        return heldOut?.training(example) ?? example
    }
}

/// How the examples are dealt out to the members: member m has part m mod `parts.count`.
struct ExampleParts: Sendable {
    enum Rule: String, CaseIterable {
        case none
        /// Example i belongs to part i mod the number of parts: with files sorted by class, each
        /// part has as many of each class as the others, give or take one.
        case even
        /// The c-th class, in the order of the labels, belongs to part c mod the number of parts.
        case byClass = "class"
    }

    let parts: [ExamplePart]

    /// - Throws: `SettingsError` for numbers of parts that leave one without examples, and for
    ///   classes where there are none.
    init(settings: SettingsTable, count: Int, labels: [UInt16]?, describing: Bool) throws {
        let rule = try settings.choice(
            "shard", default: Rule.none,
            "what a member trains on: all (none), or its own part: even (example i is in part i "
                + "mod data.shards) or class (its own classes)")
        let partCount = try settings.integer(
            "shards", default: 1, in: 1...100_000,
            "parts that data.shard makes; member m has part m mod this number")
        guard !describing else {
            parts = [ExamplePart(all: count)]
            return
        }
        guard (rule == .none) == (partCount == 1) else {
            throw settings.error(
                "shards",
                rule == .none
                    ? "\(partCount) parts, but data.shard, which makes them, is none"
                    : "data.shard needs to know the number of parts, such as that of the members")
        }
        switch rule {
        case .none: parts = [ExamplePart(all: count)]
        case .even:
            guard partCount <= count else {
                throw settings.error("shards", "\(partCount) parts of \(count) examples")
            }
            parts = (0..<partCount).map { ExamplePart(part: $0, of: partCount, count: count) }
        case .byClass:
            guard let labels else { throw settings.error("shard", "this data has no classes") }
            parts = try Self.byClass(settings, partCount, labels)
        }
    }

    private static func byClass(
        _ settings: SettingsTable, _ partCount: Int, _ labels: [UInt16]
    ) throws -> [ExamplePart] {
        let classes = Set(labels).sorted()
        guard partCount <= classes.count else {
            throw settings.error("shards", "\(partCount) parts of \(classes.count) classes")
        }
        var partOfLabel = [Int](repeating: 0, count: Int(UInt16.max) + 1)
        for (place, label) in classes.enumerated() { partOfLabel[Int(label)] = place % partCount }
        var examples = [[Int32]](repeating: [], count: partCount)
        for (example, label) in labels.enumerated() {
            examples[partOfLabel[Int(label)]].append(Int32(example))
        }
        return examples.map(ExamplePart.init)
    }

    /// The same parts, counted among the examples that are not held out.
    init(_ parts: ExampleParts, skipping heldOut: HeldOut) {
        self.parts = parts.parts.map { $0.skipping(heldOut) }
    }

    func part(ofMember member: UInt32) -> ExamplePart {
        parts[Int(member) % parts.count]
    }

    var smallestCount: Int { parts.map(\.count).min() ?? 0 }
}
