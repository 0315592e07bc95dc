import FileFormats

/// How a classifier of digits came about, and what it is worth: kept beside its weights.
package struct DigitClassifierRecord: Equatable, Sendable {
    /// Digits that it was trained on, and held out.
    package let trainingCount: Int
    package let heldOutCount: Int
    /// The share of the held-out digits that it names rightly.
    package let accuracy: Double
    /// 16 hexadecimal digits each: XXH3 of the digits that it was trained on, and held out.
    package let trainingFingerprint: String
    package let heldOutFingerprint: String
    /// The BLAS kernel family, which decides bits.
    package let kernelFamily: String
    /// By column of a metric, its value for the held-out digits, where it compares against as many
    /// that the classifier was trained on: what real digits have, overfitting included.
    package let floors: [String: Double]

    private static let floorPrefix = "floor."

    init(
        trainingCount: Int, heldOutCount: Int, accuracy: Double, trainingFingerprint: String,
        heldOutFingerprint: String, kernelFamily: String, floors: [String: Double]
    ) {
        self.trainingCount = trainingCount
        self.heldOutCount = heldOutCount
        self.accuracy = accuracy
        self.trainingFingerprint = trainingFingerprint
        self.heldOutFingerprint = heldOutFingerprint
        self.kernelFamily = kernelFamily
        self.floors = floors
    }

    init(metadata: [String: String], file: String) throws {
        func value<Value>(_ key: String, _ read: (String) -> Value?) throws -> Value {
            guard let value = metadata[key].flatMap(read) else {
                throw DataError(file: file, "metadata: no \(key), or none that can be read")
            }
            return value
        }
        trainingCount = try value("training_count") { Int($0) }
        heldOutCount = try value("held_out_count") { Int($0) }
        accuracy = try value("accuracy") { Double($0) }
        trainingFingerprint = try value("training_fingerprint") { $0 }
        heldOutFingerprint = try value("held_out_fingerprint") { $0 }
        kernelFamily = try value("openblas_kernel_family") { $0 }
        var floors: [String: Double] = [:]
        for key in metadata.keys where key.hasPrefix(Self.floorPrefix) {
            floors[String(key.dropFirst(Self.floorPrefix.count))] = try value(key) { Double($0) }
        }
        self.floors = floors
    }

    var metadata: [String: String] {
        var metadata = [
            "training_count": "\(trainingCount)", "held_out_count": "\(heldOutCount)",
            "accuracy": "\(accuracy)", "training_fingerprint": trainingFingerprint,
            "held_out_fingerprint": heldOutFingerprint, "openblas_kernel_family": kernelFamily,
        ]
        for (column, value) in floors { metadata[Self.floorPrefix + column] = "\(value)" }
        return metadata
    }
}

extension DigitClassifier {
    /// "digit classifier 0123456789abcdef (98.9 % of 1000 held-out digits right; trained on 4000:
    /// not comparable with published values)".
    package var description: String {
        let percent = "\((1000 * record.accuracy).rounded() / 10)"
        return "digit classifier \(hash) (\(percent) % of \(record.heldOutCount) held-out digits "
            + "right; trained on \(record.trainingCount): not comparable with published values)"
    }

    /// "1000 held-out digits have 5.593"; nil for a column without a floor.
    package func floorText(_ column: String) -> String? {
        record.floors[column].map { value in
            let digits = value == 0 ? "0" : shortened(value)
            return "\(record.heldOutCount) held-out digits have \(digits)"
        }
    }

    /// Four significant digits.
    private func shortened(_ value: Double) -> String {
        var scale = 1.0
        while abs(value) * scale < 1000 { scale *= 10 }
        while abs(value) * scale >= 10_000 { scale /= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}
