import Settings

/// All swap policies, the default first.
package enum SwapPolicies {
    package static let catalog: [any SwapPolicy.Type] = [
        RandomMatching.self,
        Rotation.self,
        RandomDerangement.self,
        RandomPermutation.self,
        SwapAndReturn.self,
        Reinitialization.self,
        Perturbation.self,
        Averaging.self,
        OptimizerStateOnly.self,
        BestWithWorst.self,
        Tournament.self,
    ]

    /// The policy that the table `swap` names under `policy`.
    package static func policy(settings: SettingsTable) throws -> any SwapPolicy {
        let identifiers = catalog.map { $0.identifier }
        let name = try settings.choice(
            "policy", of: identifiers, default: RandomMatching.identifier,
            "How discriminators change seats at a swap")
        guard let policy = catalog.first(where: { $0.identifier == name }) else {
            throw settings.error("policy", "expected one of \(identifiers.joined(separator: ", "))")
        }
        return try policy.init(settings: settings)
    }
}
