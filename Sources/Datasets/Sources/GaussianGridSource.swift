import Settings

/// Gaussians on a square grid around the origin: {-4, -2, 0, 2, 4}^2 for 25 modes and spacing 2.
///
/// Centre i sits in column i / side and row i mod side, from the lowest coordinates on. The
/// defaults are those of PacGAN (arXiv 1712.04086); with scale 1 / 2.828 those of the WGAN-GP
/// code.
package struct GaussianGridSource: StoredDataSource, CataloguedDataSource {
    package static let identifier = "gaussian-grid"
    package static let holdsImages = false
    package let examples: Examples
    package let mixture: GaussianMixture?

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let modes = try settings.integer(
            "modes", default: 25, in: 1...256, "Gaussians on the grid; a square number")
        let spacing = try settings.number(
            "spacing", default: 2, in: .positive, "distance of neighbouring Gaussians")
        let keys = try GaussianKeys(settings: settings, sigma: 0.05)
        let side = Int(Double(modes).squareRoot())
        guard side * side == modes else {
            throw settings.error(
                "modes", "expected a square number such as \(side * side), found \(modes)")
        }
        let coordinates = (0..<side).map { (Double($0) - Double(side - 1) / 2) * spacing }
        let centres = coordinates.flatMap { first in coordinates.map { (first, $0) } }
        let mixture = try keys.mixture(of: centres, settings: settings)
        self.mixture = mixture
        examples =
            context.describing
            ? .none(exampleShape: [2])
            : mixture.examples(count: keys.count, seed: context.seed)
    }
}
