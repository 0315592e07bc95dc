import CKernels
import TensorGraph

/// What one step of a loop computes, and from which nodes.
struct StepExpression {
    let opcode: qk_opcode
    let operands: [Int]
    /// Nodes that are computed on the way and never stored.
    var absorbed: [Int] = []
}

/// Finds steps that do the work of several nodes, with the same roundings in the same order:
/// each saves a walk over a tile.
struct CompositeSteps {
    let list: OperationList
    let members: Set<Int>
    let results: [Int]

    init(_ operation: Operation, _ list: OperationList, results: [Int]) {
        self.list = list
        self.members = Set(operation.members)
        self.results = results
    }

    /// The widest step that ends in `node`.
    func expression(of node: Int) -> StepExpression {
        let operands = list.nodes[node].operands
        switch function(node) {
        case .add:
            return sum(operands[0], operands[1]) ?? sum(operands[1], operands[0])
                ?? single(node)
        case .subtract: return difference(operands[0], operands[1]) ?? single(node)
        default: return single(node)
        }
    }

    func single(_ node: Int) -> StepExpression {
        StepExpression(opcode: function(node)!.opcode, operands: list.nodes[node].operands)
    }

    private func function(_ node: Int) -> ElementwiseFunction? {
        (list.nodes[node].primitive as? Elementwise)?.function
    }

    /// The operands of a node of this loop that only one other reads, if it is of that function.
    private func inner(_ node: Int, _ wanted: ElementwiseFunction) -> [Int]? {
        guard members.contains(node), !results.contains(node), function(node) == wanted,
            list.consumers[node].count == 1
        else { return nil }
        return list.nodes[node].operands
    }

    private func sum(_ product: Int, _ other: Int) -> StepExpression? {
        guard product != other, let factors = inner(product, .multiply) else { return nil }
        if let second = inner(other, .multiply) {
            for (scale, square) in [(second[0], second[1]), (second[1], second[0])] {
                if scale != square, let root = inner(square, .multiply), root[0] == root[1] {
                    return StepExpression(
                        opcode: QK_SCALED_SQUARE_ADD, operands: factors + [scale, root[0]],
                        absorbed: [product, other, square])
                }
            }
            return StepExpression(
                opcode: QK_SUM_OF_PRODUCTS, operands: factors + second,
                absorbed: [product, other])
        }
        for (root, scale) in [(factors[0], factors[1]), (factors[1], factors[0])] {
            if root != scale, let radicand = inner(root, .squareRoot) {
                return StepExpression(
                    opcode: QK_SQUARE_ROOT_AFFINE, operands: [radicand[0], scale, other],
                    absorbed: [product, root])
            }
        }
        return StepExpression(
            opcode: QK_MULTIPLY_ADD, operands: factors + [other], absorbed: [product])
    }

    private func difference(_ left: Int, _ right: Int) -> StepExpression? {
        guard left != right else { return nil }
        if let quotient = inner(right, .divide), quotient[0] != quotient[1],
            let factors = inner(quotient[0], .multiply)
        {
            return StepExpression(
                opcode: QK_SUBTRACT_QUOTIENT, operands: [left] + factors + [quotient[1]],
                absorbed: [right, quotient[0]])
        }
        if let factors = inner(right, .multiply) {
            return StepExpression(
                opcode: QK_SUBTRACT_PRODUCT, operands: factors + [left], absorbed: [right])
        }
        if let factors = inner(left, .multiply) {
            return StepExpression(
                opcode: QK_MULTIPLY_SUBTRACT, operands: factors + [right], absorbed: [left])
        }
        return nil
    }
}

extension ElementwiseFunction {
    var opcode: qk_opcode {
        switch self {
        case .add: QK_ADD
        case .subtract: QK_SUBTRACT
        case .multiply: QK_MULTIPLY
        case .divide: QK_DIVIDE
        case .maximum: QK_MAXIMUM
        case .minimum: QK_MINIMUM
        case .select: QK_SELECT
        case .negate: QK_NEGATE
        case .exponential: QK_EXPONENTIAL
        case .logarithm: QK_LOGARITHM
        case .reciprocal: QK_RECIPROCAL
        case .squareRoot: QK_SQUARE_ROOT
        case .tanh: QK_TANH
        case .sigmoid: QK_SIGMOID
        case .softplus: QK_SOFTPLUS
        }
    }
}
