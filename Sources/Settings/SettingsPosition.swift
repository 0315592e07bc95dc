/// The place a key or value was read from.
package enum SettingsPosition: Hashable, Sendable, CustomStringConvertible {
    /// Lines and columns count from 1; a column is one Unicode scalar.
    case file(String, line: Int, column: Int)
    /// A file as a whole: where a missing key would have stood.
    case wholeFile(String)
    /// The n-th `key=value` of the command line, from 1.
    case argument(Int)
    /// No place: the declarations are being listed and nothing is read.
    case nowhere

    package var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .wholeFile(let name): name
        case .argument(let number): "command line, argument \(number)"
        case .nowhere: "built-in declarations"
        }
    }

    /// Orders a file from top to bottom, then the command line from left to right.
    func precedes(_ other: SettingsPosition) -> Bool { order < other.order }

    private var order: (Int, Int, Int) {
        switch self {
        case .nowhere, .wholeFile: (0, 0, 0)
        case .file(_, let line, let column): (1, line, column)
        case .argument(let number): (2, number, 0)
        }
    }
}
