import Adversarial
import Datasets
import Experiment
import FileFormats
import Foundation
import GraphExecution
import NeuralNetwork
import Population
import Randomness
import Recording
import Testing

struct RunFilesTests {
    private let folder = TemporaryFolder()

    @Test(arguments: rules) func checkpointEqualsTheStateInMemory(rule: String) throws {
        let run = try FinishedRun(
            [
                "record.checkpoint_every=10", "population.first_member=5",
                "generator.ema_decay=0.75", "loss.regularizers=[\"lecam\"]",
                "swap.optimizer_state=\(rule)", "swap.normalization_statistics=\(rule)",
            ], workers: 2)
        let file = try run.checkpoint(step: 24)
        #expect(file.metadata["first_member"] == "5" && file.metadata["step"] == "24")
        #expect(file.metadata["seed"] == "3")
        #expect(file.tensor(named: "generator.0.dense1.weight")?.shape == [8, 2])
        #expect(file.tensor(named: "discriminator.2.dense2.weight")?.shape == [1, 8])
        let (state, model) = (run.state, run.plan.model)
        let pairing = run.session.run.lineage.pairing.pairOfDiscriminator
        for member in 0..<3 {
            let seat = state.seat(pairing[member], discriminator: member)
            try expect(
                file, "generator.\(member)", model.generator, state.generators[member],
                state.generatorOptimizers[member], state.generatorStatistics[member])
            try expect(
                file, "discriminator.\(member)", model.discriminator, seat.discriminator,
                seat.discriminatorOptimizer, seat.discriminatorStatistics)
        }
        let names = Set(file.tensors.map { $0.name.split(separator: ".")[0] })
        #expect(names == ["generator", "discriminator", "population"])
    }

