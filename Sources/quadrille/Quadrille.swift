import ArgumentParser
import Experiment

@main
struct Quadrille: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quadrille",
        abstract: "Trains populations of GANs whose discriminators change partners.",
        discussion: """
            Start with:  quadrille run Experiments/gap-mnist.toml
            An experiment is one TOML file; any key can be changed on the command line:
                quadrille run Experiments/ring.toml swap.interval=10 seed=7
            Exit codes: 0 done; 1 the run failed; 2 runs of a sweep failed; 64 bad command \
            line or experiment file, or a step or pair that a run does not have; 65 unreadable \
            input data; 74 results could not be written, or another process writes them; 130 \
            interrupted, state saved.
            """,
        version: Provenance.version,
        subcommands: [
            RunCommand.self, SweepCommand.self, SweepPartCommand.self, StatusCommand.self,
            ReportCommand.self, ExportCommand.self, SampleCommand.self, EvaluateCommand.self,
            ListCommand.self, InspectCommand.self, DataCommand.self, DoctorCommand.self,
            RecoverCommand.self, VerifyCommand.self, TrainClassifierCommand.self,
        ])
}
