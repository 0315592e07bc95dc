import GraphExecution
import TensorGraph
import Testing

@Suite struct PlanInterpreterTests {
    @Test(arguments: 0..<200) func randomGraphsAgreeWithTheReference(seed: Int) {
        let isLarge = seed % 8 == 0
        let graph = RandomGraph(
            seed: UInt64(seed), steps: 4 + seed % 28, largestCount: isLarge ? 3_000 : 200)
        let reference = graph.planCase.reference()
        for passes in [[], GraphPasses.all] as [[any GraphPass]] {
            var first: PlanOutcome?
            for switches in PlanOptions.allSwitches {
                let options = PlanOptions(switches: switches, graphPasses: passes)
                let outcome = PlanOutcome(graph.planCase, options)
                let label = "seed \(seed), switches \(switches), passes \(passes.count)"
                #expect(outcome.problems.isEmpty, "\(label): \(outcome.problems)")
                if !outcome.problems.isEmpty { return }
                guard let first else {
                    first = outcome
                    #expect(outcome.error(against: reference) < 1e-3, "\(label)")
                    continue
                }
                let isSame = PlanOutcome.haveSameBits(outcome.outputs, first.outputs)
                #expect(isSame, "\(label)")
                if !isSame { return }
            }
        }
    }
}
