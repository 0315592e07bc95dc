import GraphExecution
import TensorGraph

/// Grows a random graph whose values stay of moderate size, and places inputs and outputs at
/// random: in the arena, in the caller's memory, and over parameters.
struct RandomGraph {
    private(set) var planCase = PlanCase()
    private var generator: SeededGenerator
    private let graph = Graph()
    /// The values so far, and a bound of their size.
    private var pool: [(value: Value, bound: Double)] = []
    private var parameters: [Value] = []
    private let largestCount: Int

    init(seed: UInt64, steps: Int, largestCount: Int) {
        generator = SeededGenerator(seed: seed)
        self.largestCount = largestCount
        for _ in 0..<(2 + generator.below(3)) { addInput(randomShape()) }
        for _ in 0..<(1 + generator.below(3)) { addParameter(randomShape()) }
        for _ in 0..<steps { grow() }
        if generator.chance(0.5) { addGradients() }
        if generator.chance(0.5) { addAdamUpdate() }
        placeOutputs()
    }

    // MARK: Sources

    private mutating func randomShape() -> Shape {
        while true {
            let rank = generator.below(5)
            let extents = (0..<rank).map { _ in generator.element([1, 2, 3, 4, 5, 8, 17]) }
            if extents.reduce(1, *) <= largestCount {
                if generator.chance(0.1) && rank == 2 { return [extents[0], largestCount / 20] }
                return Shape(extents)
            }
        }
    }

    @discardableResult
    private mutating func addInput(_ shape: Shape) -> Value {
        let value = graph.input("input\(graph.nodes.count)", shape)
        let slot = generator.chance(0.5) ? PlanCase.readOnlySlot : nil
        planCase.give(value, generator.floats(shape.elementCount), slot: slot)
        pool.append((value, 1))
        return value
    }

    private mutating func addParameter(_ shape: Shape) {
        let value = graph.input("parameter\(graph.nodes.count)", shape)
        planCase.give(value, generator.floats(shape.elementCount), slot: PlanCase.parameterSlot)
        pool.append((value, 1))
        parameters.append(value)
    }

    private mutating func add(_ value: Value, _ bound: Double) {
        guard value.shape.elementCount <= largestCount else { return }
        pool.append(bound > 4 ? (value.tanh(), 1) : (value, bound))
    }

    /// Recent values more often than old ones.
    private mutating func pick() -> (value: Value, bound: Double) {
        generator.chance(0.5) ? pool.last! : generator.element(pool)
    }

    // MARK: Steps

    private mutating func grow() {
        switch generator.below(12) {
        case 0, 1: addUnary()
        case 2, 3, 4: addBinary()
        case 5: addSelection()
        case 6: addProduct()
        case 7: addReshape()
        case 8: addSlice()
        case 9: addPadding()
        case 10: addConcatenation()
        default: addReduction()
        }
    }

    private mutating func addUnary() {
        let (x, bound) = pick()
        switch generator.below(10) {
        case 0: add(-x, bound)
        case 1: add(x.tanh(), 1)
        case 2: add(x.sigmoid(), 1)
        case 3: add(x.softplus(), bound + 1)
        case 4: add(x.tanh().exponential(), 3)
        case 5: add((x.softplus() + 0.5).logarithm(), 2)
        case 6: add((x * x + 0.5).squareRoot(), bound + 1)
        case 7: add((x * x + 0.5).reciprocal(), 2)
        case 8: add(x.relu(), bound)
        default: add(x.leakyRelu(slope: 0.2).stoppingGradient(), bound)
        }
    }

    private mutating func addBinary() {
        let (x, xBound) = pick()
        let (y, yBound) = broadcastable(with: x)
        switch generator.below(7) {
        case 0: add(x + y, xBound + yBound)
        case 1: add(x - y, xBound + yBound)
        case 2: add(x * y, xBound * yBound)
        case 3: add(x / (y.softplus() + 0.5), 2 * xBound)
        case 4: add(x.maximum(y), max(xBound, yBound))
        case 5: add(y.minimum(x), max(xBound, yBound))
        default: add(x * y + x * 0.25, xBound * yBound + xBound)
        }
    }

