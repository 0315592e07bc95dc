import FileFormats
import Recording

/// The messages of TensorBoard's HParams plugin (plugin_data.proto and api.proto): one experiment
/// at the root of the log, and a session in the folder of each run.
enum HyperParameters {
    private static let plugin = "hparams"

    /// Which parameters and metrics the table has. The viewer accepts it only once.
    ///
    /// - Parameters:
    ///   - domains: each parameter with the values that it takes.
    ///   - metrics: the folder below that of the run, or "", and the tag.
    static func experiment(
        domains: [(key: String, values: [JSONValue])], metrics: [(group: String, tag: String)]
    ) -> ProtocolBuffer {
        var experiment = ProtocolBuffer()
        for domain in domains { experiment.add(4, message: parameter(domain)) }
        for metric in metrics {
            var name = ProtocolBuffer()
            name.add(1, text: metric.group)
            name.add(2, text: metric.tag)
            var entry = ProtocolBuffer()
            entry.add(1, message: name)
            experiment.add(5, message: entry)
        }
        return summary("_hparams_/experiment", field: 2, experiment)
    }

    /// - Parameter group: runs of one group are repetitions, shown as one line of the table.
    static func sessionStart(
        _ parameters: [(key: String, value: JSONValue)], group: String, time: Double
    ) -> ProtocolBuffer {
        var session = ProtocolBuffer()
        for parameter in parameters {
            // A map is a list of messages with a key and a value.
            var entry = ProtocolBuffer()
            entry.add(1, text: parameter.key)
            entry.add(2, message: value(parameter.value))
            session.add(1, message: entry)
        }
        session.add(4, text: group)
        session.add(5, double: time)
        return summary("_hparams_/session_start_info", field: 3, session)
    }

    static func sessionEnd(_ state: RunState?, time: Double) -> ProtocolBuffer {
        var session = ProtocolBuffer()
        session.add(1, integer: status(state))
        session.add(2, double: time)
        return summary("_hparams_/session_end_info", field: 4, session)
    }

    private static func status(_ state: RunState?) -> Int {
        switch state {
        case .finished: 1
        case .failed: 2
        case .running: 3
        case .pending, .interrupted, .stale, nil: 0
        }
    }

    private static func parameter(
        _ domain: (key: String, values: [JSONValue])
    ) -> ProtocolBuffer {
        var list = ProtocolBuffer()
        for value in domain.values { list.add(1, message: self.value(value)) }
        var parameter = ProtocolBuffer()
        parameter.add(1, text: domain.key)
        parameter.add(4, integer: type(of: domain.values))
        parameter.add(5, message: list)
        return parameter
    }

    /// The enumeration DataType: text 1, flag 2, number 3.
    private static func type(of values: [JSONValue]) -> Int {
        if values.allSatisfy({ $0.numberValue != nil }) { return 3 }
        return values.allSatisfy { if case .boolean = $0 { true } else { false } } ? 2 : 1
    }

    /// The message google.protobuf.Value.
    private static func value(_ value: JSONValue) -> ProtocolBuffer {
        var message = ProtocolBuffer()
        switch value {
        case .integer(let number): message.add(2, double: Double(number))
        case .number(let number): message.add(2, double: number)
        case .boolean(let flag): message.add(4, integer: flag ? 1 : 0)
        case .text(let text): message.add(3, text: text)
        case .null, .array, .object: message.add(3, text: value.serialized())
        }
        return message
    }

    /// HParamsPluginData with data version 0, which is the default and left out.
    private static func summary(
        _ tag: String, field: Int, _ message: ProtocolBuffer
    ) -> ProtocolBuffer {
        var content = ProtocolBuffer()
        content.add(field, message: message)
        return EventSummary.plugin(plugin, tag: tag, content: content)
    }
}
