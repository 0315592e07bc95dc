import NeuralNetwork
import Settings
import TensorGraph

/// Brightness, saturation and contrast, each by a uniform number u of the example:
/// `x + brightness (u - 1/2)`, then `m + 2u (x - m)` with the mean m over the channels of a pixel,
/// then `m + (u + 1/2) (x - m)` with the mean over the image.
package struct ColorAugmentation: Augmentation {
    package static let identifier = "color"
    let brightness: Double

    package init(settings: SettingsTable) throws {
        brightness = try settings.number(
            "brightness", default: 1, in: .nonNegative,
            "Width of the range of the brightness that is added; 1 is meant for data in -1...1.")
    }

    package func apply(_ images: Value, uniform: (Shape) -> Value) -> Value {
        let perExample: Shape = [images.shape[0], 1, 1, 1]
        let brighter = images + (uniform(perExample) - 0.5) * brightness
        let grey = brighter.mean(axes: [3])
        let saturated = (brighter - grey) * (uniform(perExample) * 2) + grey
        let mean = saturated.mean(axes: [1, 2, 3])
        return (saturated - mean) * (uniform(perExample) + 0.5) + mean
    }
}
