import NeuralNetwork
import Settings
import TensorGraph

/// Zeros in a box of `ratio` of the image along each axis, around any pixel of it; an even box may
/// also stand one pixel further (DeVries and Taylor 2017, arXiv 1708.04552).
package struct CutoutAugmentation: Augmentation {
    package static let identifier = "cutout"
    let ratio: Double

    package init(settings: SettingsTable) throws {
        ratio = try settings.number(
            "ratio", default: 0.5, in: .unitInterval,
            "Extent of the box along each axis, as a share of the image.")
    }

    package func apply(_ images: Value, uniform: (Shape) -> Value) -> Value {
        let (batch, image) = (images.shape[0], images.shape.imageExtent)
        let box = ImageExtent(pixels(ratio, image.height), pixels(ratio, image.width))
        guard box.height > 0, box.width > 0 else { return images }
        // A box in the upper left corner is moved by (centre - half of its extent).
        let ones = images.graph.constant(1).broadcasted(to: [batch, box.height, box.width, 1])
        let corner = ones.padded(to: [batch, image.height, image.width, 1], at: [0, 0, 0, 0])
        let hidden = corner.shifted(
            uniform([batch, 2]), first: ImageExtent(-(box.height / 2), -(box.width / 2)),
            choices: ImageExtent(
                image.height + 1 - box.height % 2, image.width + 1 - box.width % 2))
        return images * (1 - hidden)
    }
}
