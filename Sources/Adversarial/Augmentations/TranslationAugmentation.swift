import NeuralNetwork
import Settings
import TensorGraph

/// A move by whole pixels, up to `ratio` of the image along each axis, with zeros behind it.
package struct TranslationAugmentation: Augmentation {
    package static let identifier = "translation"
    let ratio: Double

    package init(settings: SettingsTable) throws {
        ratio = try settings.number(
            "ratio", default: 0.125, in: .unitInterval,
            "Largest move along each axis, as a share of the image.")
    }

    package func apply(_ images: Value, uniform: (Shape) -> Value) -> Value {
        let image = images.shape.imageExtent
        let (height, width) = (pixels(ratio, image.height), pixels(ratio, image.width))
        return images.shifted(
            uniform([images.shape[0], 2]), first: ImageExtent(-height, -width),
            choices: ImageExtent(2 * height + 1, 2 * width + 1))
    }
}

/// A share of an extent in whole pixels, as the authors' code rounds it.
func pixels(_ ratio: Double, _ extent: Int) -> Int { Int(ratio * Double(extent) + 0.5) }
