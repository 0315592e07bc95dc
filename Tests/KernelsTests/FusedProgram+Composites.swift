extension FusedProgram {
    /// Combines steps into composites and drops steps without effect.
    ///
    /// A step is absorbed only if one other step reads its result and it is no output, so nothing
    /// is computed twice. Composites round after each operation, so no bit changes.
    func combiningSteps(
        _ steps: [Step], outputs: [Register]
    ) -> (steps: [Step], outputs: [Register]) {
        var steps = steps
        let absorbable = singleUseResults(steps, outputs: outputs)
        for index in steps.indices {
            let definition = { (register: Register) -> Step? in
                guard case .step(let result) = register, absorbable.contains(register) else {
                    return nil
                }
                return steps[result]
            }
            if let composite = composite(of: steps[index], definition) { steps[index] = composite }
        }
        return droppingUnused(steps, outputs: outputs)
    }

    /// The composite that equals the step with the definitions of its operands put in.
    private func composite(
        of step: Step, _ definition: (Register) -> Step?
    ) -> Step? {
        let operands = step.operands
        func product(_ register: Register) -> [Register]? {
            definition(register).flatMap { $0.operation == .multiply ? $0.operands : nil }
        }
        switch step.operation {
        case .add:
            let (left, right) = (product(operands[0]), product(operands[1]))
            if let left, let right { return sum(left, right, definition) }
            if let left { return sum(left, operands[1], definition) }
            if let right { return sum(right, operands[0], definition) }
        case .subtract:
            if let left = product(operands[0]) {
                return Step(operation: .multiplySubtract, operands: left + [operands[1]])
            }
            if let right = product(operands[1]) {
                return Step(operation: .subtractProduct, operands: right + [operands[0]])
            }
            if let quotient = definition(operands[1]), quotient.operation == .divide,
                let numerator = product(quotient.operands[0])
            {
                return Step(
                    operation: .subtractQuotient,
                    operands: [operands[0]] + numerator + [quotient.operands[1]])
            }
        default: break
        }
        return nil
    }

    /// left[0] * left[1] + right[0] * right[1], or with the square of a register as a factor.
    private func sum(
        _ left: [Register], _ right: [Register], _ definition: (Register) -> Step?
    ) -> Step {
        for (product, other) in [(right, left), (left, right)] {
            for (scale, factor) in [(product[0], product[1]), (product[1], product[0])] {
                guard let square = definition(factor), square.operation == .multiply,
                    square.operands[0] == square.operands[1]
                else { continue }
                return Step(
                    operation: .scaledSquareAdd, operands: other + [scale, square.operands[0]])
            }
        }
        return Step(operation: .sumOfProducts, operands: left + right)
    }

    /// product[0] * product[1] + term, or with a square root as a factor.
    private func sum(
        _ product: [Register], _ term: Register, _ definition: (Register) -> Step?
    ) -> Step {
        for (factor, other) in [(product[0], product[1]), (product[1], product[0])] {
            if let root = definition(factor), root.operation == .squareRoot {
                return Step(operation: .squareRootAffine, operands: root.operands + [other, term])
            }
        }
        return Step(operation: .multiplyAdd, operands: product + [term])
    }

    private func singleUseResults(_ steps: [Step], outputs: [Register]) -> Set<Register> {
        var uses: [Register: Int] = [:]
        for register in steps.flatMap(\.operands) { uses[register, default: 0] += 1 }
        for register in outputs { uses[register, default: 0] += 2 }
        // A square reads its operand twice but is one reader; that operand is never absorbed.
        return Set(uses.filter { $0.value == 1 }.keys)
    }

    /// Removes steps that no output needs, and renumbers the others.
    private func droppingUnused(
        _ steps: [Step], outputs: [Register]
    ) -> (steps: [Step], outputs: [Register]) {
        var isNeeded = [Bool](repeating: false, count: steps.count)
        for case .step(let index) in outputs { isNeeded[index] = true }
        for index in steps.indices.reversed() where isNeeded[index] {
            for case .step(let operand) in steps[index].operands { isNeeded[operand] = true }
        }
        var place = [Int](repeating: 0, count: steps.count)
        var kept: [Step] = []
        let renumbered = { (register: Register) -> Register in
            if case .step(let index) = register { return .step(place[index]) }
            return register
        }
        for index in steps.indices where isNeeded[index] {
            place[index] = kept.count
            let operands = steps[index].operands.map(renumbered)
            kept.append(Step(operation: steps[index].operation, operands: operands))
        }
        return (kept, outputs.map(renumbered))
    }
}
