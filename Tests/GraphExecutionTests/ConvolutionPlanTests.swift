import GraphExecution
import TensorGraph
import Testing

/// Convolutions that are large enough for tiles, in plans.
@Suite struct ConvolutionPlanTests {
    /// A convolution of two batches, and the derivatives of both: filters are transformed once for
    /// the four uses.
    @Test func usesShareTransformedFilters() {
        let geometry = ConvolutionGeometry(
            kernel: ImageExtent(4, 4), stride: ImageExtent(2, 2), paddingBefore: ImageExtent(1, 1),
            paddingAfter: ImageExtent(1, 1))
        let graph = Graph()
        let images = (0..<2).map { graph.input("images.\($0)", [40, 8, 8, 16]) }
        let filters = graph.input("filters", [4, 4, 16, 48])
        let loss = images.map { batch in
            let result = batch.convolution(filters, geometry)
            return (result * result).sum()
        }.reduce(graph.constant(0), +)
        let slopes = loss.gradient(withRespectTo: images + [filters])

        var generator = SeededGenerator(seed: 3)
        var planCase = PlanCase()
        for value in images + [filters] {
            let numbers = (0..<value.shape.elementCount).map { _ in
                Float.random(in: -1...1, using: &generator)
            }
            planCase.give(value, numbers, slot: nil)
        }
        for (index, slope) in slopes.enumerated() {
            planCase.outputExternally("slope.\(index)", slope)
        }
        let outcome = PlanOutcome(planCase, PlanOptions())
        #expect(outcome.problems.isEmpty, "\(outcome.problems)")
        #expect(outcome.error(against: planCase.reference()) < 1e-3)
        let plan = PlanCompiler.compile(planCase.request)
        let names = plan.instructions.map(\.name)
        #expect(names.filter { $0 == "filter-tiling" }.count == 1)
        #expect(names.filter { $0 == "convolution" }.count == 2)
        #expect(names.filter { $0 == "convolution-input-gradient" }.count == 2)
    }
}
