/// A mixture of equally likely isotropic Gaussians in the plane: `x ~ N(centres[i], sigma^2 I)`.
package struct MixtureReference: Sendable {
    package let centres: [(Float, Float)]

    /// Standard deviation along each axis, in the units of the centres.
    package let sigma: Float

    /// - Precondition: at least one centre, and `sigma` positive and finite.
    package init(centres: [(Float, Float)], sigma: Float) {
        precondition(!centres.isEmpty, "a mixture needs at least one centre")
        precondition(sigma > 0 && sigma.isFinite, "a mixture needs a positive, finite sigma")
        self.centres = centres
        self.sigma = sigma
    }
}