    /// A value of the pool that fits, or a scalar, row, column or mixture made from `x`.
    private mutating func broadcastable(with x: Value) -> (Value, Double) {
        let fitting = pool.filter {
            guard let shape = $0.value.shape.broadcast(with: x.shape) else { return false }
            return shape.elementCount <= largestCount
        }
        if generator.chance(0.5), let found = fitting.randomElement(using: &generator) {
            return (found.value, found.bound)
        }
        let axes = (0..<x.shape.rank).filter { _ in generator.chance(0.5) }
        var extents = x.shape.extents
        for axis in axes { extents[axis] = 1 }
        if generator.chance(0.3) { return (addInput(Shape(extents)), 1) }
        let mean = axes.isEmpty ? x : x.mean(axes: axes)
        let leading = mean.shape.extents.prefix { $0 == 1 }.count
        let kept = generator.chance(0.5) ? leading : 0
        return (mean.reshaped(Shape(Array(mean.shape.extents[kept...]))).tanh(), 1)
    }

    /// The condition is an input: rounding must not decide the branch.
    private mutating func addSelection() {
        let (x, xBound) = pick()
        let (y, yBound) = broadcastable(with: x)
        let condition = addInput(x.shape.broadcast(with: y.shape)!)
        add(Value.select(condition, x, y), max(xBound, yBound))
    }

    private mutating func addProduct() {
        let (x, bound) = pick()
        let matrix = x.shape.rank == 2 && generator.chance(0.7) ? x : x.reshaped(factored(x, 2))
        let transposesLeft = generator.chance(0.5)
        let inner = matrix.shape[transposesLeft ? 0 : 1]
        let columns = generator.element([1, 2, 3, 8, 20])
        let transposesRight = generator.chance(0.5)
        let wanted: Shape = transposesRight ? [columns, inner] : [inner, columns]
        let known = pool.last { $0.value.shape == wanted }?.value
        let right = generator.chance(0.5) ? known ?? addInput(wanted) : addInput(wanted)
        let product = matrix.matrixProduct(right, transposed: transposesLeft, transposesRight)
        let scaled = product * (1 / Double(inner))
        if generator.chance(0.5) {
            add((scaled + addInput([columns])).relu(), bound + 1)
        } else {
            add(scaled, 4 * bound)
        }
    }

    /// A random shape of `rank` axes with the elements of `x`.
    private mutating func factored(_ x: Value, _ rank: Int) -> Shape {
        var extents: [Int] = []
        var left = x.shape.elementCount
        for _ in 1..<max(rank, 1) {
            let divisor = generator.element((1...left).filter { left % $0 == 0 })
            extents.append(divisor)
            left /= divisor
        }
        return Shape(extents + [left])
    }

    private mutating func addReshape() {
        let (x, bound) = pick()
        if generator.chance(0.5) {
            add(x.reshaped(factored(x, 1 + generator.below(4))), bound)
        } else {
            let permutation = Array(0..<x.shape.rank).shuffled(using: &generator)
            add(x.transposed(permutation), bound)
        }
    }

    private mutating func addSlice() {
        let (x, bound) = pick()
        var (starts, extents) = ([Int](repeating: 0, count: x.shape.rank), x.shape.extents)
        for axis in extents.indices where generator.chance(0.5) {
            extents[axis] = 1 + generator.below(x.shape[axis])
            starts[axis] = generator.below(x.shape[axis] - extents[axis] + 1)
        }
        add(x.sliced(from: starts, extents: extents), bound)
    }

