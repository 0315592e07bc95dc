import Settings

/// The keys that all Gaussian sets share.
struct GaussianKeys {
    /// Standard deviation along each axis, before scaling.
    let sigma: Double
    let scale: Double
    let count: Int

    init(settings: SettingsTable, sigma defaultSigma: Double) throws {
        sigma = try settings.number(
            "sigma", default: defaultSigma, in: .positive, "standard deviation along each axis")
        scale = try settings.number(
            "scale", default: 1, in: .positive, "factor of all coordinates and of sigma")
        count = try settings.integer(
            "count", default: 100_000, in: 1...100_000_000, unit: "points",
            "points drawn, from the seed of the run")
    }

    /// The mixture with its centres and sigma scaled.
    ///
    /// - Throws: where `Float` cannot hold a point.
    func mixture(
        of centres: [(Double, Double)], settings: SettingsTable
    ) throws -> GaussianMixture {
        // No normal number of the streams reaches 6.
        let reach = centres.map { max(abs($0.0), abs($0.1)) }.max() ?? 0
        guard (reach + 6 * sigma) * scale < Double(Float.greatestFiniteMagnitude),
            Float(sigma * scale) > 0
        else {
            throw settings.error("scale", "the points do not fit 32-bit floating-point numbers")
        }
        return GaussianMixture(
            centres: centres.map { (Float($0.0 * scale), Float($0.1 * scale)) },
            sigma: Float(sigma * scale))
    }
}
