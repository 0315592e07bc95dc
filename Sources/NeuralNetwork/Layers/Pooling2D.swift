import Settings
import TensorGraph

/// One number for each window of an image, per channel; windows do not leave the image.
package struct Pooling2D: Layer {
    package enum Method: String, CaseIterable, Sendable {
        case average, maximum
    }

    package let window: ConvolutionGeometry
    package let method: Method

    /// - Parameters:
    ///   - kernel: height and width of a window.
    ///   - stride: from one window to the next.
    package init(kernel: Int, stride: Int, method: Method) {
        window = ConvolutionGeometry(
            kernel: ImageExtent(kernel, kernel), stride: stride, padding: 0)
        self.method = method
    }

    package func refusal(of input: [Int]) -> String? {
        if let refusal = refusalUnlessImages(input) { return refusal }
        let fits = window.resultExtent(of: ImageExtent(input[0], input[1])) != nil
        return fits ? nil : "windows of \(window.kernel) do not fit into images of \(input)"
    }

    package func outputShape(_ input: [Int]) -> [Int] {
        guard let extent = window.resultExtent(of: ImageExtent(input[0], input[1])) else {
            preconditionFailure("a window larger than its image of \(input)")
        }
        return [extent.height, extent.width, input[2]]
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        switch method {
        case .average: input.averagePooled(window)
        case .maximum: input.maximumPooled(window)
        }
    }
}

extension Pooling2D: ListedLayer {
    package static let identifier = "pooling"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        Pooling2D(
            kernel: try settings.integer(
                "kernel", default: 2, in: 1...256, unit: "pixels",
                "Height and width of a filter or window."),
            stride: try settings.integer(
                "stride", default: 2, in: 1...256, unit: "pixels",
                "From one place of a filter or window to the next."),
            method: try settings.choice(
                "method", default: Method.average, "Which number stands for a window."))
    }
}

/// The sum or the mean of each channel over all pixels: `[channels]`.
package struct GlobalPooling2D: Layer {
    package enum Method: String, CaseIterable, Sendable {
        case sum, average
    }

    package let method: Method

    package init(method: Method) { self.method = method }

    package func refusal(of input: [Int]) -> String? { refusalUnlessImages(input) }

    package func outputShape(_ input: [Int]) -> [Int] { [input[2]] }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let result = method == .sum ? input.sum(axes: [1, 2]) : input.mean(axes: [1, 2])
        return result.reshaped([input.shape[0], input.shape[3]])
    }
}

extension GlobalPooling2D: ListedLayer {
    package static let identifier = "global-pooling"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        GlobalPooling2D(
            method: try settings.choice(
                "method", default: Method.average, "Which number stands for a window."))
    }
}
