import Settings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gaussians on a circle, centre i at the angle 2 pi i / modes.
///
/// The defaults are those of PacGAN (arXiv 1712.04086); radius 2, sigma 0.02 and scale 1 / 1.414
/// are those of the WGAN-GP code.
package struct GaussianRingSource: StoredDataSource, CataloguedDataSource {
    package static let identifier = "gaussian-ring"
    package static let holdsImages = false
    package let examples: Examples
    package let mixture: GaussianMixture?

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let modes = try settings.integer(
            "modes", default: 8, in: 1...256, "Gaussians, at the angles 2 pi i / modes")
        let radius = try settings.number(
            "radius", default: 1, in: .nonNegative, "of the circle on which the Gaussians sit")
        let keys = try GaussianKeys(settings: settings, sigma: 0.01)
        let centres = (0..<modes).map { mode in
            let angle = 2 * Double.pi * Double(mode) / Double(modes)
            return (radius * cos(angle), radius * sin(angle))
        }
        let mixture = try keys.mixture(of: centres, settings: settings)
        self.mixture = mixture
        examples =
            context.describing
            ? .none(exampleShape: [2])
            : mixture.examples(count: keys.count, seed: context.seed)
    }
}
