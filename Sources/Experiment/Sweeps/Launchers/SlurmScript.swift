/// The script that Slurm runs for each task of an array.
///
/// Its argument is the part of the plan that task 0 does. On `USR1`, which comes some time before
/// the limit is reached, and on `TERM` it lets the runs save their state; after `USR1` it puts the
/// task back into the queue. The next time, what is finished is skipped, and what is not goes on
/// where it was.
package struct SlurmScript {
    /// Does runs of the sweep, but for `--first` and `--count`.
    private let command: ShellCommand
    private let runsPerTask: Int
    private let warningSeconds: Int

    package init(command: ShellCommand, runsPerTask: Int, warningSeconds: Int) {
        self.command = command
        self.runsPerTask = runsPerTask
        self.warningSeconds = warningSeconds
    }

    package var text: String {
        """
        #!/bin/bash
        #SBATCH --requeue
        #SBATCH --open-mode=append
        #SBATCH --signal=B:USR1@\(warningSeconds)
        # A task does \(runsPerTask) of the runs of a sweep. Submitted as
        #     sbatch --array=... array.sh PART
        # where task 0 does part PART of the plan, task 1 the next one, and so on.

        child= signalled= again=
        pass_on() { signalled=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; }
        trap 'again=1; pass_on' USR1
        trap pass_on TERM INT

        first=$((($1 + SLURM_ARRAY_TASK_ID) * \(runsPerTask)))
        \(command.text) \\
            --first "$first" --count \(runsPerTask) &
        child=$!
        [ -z "$signalled" ] || kill -TERM "$child" 2>/dev/null

        # A signal ends the waiting, not the child: then there is more to wait for.
        wait "$child"; code=$?
        while [ "$signalled" ]; do
            signalled=
            wait "$child"; later=$?
            # 127: it had ended before, with the code that is known.
            [ "$later" -eq 127 ] || code=$later
        done

        # 130: something was saved that is to go on; 143: it was told before it had begun.
        if [ "$again" ] && { [ "$code" -eq 130 ] || [ "$code" -eq 143 ]; }; then
            scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
        fi
        exit "$code"

        """
    }
}
