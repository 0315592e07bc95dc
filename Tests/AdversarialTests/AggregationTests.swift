import Adversarial
import Foundation
import OracleSupport
import TensorGraph
import Testing

@Suite struct AggregationTests {
    /// The loss and its derivatives with respect to each of the losses.
    private func values(
        _ rule: Aggregation, _ losses: [Double], _ evaluator: Evaluator
    ) -> [Double] {
        let graph = Graph()
        let inputs = losses.indices.map { graph.input("\($0)", .scalar) }
        let loss = rule.loss(inputs)
        let named = Dictionary(uniqueKeysWithValues: losses.enumerated().map { ("\($0)", [$1]) })
        return evaluator.values([loss] + loss.gradient(withRespectTo: inputs), named)
            .flatMap { $0 }
    }

    /// `d/dL_i sum w_j L_j = w_i (1 + lambda (L_i - sum w_j L_j))`.
    private func softmax(_ losses: [Double], lambda: Double) -> [Double] {
        let weights = losses.map { exp(lambda * ($0 - losses.max()!)) }
        let total = weights.reduce(0, +)
        let loss = zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 } / total
        return [loss] + zip(weights, losses).map { $0 / total * (1 + lambda * ($1 - loss)) }
    }

    @Test(arguments: Evaluator.allCases) func areWhatTheyAreCalled(evaluator: Evaluator) {
        let losses = [0.5, 2, -1]
        let third = 1.0 / 3
        let cases: [(Aggregation, [Double])] = [
            (.mean, [0.5, third, third, third]),
            (.maximum, [2, 0, 1, 0]),
            (.softmax(lambda: 0), [0.5, third, third, third]),
            (.softmax(lambda: 1.5), softmax(losses, lambda: 1.5)),
            (.softmax(lambda: 1000), [2, 0, 1, 0]),
        ]
        for (rule, expected) in cases {
            let problem = evaluator.difference(values(rule, losses, evaluator), expected)
            #expect(problem == nil, "\(rule): \(problem!)")
        }
    }

    @Test(arguments: Evaluator.allCases) func largeLossesDoNotOverflow(evaluator: Evaluator) {
        let losses = [30_000.0, 20_000]
        #expect(values(.softmax(lambda: 2), losses, evaluator) == [30_000, 1, 0])
    }

    @Test func oneLossIsItself() {
        let loss = Graph().input("loss", .scalar)
        for rule in [Aggregation.mean, .maximum, .softmax(lambda: 3)] {
            #expect(rule.loss([loss]) == loss)
        }
    }
}
