import NeuralNetwork
import Settings
import TensorGraph

/// A differentiable random change of images [batch, height, width, channels], with numbers of
/// their own for each example.
package protocol Augmentation: Catalogued {
    /// - Parameter uniform: fresh uniform numbers on [0, 1) of a shape that begins with the batch;
    ///   at most `AugmentationPolicy.mostNumbers` for each example.
    func apply(_ images: Value, uniform: (Shape) -> Value) -> Value
}

package enum Augmentations {
    package static let catalog: [any Augmentation.Type] = [
        ColorAugmentation.self, TranslationAugmentation.self, CutoutAugmentation.self,
    ]
}

/// Augmentations one after another: what the discriminator sees, real and generated, in its own
/// updates and in the generator's (DiffAugment; Zhao et al. 2020, arXiv 2006.10738).
package struct AugmentationPolicy: Sendable {
    package let augmentations: [any Augmentation]

    /// Numbers that one augmentation draws for one example, at the most.
    static let mostNumbers = 3

    /// Reads `policy`, and of each augmentation the table of its name.
    ///
    /// - Throws: `SettingsError`, also where one is named twice.
    package init(settings: SettingsTable, default: [String], _ meaning: String) throws {
        let identifiers = Augmentations.catalog.map { $0.identifier }
        let names = try settings.choices(
            "policy", of: identifiers, default: `default`, meaning)
        guard Set(names).count == names.count else {
            throw settings.error("policy", "an augmentation stands twice")
        }
        augmentations = try names.map { name in
            try Augmentations.catalog[identifiers.firstIndex(of: name)!]
                .init(settings: settings.table(name)) as any Augmentation
        }
    }

    private init() { augmentations = [] }

    /// Images stay as they are.
    static let none = AugmentationPolicy()

    package var isEmpty: Bool { augmentations.isEmpty }

    /// The images after all augmentations, in their order.
    package func apply(_ images: Value, uniform: (Shape) -> Value) -> Value {
        augmentations.reduce(images) { $1.apply($0, uniform: uniform) }
    }
}
