extension Value {
    /// The derivatives of this scalar with respect to `variables`, by reverse accumulation.
    ///
    /// Each gradient has its variable's shape; a variable that the scalar does not depend on
    /// gets zeros. The result is graph code and can be differentiated again.
    package func gradient(withRespectTo variables: [Value]) -> [Value] {
        precondition(shape.elementCount == 1, "only a scalar has a gradient")
        let one = graph.constant(1).broadcasted(to: shape)
        return pullback(one, withRespectTo: variables)
    }

    /// The vector-Jacobian products of `cotangent` (shaped as this value) with `variables`.
    package func pullback(_ cotangent: Value, withRespectTo variables: [Value]) -> [Value] {
        let active = dependants(of: variables)
        var cotangents = [Value?](repeating: nil, count: index + 1)
        cotangents[index] = cotangent
        let isVariable = Set(variables.map(\.index))
        for current in stride(from: index, through: 0, by: -1) {
            guard active[current], let incoming = cotangents[current] else { continue }
            let value = graph.value(current)
            if isVariable.contains(current) && !value.operands.contains(where: { active[$0.index] })
            {
                continue
            }
            let contributions = value.node.primitive.pullback(
                incoming, operands: value.operands, result: value)
            for (operand, contribution) in zip(value.node.operands, contributions)
            where active[operand] {
                guard let contribution else { continue }
                cotangents[operand] = cotangents[operand].map { $0 + contribution } ?? contribution
            }
        }
        return variables.map { variable in
            let found = variable.index <= index ? cotangents[variable.index] : nil
            return found ?? graph.constant(0).broadcasted(to: variable.shape)
        }
    }

    /// For each node up to this one: whether it is, or depends on, one of `variables`.
    private func dependants(of variables: [Value]) -> [Bool] {
        var active = [Bool](repeating: false, count: index + 1)
        for variable in variables where variable.index <= index { active[variable.index] = true }
        for current in 0...index where !active[current] {
            active[current] = graph.nodes[current].operands.contains { active[$0] }
        }
        return active
    }
}
