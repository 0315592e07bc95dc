import Foundation

/// A part of a file of `Tests/Oracles`: what JSON holds, read by name.
///
/// A part that is missing or of another kind stops the test run with its path: the file is ours.
package enum OracleValue: Sendable {
    case number(Double)
    case text(String)
    case list([OracleValue])
    case object([String: OracleValue])

    /// What `pytorch_values.py` wrote.
    package static let pytorch = OracleValue(fileNamed: "pytorch_values.json")

    /// What `image_layers.py` wrote.
    package static let imageLayers = OracleValue(fileNamed: "image_layers.json")

    /// What `discriminator_inputs.py` wrote.
    package static let discriminatorInputs = OracleValue(fileNamed: "discriminator_inputs.json")

    private init(fileNamed name: String) {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = tests.appending(path: "Oracles").appending(path: name)
        guard let data = try? Data(contentsOf: file),
            let json = try? JSONSerialization.jsonObject(with: data)
        else { preconditionFailure("cannot read the oracle \(name)") }
        self.init(json)
    }

    private init(_ json: Any) {
        switch json {
        case let text as String: self = .text(text)
        case let number as NSNumber: self = .number(number.doubleValue)
        case let list as [Any]: self = .list(list.map(OracleValue.init))
        case let object as [String: Any]: self = .object(object.mapValues(OracleValue.init))
        default: preconditionFailure("an oracle holds \(type(of: json))")
        }
    }

    package subscript(name: String) -> OracleValue {
        guard let part = members[name] else {
            preconditionFailure("no \(name) among \(members.keys.sorted())")
        }
        return part
    }

    package var members: [String: OracleValue] {
        guard case .object(let members) = self else { preconditionFailure("not an object") }
        return members
    }

    package var elements: [OracleValue] {
        guard case .list(let elements) = self else { preconditionFailure("not a list") }
        return elements
    }

    package var number: Double {
        guard case .number(let number) = self else { preconditionFailure("not a number") }
        return number
    }

    package var text: String {
        guard case .text(let text) = self else { preconditionFailure("not text") }
        return text
    }

    /// The row-major numbers of a tensor.
    package var data: [Double] { self["data"].elements.map(\.number) }
    /// The extents of a tensor.
    package var shape: [Int] { self["shape"].elements.map { Int($0.number) } }

    /// A case's settings as lines of TOML.
    package var settingsTOML: String {
        self["settings"].members.sorted { $0.key < $1.key }
            .map { "\($0.key) = \($0.value.number)\n" }.joined()
    }
}
