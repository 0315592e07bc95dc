"""Cases of a check: each has a folder, ends with a list of violations, and is counted."""

import enum
import pathlib
import shutil
import sys
import traceback

# More of the same says no more.
MOST_SHOWN = 40


class Outcome(enum.Enum):
    CHECKED = 1
    # The run made fewer calls than the case counts: there was nothing to check.
    BEYOND = 2
    # The check itself failed, and what comes after it would as well.
    BROKEN = 3


class Case:
    """One disturbed run. Subclasses give `check(folder)` and call `fail`."""

    def __init__(self, name):
        self.name = name
        self.problems = []
        self.outcome = Outcome.CHECKED

    def fail(self, problem):
        self.problems.append(problem)

    def run(self, parent):
        """Checks in a folder of its own, which stays where something is wrong; returns itself."""
        folder = pathlib.Path(parent) / "".join(
            letter if letter.isalnum() else "-" for letter in self.name)
        folder.mkdir(parents=True)
        try:
            self.check(folder)
        except Exception:
            self.outcome = Outcome.BROKEN
            self.fail(f"the check itself failed:\n{traceback.format_exc()}")
        if not folder.exists():
            self.fail("its folder was removed from outside, so this says nothing: repeat it")
        if self.problems: print(self.describe(), flush=True)
        if not self.problems or self.outcome is Outcome.BEYOND:
            shutil.rmtree(folder, ignore_errors=True)
        return self

    def describe(self):
        return f"  {self.name}:" + "".join(f"\n    {problem}" for problem in self.problems)


def summarize(cases, what, arguments):
    """Prints the count and returns the exit code."""
    failed = [case for case in cases if case.problems]
    print(f"{what}: {len(cases)} cases, seed {arguments.seed}: {len(failed)} with violations")
    if not cases:
        print(f"{what}: nothing was checked", file=sys.stderr)
    for case in failed[:MOST_SHOWN]: print(case.describe().splitlines()[0])
    if len(failed) > MOST_SHOWN: print(f"  and {len(failed) - MOST_SHOWN} more")
    if failed and arguments.keep: print(f"their folders are in {arguments.keep}")
    return 1 if failed or not cases else 0
