import FileFormats
import Foundation
import Recording
import Testing

/// Launchers that leave the runs to others, with stand-ins for the commands of Slurm.
struct LauncherTests {
    private let workspace = Workspace()
    private let program: String

    init() throws {
        try workspace.write("small.toml", smallExperiment.utf8)
        program = try #require(Program.path)
    }

    /// `sbatch` gives numbers from 101 on and keeps its words, `squeue` says what `queue` says.
    private func installSlurm(sbatch: String = "") throws {
        let commands = [
            "sbatch": """
            \(sbatch)
            echo "$@" >>'\(workspace.path)/submitted'
            echo "sbatch: a warning" >&2
            echo $((100 + $(wc -l <'\(workspace.path)/submitted')))
            """,
            "squeue": "cat '\(workspace.path)/queue'",
            "scontrol": "echo 'MaxArraySize            = 2'",
        ]
        for (name, text) in commands {
            try workspace.write("bin/\(name)", "#!/bin/bash\n\(text)\n".utf8)
            chmod("\(workspace.path)/bin/\(name)", 0o755)
        }
    }

    private func quadrille(_ words: String) throws -> Program.Result {
        try workspace.write(
            "script", "PATH=\"$PWD/bin:$PATH\" exec '\(program)' \(words)\n".utf8)
        return try workspace.shell("script")
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(workspace.path)/\(name)", encoding: .utf8)) ?? ""
    }

    @Test func commandsDoOneRunEachFromAnywhere() throws {
        let sweep = "sweep small.toml seed=1..3 --launcher commands"
        let planned = try quadrille(sweep)
        let lines = planned.output.split(separator: "\n").map(String.init)
        #expect(planned.code == 0 && lines.count == 3 && planned.errors.isEmpty)
        try workspace.write("one", "cd /\n\(lines[1])\n".utf8)
        #expect(try workspace.shell("one").code == 0)
        let status = try workspace.run("status", "results/small")
        #expect(status.output.contains("2 pending, 1 finished"))
        let rest = try quadrille(sweep).output.split(separator: "\n").map(String.init)
        #expect(rest == [lines[0], lines[2]])
    }

    @Test func arraysAreSubmittedOnceAndTheirStatesAreShown() throws {
        try installSlurm()
        let words =
            "sweep small.toml seed=1..5 --launcher slurm --runs-per-task 2 --time 1:30:00 "
            + "--cpus 3 --partition short"
        let first = try quadrille(words)
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.output.contains("submitted 2 tasks as job 101\nsubmitted 1 task as job 102"))
        let submitted = text("submitted").split(separator: "\n")
        #expect(submitted.count == 2)
        for option in [
            "--array=0-1 ", "--cpus-per-task=3 ", "--time=1:30:00 ", "--partition=short ",
        ] {
            #expect(submitted[0].contains(option))
        }
        #expect(submitted[0].hasSuffix("array.sh 0") && submitted[1].hasSuffix("array.sh 2"))
        let script = text("results/small/slurm/array.sh")
        #expect(script.contains("--count 2") && script.contains("--jobs 3 --threads 1"))
        try workspace.write("queue", "101|0|RUNNING|None\n101|1|PENDING|Priority\n".utf8)
        let again = try quadrille(words)
        #expect(again.output.contains("4 runs in the queue from an earlier submission"))
        #expect(again.output.contains("submitted 1 task as job 103"))
        let status = try quadrille("status results/small")
        #expect(status.output.contains("    queue: 101_1 PENDING (Priority)\n"))
        #expect(status.output.contains("Slurm jobs 101, 102, 103: 1 task pending, 1 running"))
    }

    @Test func aRefusalOfSlurmIsOneLineAndWhatItTookIsKnown() throws {
        try installSlurm(
            sbatch: """
                if [ -e '\(workspace.path)/submitted' ]; then
                    echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2; exit 1
                fi
                """)
        let words = "sweep small.toml seed=1..3 --launcher slurm --runs-per-task 1"
        let refused = try quadrille(words)
        #expect(refused.code == 74)
        #expect(refused.errors.contains("array 2 of 2, the same command submits the rest"))
        #expect(refused.errors.contains("QOSMaxSubmitJobPerUserLimit"))
        #expect(refused.errors.split(separator: "\n").count == 1)
        #expect(text("results/small/slurm/jobs.jsonl").contains("{\"job\":101,"))
    }

    @Test func withoutSlurmNothingIsSubmittedAndStatusSaysSo() throws {
        try workspace.write("bin/scontrol", "#!/bin/bash\nexit 127\n".utf8)
        chmod("\(workspace.path)/bin/scontrol", 0o755)
        let none = try quadrille("sweep small.toml seed=1,2 --launcher slurm")
        #expect(
            none.code == 74 && none.errors == "error: scontrol: there is no such program here\n")
        let job = #"{"job":7,"first_part":0,"runs_per_task":1,"command":[]}"#
        try workspace.write("results/small/slurm/jobs.jsonl", "garbage\n\(job)\n".utf8)
        try workspace.write("bin/squeue", "#!/bin/bash\necho 'cannot connect' >&2; exit 1\n".utf8)
        chmod("\(workspace.path)/bin/squeue", 0o755)
        let status = try quadrille("status results/small")
        #expect(status.code == 0)
        #expect(
            status.output.contains(
                "Slurm jobs 7: nobody knows their state: squeue: cannot connect\n"))
    }

    @Test(arguments: [
        ("--launcher ray", "one of local, slurm, commands"),
        ("--time 10", "belong to --launcher slurm"),
        ("--launcher commands --partition x", "belong to --launcher slurm"),
        ("--launcher slurm --time soon", "not soon"),
        ("--launcher slurm --runs-per-task 0", "from 1 on"),
        ("--launcher slurm --cpus 0", "from 1 to"),
        ("--launcher slurm --jobs 2", "--cpus"),
    ])
    func badOptionsAreRefusedBeforeAnythingIsWritten(words: String, message: String) throws {
        let answer = try quadrille("sweep small.toml seed=1,2 \(words)")
        #expect(answer.code == 64 && answer.errors.contains(message))
        #expect(workspace.contents("results").isEmpty)
    }
}
