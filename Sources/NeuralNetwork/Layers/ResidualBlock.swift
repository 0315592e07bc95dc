import TensorGraph

/// `y = main(x) + shortcut(x)`, each layers in sequence to the same shape; no layers are x itself
/// (He et al. 2016, arXiv 1512.03385).
package struct ResidualBlock: Layer {
    package let main: [any Layer]
    package let shortcut: [any Layer]

    package init(main: [any Layer], shortcut: [any Layer]) {
        self.main = main
        self.shortcut = shortcut
    }

    package var usesBatchStatistics: Bool {
        (main + shortcut).contains { $0.usesBatchStatistics }
    }

    package func outputShape(_ input: [Int]) -> [Int] {
        main.reduce(input) { $1.outputShape($0) }
    }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        walk(input) { layer, shape in
            layer.declare(input: shape, parameters: &parameters, statistics: &statistics)
        }
    }

    package func noiseCount(_ input: [Int]) -> Int {
        var count = 0
        walk(input) { count += $0.noiseCount($1) }
        return count
    }

    package func unitCount(_ input: [Int]) -> Int {
        var count = 0
        walk(input) { count += $0.unitCount($1) }
        return count
    }

    /// Every layer with the shape that it gets.
    private func walk(_ input: [Int], _ body: (any Layer, [Int]) -> Void) {
        for layers in [main, shortcut] {
            var shape = input
            for layer in layers {
                body(layer, shape)
                shape = layer.outputShape(shape)
            }
        }
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        main.reduce(input) { $1.apply($0, pass) } + shortcut.reduce(input) { $1.apply($0, pass) }
    }
}
