import GraphExecution
import TensorGraph

/// A discriminator's update with gradient penalty and Adam, over one vector of parameters: what
/// plans are made for.
struct TrainingStep {
    let planCase: PlanCase

    /// Layers of `widths` elements; the first is the examples' size, the last 1.
    init(batch: Int, widths: [Int], seed: UInt64 = 1) {
        var generator = SeededGenerator(seed: seed)
        var planCase = PlanCase()
        let graph = Graph()
        func given(_ name: String, _ shape: Shape, _ slot: Int?, positive: Bool = false) -> Value {
            let value = graph.input(name, shape)
            let range: ClosedRange<Float> = positive ? 0...0.5 : -0.5...0.5
            planCase.give(value, generator.floats(shape.elementCount, in: range), slot: slot)
            return value
        }
        let count = zip(widths, widths.dropFirst()).map { ($0 + 1) * $1 }.reduce(0, +)
        let parameters = given("parameters", [count], PlanCase.parameterSlot)
        let first = given("first", [count], PlanCase.parameterSlot)
        let second = given("second", [count], PlanCase.parameterSlot, positive: true)
        let real = given("real", [batch, widths[0]], nil)
        let generated = given("generated", [batch, widths[0]], PlanCase.readOnlySlot)
        let mix = given("mix", [batch, 1], nil, positive: true)
        let scalars = given("scalars", [2], nil, positive: true)

        let network = Network(widths, parameters)
        let between = mix * real + (1 - mix) * generated
        let slope = network.score(between).sum().gradient(withRespectTo: [between])[0]
        let norm = ((slope * slope).sum(axes: [1]) + 1e-3).squareRoot()
        let penalty = ((norm - 1) * (norm - 1)).mean() * 10
        let both = network.score(Value.concatenated([real, generated], axis: 0))
        let realScore = both.sliced(axis: 0, from: 0, count: batch).mean()
        let generatedScore = both.sliced(axis: 0, from: batch, count: batch).mean()
        let loss = generatedScore - realScore + penalty
        let gradients = loss.gradient(withRespectTo: network.tensors)
        let gradient = Value.concatenated(gradients.map { $0.flattened() }, axis: 0)

        let newFirst = first * 0.5 + gradient * 0.5
        let newSecond = second * 0.9 + (gradient * gradient) * 0.1
        let rate = scalars.sliced(axis: 0, from: 0, count: 1)
        let correction = scalars.sliced(axis: 0, from: 1, count: 1)
        let root = newSecond.squareRoot() * correction + 1e-2
        planCase.store("parameters", parameters - rate * newFirst / root, over: "parameters")
        planCase.store("first", newFirst, over: "first")
        planCase.store("second", newSecond, over: "second")
        planCase.request.output("loss", loss)
        planCase.request.output("penalty", penalty)
        self.planCase = planCase
    }

    /// Dense layers `x W^T + b` with leaky ReLU between them.
    private struct Network {
        var tensors: [Value] = []

        init(_ widths: [Int], _ parameters: Value) {
            var offset = 0
            for (width, next) in zip(widths, widths.dropFirst()) {
                let weight = parameters.sliced(axis: 0, from: offset, count: width * next)
                offset += width * next
                let bias = parameters.sliced(axis: 0, from: offset, count: next)
                offset += next
                tensors += [weight.reshaped([next, width]), bias]
            }
        }

        func score(_ examples: Value) -> Value {
            var x = examples
            for layer in stride(from: 0, to: tensors.count, by: 2) {
                x = x.matrixProduct(tensors[layer], transposed: false, true) + tensors[layer + 1]
                if layer + 2 < tensors.count { x = x.leakyRelu(slope: 0.2) }
            }
            return x
        }
    }
}