    private mutating func addPadding() {
        let (x, bound) = pick()
        var (starts, extents) = ([Int](repeating: 0, count: x.shape.rank), x.shape.extents)
        for axis in extents.indices where generator.chance(0.5) {
            starts[axis] = generator.below(3)
            extents[axis] += starts[axis] + generator.below(3)
        }
        add(x.padded(to: Shape(extents), at: starts), bound)
    }

    private mutating func addConcatenation() {
        let (x, bound) = pick()
        guard x.shape.rank > 0 else { return }
        let axis = generator.below(x.shape.rank)
        var (parts, largest) = ([x], bound)
        for _ in 0...generator.below(3) {
            let fitting = pool.filter { part in
                part.value.shape.rank == x.shape.rank
                    && x.shape.extents.indices.allSatisfy {
                        $0 == axis || part.value.shape[$0] == x.shape[$0]
                    }
            }
            let other = generator.element(fitting)
            let isFresh = generator.chance(0.5)
            parts.append(isFresh ? other.value * 0.5 : other.value)
            largest = max(largest, other.bound)
        }
        add(Value.concatenated(parts.shuffled(using: &generator), axis: axis), largest)
    }

    private mutating func addReduction() {
        let (x, bound) = pick()
        let axes = (0..<x.shape.rank).filter { _ in generator.chance(0.6) }
            .shuffled(using: &generator)
        if axes.isEmpty {
            add(x.mean(), bound)
        } else if generator.chance(0.5) {
            // A broadcast that has to be written out.
            let shape = Shape([2] + x.shape.extents.suffix(3))
            let broadcast = x.reshaped(
                Shape(Array(x.shape.extents.suffix(3)))
                    .elementCount == x.shape.elementCount
                    ? Shape(Array(x.shape.extents.suffix(3))) : x.shape)
            guard broadcast.shape.broadcast(with: shape) == shape else { return }
            add(broadcast.broadcasted(to: shape).mean(axes: [0]), bound)
        } else {
            add(x.mean(axes: axes), bound)
        }
    }

    // MARK: Endings

    private mutating func addGradients() {
        let loss = (pick().value.tanh() * pool.last!.value.mean()).mean()
        for gradient in loss.gradient(withRespectTo: parameters) { add(gradient, 1) }
    }

    /// Everything that one step of a loop can combine.
    private mutating func addAdamUpdate() {
        let shape = parameters[0].shape
        let gradient = pool.last { $0.value.shape == shape }!.value
        let (first, second) = (addSlot("first", shape), addSlot("second", shape))
        let rate = addInput(.scalar)
        let newFirst = first * 0.9 + gradient * 0.1
        let newSecond = second * second * 0.99 + 0.01 * (gradient * gradient)
        let update = (rate * newFirst) / (newSecond.squareRoot() * 0.7 + 1e-1)
        let parameter = parameters.removeFirst()
        planCase.store("updated", parameter - update, over: name(parameter))
        planCase.store("newFirst", newFirst, over: name(first))
        planCase.store("newSecond", newSecond, over: name(second))
    }

    private mutating func addSlot(_ name: String, _ shape: Shape) -> Value {
        let value = graph.input(name, shape)
        planCase.give(value, generator.floats(shape.elementCount), slot: PlanCase.parameterSlot)
        return value
    }

    private func name(_ value: Value) -> String { (value.node.primitive as! Input).inputName }

    private mutating func placeOutputs() {
        for parameter in parameters {
            let fitting = pool.filter { $0.value.shape == parameter.shape }
            let update =
                generator.chance(0.5) ? fitting.last!.value : generator.element(fitting).value
            let value = generator.chance(0.5) ? parameter - 0.1 * update : update
            planCase.store("new \(name(parameter))", value, over: name(parameter))
        }
        for index in 0..<(1 + generator.below(4)) {
            let value = index == 0 ? pool.last!.value : generator.element(pool).value
            if generator.chance(0.5) {
                planCase.outputExternally("output\(index)", value)
            } else {
                planCase.request.output("output\(index)", value)
            }
        }
    }
}
