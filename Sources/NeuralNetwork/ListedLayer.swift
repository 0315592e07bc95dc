import Settings

/// A layer that experiments can name in a list of layers.
package protocol ListedLayer: Sendable {
    /// The word written at `kind`.
    static var identifier: String { get }

    /// The layer with its keys read.
    ///
    /// - Parameter name: of its tensors.
    static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer
}

package enum ListedLayers {
    package static let catalog: [any ListedLayer.Type] = [
        Dense.self, Maxout.self, Convolution2D.self, TransposedConvolution2D.self,
        BatchNormalization.self, LayerNormalization.self, InstanceNormalization.self,
        Activation.self, Dropout.self, Upsampling2D.self, Pooling2D.self, GlobalPooling2D.self,
        PixelShuffle.self, SelfAttention.self, MinibatchStandardDeviation.self,
        ExampleReshape.self,
    ]

    /// Reads `kind`.
    package static func kind(_ settings: SettingsTable) throws -> any ListedLayer.Type {
        let names = catalog.map { $0.identifier }
        let name = try settings.choice(
            "kind", of: names, default: Dense.identifier, "Kind of layer.")
        return catalog[names.firstIndex(of: name)!]
    }
}

extension Layer {
    /// A refusal of examples that are no images.
    func refusalUnlessImages(_ input: [Int]) -> String? {
        input.count == 3
            ? nil
            : "needs images [height, width, channels], not examples of \(input); a layer of kind "
                + "\"reshape\" can make them"
    }
}

/// The keys that several layers have.
extension SettingsTable {
    /// Outputs of a fully connected layer.
    func unitCount() throws -> Int {
        try integer("units", default: 128, in: 1...65_536, "Numbers that the layer makes.")
    }

    /// Whether weights are divided by their largest singular value.
    func isSpectral() throws -> Bool {
        try flag(
            "spectral", default: false,
            "Divide the weights by their largest singular value (spectral normalisation).")
    }
}