    private func expect(
        _ file: SafetensorsFile, _ prefix: String, _ network: Network, _ state: NetworkState,
        _ optimizer: OptimizerState, _ statistics: FloatVector
    ) throws {
        func stored(_ name: String) throws -> [Float] {
            file.floats(of: try #require(file.tensor(named: "\(prefix).\(name)")))
        }
        #expect(!network.statistics.entries.isEmpty)
        for (part, layout, vector) in [
            ("", network.parameters, state.parameters), ("", network.statistics, statistics),
            ("", network.estimates, state.estimates),
            ("average.", network.parameters, state.average),
        ] where !vector.elements.isEmpty {
            for entry in layout.entries {
                let live = vector.elements[entry.offset..<entry.offset + entry.count]
                let saved = try stored(part + entry.name)
                #expect(saved == inFileOrder(live, entry), "\(prefix).\(entry.name)")
            }
        }
        for (index, name) in optimizer.slotNames.enumerated() {
            #expect(try stored("optimizer.\(name)") == Array(optimizer.slot(index)))
        }
        let count = try #require(file.tensor(named: "\(prefix).optimizer.update_count"))
        #expect(file.integers(of: count, Int64.self) == [Int64(optimizer.updateCount)])
    }

    /// Weights are [in, out] in memory and [out, in] in files.
    private func inFileOrder(
        _ values: Slice<UnsafeMutableBufferPointer<Float>>, _ entry: StateLayout.Entry
    ) -> [Float] {
        let values = Array(values)
        guard entry.name.hasPrefix("dense"), entry.name.hasSuffix("weight") else { return values }
        let (inputs, outputs) = (entry.shape[0], entry.shape[1])
        return (0..<outputs).flatMap { output in
            (0..<inputs).map { values[$0 * outputs + output] }
        }
    }

    @Test func savedGeneratorsMakeTheSameExamples() throws {
        let run = try FinishedRun(["record.checkpoint_every=8", "population.first_member=2"])
        let saved = try SavedRun(directory: run.session.directory, step: nil)
        #expect(saved.step == 24 && saved.exampleShape == [2])
        let sampler = GeneratorSampler(run.plan.model)
        let scratch = FloatVector(count: sampler.plan.arenaCount)
        for member in 0..<3 {
            let live = FloatVector(count: 150 * 2)
            sampler.sample(
                run.state.generators[member], statistics: run.state.generatorStatistics[member],
                from: RandomStream(
                    seed: 3, step: 24, member: UInt32(2 + member), purpose: .sampleLatent),
                count: 150, scratch: scratch.base, into: live.base)
            #expect(try saved.examples(member: 2 + member, count: 150) == Array(live.elements))
        }
        #expect(
            try SavedRun(directory: run.session.directory, step: 8).examples(member: 2, count: 9)
                != saved.examples(member: 2, count: 9))
        #expect(saved.members == 2...4)
        for member in [1, 5] {
            #expect(throws: EvaluationError.self) { try saved.examples(member: member, count: 1) }
        }
        #expect(throws: MissingCheckpointError.self) {
            try SavedRun(directory: run.session.directory, step: 9)
        }
    }

    @Test func olderCheckpointsGo() throws {
        let run = try FinishedRun(
            [
                "steps=25", "record.checkpoint_every=3", "record.keep_checkpoints=2",
                "record.keep_every=4",
            ], workers: 2)
        let directory = run.session.directory
        #expect(Checkpoints.steps(in: directory) == [12, 24, 25])
        let all = try FinishedRun(["steps=25", "record.checkpoint_every=3"])
        #expect(Checkpoints.steps(in: all.session.directory).count == 9)
        for step in [12, 24, 25] {
            let file = try Checkpoints.open(in: directory, step: step)
            #expect(file.metadata["step"] == "\(step)" && file.hasChecksums)
        }
    }

    /// Of a checkpoint as a run leaves it no bit can change, and no end be missing, unnoticed.
    @Test func noDamageToACheckpointIsSilent() throws {
        let run = try FinishedRun([
            "steps=8", "population.pairs=1", "record.checkpoint_every=8", "generator.hidden=[2]",
            "discriminator.hidden=[2]",
        ])
        let path = RunDirectory.checkpointPath(run.session.directory, step: 8)
        var bytes = try InputFile.read(path)
        var silent: [String] = []
        for position in bytes.indices {
            for bit in 0..<8 {
                bytes[position] ^= 1 << bit
                let file = try? SafetensorsFile(parsing: bytes, file: path)
                if file != nil { silent.append("bit \(bit) of byte \(position)") }
                bytes[position] ^= 1 << bit
            }
            let cut = try? SafetensorsFile(parsing: Array(bytes[..<position]), file: path)
            if cut != nil { silent.append("cut at byte \(position)") }
        }
        #expect(silent == [])
        #expect(try SafetensorsFile(parsing: bytes, file: path).hasChecksums)
        #expect(bytes.count * 8 > 20_000)
    }

    private let arrayExperiment = smallExperiment.replacing(
        "source = \"gaussian-ring\"\ncount = 64", with: "source = \"npy\"\npath = \"data/x.npy\"")

    private func writeArray(_ place: String, _ last: Float) throws {
        let values = (0..<40).map { Float($0) } + [last, 0]
        try folder.write(place, NPYFile.bytes(of: values, shape: [21, 2]))
    }

    @Test func hashIsOfTheContentAndNotOfThePlace() throws {
        try writeArray("data/x.npy", 1)
        try writeArray("else where/\"y\".npy", 1)
        try writeArray("data/z.npy", 2)
        func hash(_ overrides: [String]) throws -> String {
            RunName.hash(of: try loadPlan(overrides, text: arrayExperiment, in: folder))
        }
        let reference = try hash([])
        #expect(reference.count == 8)
        #expect(try hash(["data.path='else where/\"y\".npy'"]) == reference)
        #expect(try hash(["name=other"]) == reference)
        #expect(try hash(["data.path=data/z.npy"]) != reference)
        #expect(try hash(["seed=4"]) != reference)
        #expect(try hash(["swap.interval=5"]) != reference)
    }

    @Test func nameSaysOverridesAndSeed() throws {
        let plan = try loadPlan(
            ["swap.interval=5", "seed=9", "generator.hidden=[4, 4]"], in: folder)
        let name = RunName.of(plan)
        #expect(name.hasPrefix("generator.hidden=_4,_4_,swap.interval=5,seed9-"))
        #expect(RunName.of(try loadPlan([], in: folder)).hasPrefix("seed3-"))
    }

    @Test func resolvedExperimentIsTheSameRun() throws {
        try writeArray("data/x.npy", 1)
        try folder.write(
            "data/labels.npy", NPYFile.bytes(of: Array(repeating: 1, count: 21), shape: [21]))
        let first = try loadPlan(
            ["data.labels=data/labels.npy", "swap.policy=rotation", "loss.name=lsgan"],
            text: arrayExperiment, in: folder)
        let path = try folder.write("results/deep/experiment.toml", first.resolvedTOML.utf8)
        let second = try ExperimentPlan.load(path: path, overrides: [])
        #expect(second.resolvedTOML == first.resolvedTOML)
        #expect(RunName.hash(of: second) == RunName.hash(of: first))
        #expect(second.data.fingerprint == first.data.fingerprint)
    }

    @Test func averagedWeightsHavePicturesOfTheirOwn() throws {
        let run = try FinishedRun([
            "record.samples_every=12", "generator.ema_decay=0.9", "population.pairs=1",
        ])
        let samples = try FileManager.default.contentsOfDirectory(
            atPath: run.session.directory + "/samples")
        let steps = ["step-00000000-pair-00", "step-00000012-pair-00", "step-00000024-pair-00"]
        #expect(samples.sorted() == steps.flatMap { ["\($0)-ema.png", "\($0).png"] })
        let pictures = try samples.sorted().map {
            try InputFile.read("\(run.session.directory)/samples/\($0)")
        }
        // The average begins as the weights.
        #expect(pictures[0] == pictures[1] && pictures[4] != pictures[5])
    }

    @Test func filesOfARun() throws {
        let run = try FinishedRun([
            "record.samples_every=12", "record.checkpoint_every=12", "evaluate.every=12",
            "evaluate.metrics=[\"modes\", \"high-quality\", \"reverse-kl\"]",
            "evaluate.samples=100",
        ])
        #expect(run.ending == .finished)
        let directory = run.session.directory
        let text = try String(
            contentsOfFile: RunDirectory.experimentPath(directory), encoding: .utf8)
        #expect(text == run.plan.resolvedTOML)
        let samples = try FileManager.default.contentsOfDirectory(atPath: directory + "/samples")
        #expect(samples.count == 3 * 3)
        #expect(samples.contains("step-00000000-pair-02.png"))
        let checkpoints = try FileManager.default.contentsOfDirectory(
            atPath: directory + "/checkpoints")
        #expect(
            checkpoints.sorted() == ["step-00000012.safetensors", "step-00000024.safetensors"])
        #expect(try status(directory)["state"] == "finished")
        #expect(try run.rows()["eval"]?.map(\.axis) == [0, 12, 24])
        #expect(run.session.run.finalMetrics.count == 3)
        let log = try HDF5File.openForReading(RunDirectory.logPath(directory))
        #expect(try log.root.textAttribute("experiment") == text)
        for group in ["train", "swap", "eval", "system", "final"] {
            #expect(throws: Never.self) { try log.root.openGroup(group) }
        }
    }

    @Test func provenanceHasEveryField() throws {
        let run = try FinishedRun()
        let path = RunDirectory.provenancePath(run.session.directory)
        let json = try JSONValue(parsing: try InputFile.read(path), file: path)
        for key in [
            "quadrille_version", "executable_xxh3", "seed", "experiment_hash", "data_fingerprint",
            "openblas_version", "openblas_kernel_family", "hdf5_version", "cpu", "host",
            "c_library",
        ] {
            #expect(json[key]?.textValue?.isEmpty == false, "\(key)")
            #expect(json[key]?.textValue != "unknown", "\(key)")
        }
        #expect(json["seed"] == "3" && json["workers"] == 1 && json["openblas_threads"] == 1)
        #expect(json["command_line"] == ["quadrille", "run"])
        #expect(json["processors"]?.integerValue ?? 0 > 0)
        #expect(json["commit"] != nil)
        for file in [path, RunDirectory.statusPath(run.session.directory)] {
            let text = try InputFile.read(file)
            #expect(text.suffix(2) == [UInt8(ascii: "}"), UInt8(ascii: "\n")], "\(file)")
        }
    }

    private func status(_ directory: String) throws -> JSONValue {
        let path = RunDirectory.statusPath(directory)
        return try JSONValue(parsing: try InputFile.read(path), file: path)
    }

    @Test func stoppedRunKeepsItsState() throws {
        let plan = try loadPlan(["steps=100000000", "record.metrics_every=10"], in: folder)
        let session = try #require(
            try RunSession(
                plan: plan, results: folder.path + "/results", start: .new(overwrite: false),
                workers: 2, commandLine: []))
        Thread.detachNewThread {
            while session.run.progress.snapshot.step < 50 { usleep(1000) }
            session.requestStop()
        }
        let ending = try session.finish(session.train())
        guard case .interrupted(let step) = ending else {
            Issue.record("ended as \(ending)")
            return
        }
        #expect(step >= 50)
        #expect(try status(session.directory)["state"] == "interrupted")
        #expect(try status(session.directory)["step"] == .integer(step))
        let file = try SafetensorsFile(
            contentsOf: RunDirectory.checkpointPath(session.directory, step: step))
        let count = try #require(file.tensor(named: "generator.1.optimizer.update_count"))
        #expect(file.integers(of: count, Int64.self) == [Int64(step)])
    }
}
