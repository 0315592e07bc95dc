/// What a stream of random numbers is for. The raw values are part of the file format: they never
/// change and are never used again for something else.
package enum Purpose: UInt8, CaseIterable, Sendable {
    case generatorInitialization = 1
    case latent = 2
    case batchOrder = 3
    case dropout = 4
    case interpolation = 5
    case discriminatorInitialization = 6
    case matching = 7
    case data = 8
    case evaluationLatent = 9
    case sampleLatent = 10
    case inputNoise = 11
    case perturbation = 12
    case reinitialization = 13
    case evaluationData = 14
    case augmentation = 15
    case exampleTransform = 16
    case populationLatent = 17
    case mixtureSearch = 18
}
