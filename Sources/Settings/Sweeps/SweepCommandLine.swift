/// The words of a sweep's command line, sorted into changes of the experiment and axes.
struct SweepCommandLine {
    private var axes: [SweepDocument.Axis] = []
    /// By path: where the key was given first.
    private var numbers: [[UInt8]: Int] = [:]

    /// Notes an axis, or puts a single value into `document`.
    mutating func add(_ word: String, number: Int, to document: TOMLTable) throws {
        let (path, text) = try SettingsOverride.parts(of: word, number: number)
        let position = SettingsPosition.argument(number)
        if let earlier = numbers.updateValue(number, forKey: TOMLText.bytes(path)) {
            throw SettingsError(
                position: position, key: TOMLText.path(path),
                message: "given twice; first at \(SettingsPosition.argument(earlier))")
        }
        let values = path.first == "sweep" ? nil : try Self.values(text, path, number)
        guard let values else {
            try SettingsOverride(word, number: number).apply(to: document)
            return
        }
        axes.append(try SweepDocument.Axis(checking: path, values, position))
    }

    /// Several values: a range, or what stands between commas; nil where there is only one.
    private static func values(
        _ text: Substring, _ path: [String], _ number: Int
    ) throws -> [TOMLValue]? {
        if let range = try SweepDocument.Axis.range(text, path, .argument(number)) { return range }
        let parts = parts(text)
        guard parts.count > 1 else { return nil }
        return try parts.map { try SettingsOverride.value($0, path, number) }
    }

    /// The text between commas outside quotes and brackets.
    private static func parts(_ text: Substring) -> [Substring] {
        var parts: [Substring] = []
        var (start, quote, depth) = (text.startIndex, UInt8?.none, 0)
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                parts.append(text[start..<index])
                start = text.utf8.index(after: index)
            default: break
            }
        }
        return parts + [text[start...]]
    }

    /// The axes of the file as this command line changes them, "seed" last.
    func axes(after fileAxes: [SweepDocument.Axis]) throws -> [SweepDocument.Axis] {
        var all: [SweepDocument.Axis] = []
        for axis in fileAxes {
            if let given = axes.first(where: { $0.path == axis.path }) {
                all.append(given)
            } else if numbers[TOMLText.bytes(axis.path)] == nil {
                all.append(axis)
            }
        }
        all += axes.filter { axis in !fileAxes.contains { $0.path == axis.path } }
        return all.filter { $0.path != ["seed"] } + all.filter { $0.path == ["seed"] }
    }
}
