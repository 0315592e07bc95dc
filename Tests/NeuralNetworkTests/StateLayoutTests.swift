import NeuralNetwork
import OracleSupport
import Testing

@Suite struct StateLayoutTests {
    /// Memory holds `[in, out]`; files hold `[out, in]`, as PyTorch's `Linear` does.
    @Test func weightsAreTransposedInFiles() throws {
        let network = try network([Dense(name: "dense1", outputs: 2)], input: [3])
        let weight = network.parameters["dense1.weight"]
        #expect(weight.shape == [3, 2])
        #expect(weight.fileShape == [2, 3])
        let (inMemory, inFile) = ([11, 21, 12, 22, 13, 23], [11, 12, 13, 21, 22, 23])
        #expect(weight.transposed(inMemory, toFile: true) == inFile)
        #expect(weight.transposed(inFile, toFile: false) == inMemory)
    }

    @Test func shapesOfThePyTorchLayer() throws {
        let test = OracleValue.pytorch["layers"]["dense"]
        let layer = Dense(name: "dense1", outputs: test["output"].shape[1])
        let layout = try network([layer], input: Array(test["input"].shape.dropFirst())).parameters
        #expect(layout["dense1.weight"].fileShape == test["weight"].shape)
        #expect(layout["dense1.bias"].fileShape == test["bias"].shape)
    }

    @Test(arguments: ["relu", "maxout"]) func filesGiveBackWhatMemoryHeld(
        activation: String
    ) throws {
        let network = try perceptron(
            "hidden = [4, 1]\nactivation = \"\(activation)\"\nnormalization = \"batch\"",
            input: [2, 3], output: [3])
        for entry in network.parameters.entries + network.statistics.entries {
            let values = (0..<entry.count).map(Float.init)
            let inFile = entry.transposed(values, toFile: true)
            #expect(entry.transposed(inFile, toFile: false) == values)
            #expect(entry.fileShape.reduce(1, *) == entry.count)
        }
    }

    /// Only matrices change their order: scales, shifts, biases and statistics are vectors.
    @Test func vectorsStayAsTheyAre() throws {
        let network = try perceptron(
            "hidden = [3]\nnormalization = \"batch\"", input: [2], output: [1])
        let vectors =
            ["dense1.bias", "norm1.weight", "norm1.bias"].map { network.parameters[$0] }
            + network.statistics.entries
        for entry in vectors {
            #expect(entry.fileShape == [3])
            #expect(entry.transposed([1, 2, 3], toFile: true) == [1, 2, 3])
        }
    }

    /// Several networks in one vector: the same tensors, one network after the other.
    @Test func copiesFollowOneAnother() throws {
        let one = try perceptron(
            "hidden = [3]\nnormalization = \"batch\"", input: [2], output: [1])
        let two = one.repeated(2)
        #expect(two.copies == 2 && one.repeated(1).parameters.hasTensors(of: one.parameters))
        for (single, both) in [
            (one.parameters, two.parameters), (one.statistics, two.statistics),
        ] {
            #expect(both.count == 2 * single.count)
            for (copy, entry) in [0, 1].flatMap({ copy in single.entries.map { (copy, $0) } }) {
                let found = both["\(copy).\(entry.name)"]
                #expect(found.offset == copy * single.count + entry.offset)
                #expect(found.shape == entry.shape)
            }
        }
    }
}
