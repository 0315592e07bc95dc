"""Building, finding and running the program, and the words that all checks understand."""

import argparse
import dataclasses
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAULTS = pathlib.Path(__file__).resolve().parent

# Exit codes, as `quadrille --help` lists them.
FINISHED, RUN_FAILED, BAD_EXPERIMENT, DAMAGED_DATA = 0, 1, 64, 65
CANNOT_WRITE, INTERRUPTED = 74, 130

# A run of a check takes a second; one that takes this long hangs.
TIMEOUT = 120


@dataclasses.dataclass
class Answer:
    """How the program ended: `code` is negative for a signal, None for one that hung."""

    code: int | None
    output: str
    errors: str

    @property
    def signal(self):
        return -self.code if self.code is not None and self.code < 0 else None

    def describe(self):
        if self.code is None:
            return f"hung for {TIMEOUT} s"
        said = " // ".join(self.errors.strip().splitlines())
        how = f"signal {signal.Signals(self.signal).name}" if self.signal else f"exit {self.code}"
        return f"{how}, said: {said or 'nothing'}"


class Program:
    """The executable."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        if not os.access(self.path, os.X_OK):
            sys.exit(f"{self.path} is no program")
        self.commands = self.run(["--help"]).output

    def has(self, command):
        """Whether the program knows a command."""
        return any(line.split()[:1] == [command] for line in self.commands.splitlines())

    def start(self, words, **variables):
        """Starts it; the caller reaps it. A crash must not wait for a backtrace."""
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no") | {
            name: str(value) for name, value in variables.items()}
        return subprocess.Popen(
            [self.path, *map(str, words)], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")

    def run(self, words, **variables):
        return end_of(self.start(words, **variables))


def end_of(process, timeout=TIMEOUT):
    """Waits for a process and returns its answer."""
    try:
        output, errors = process.communicate(timeout=timeout)
        return Answer(process.returncode, output, errors)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        return Answer(None, output, errors)


def signal_and_wait(process, number):
    """Sends a signal and returns the answer; an ended process is fine."""
    process.send_signal(number)
    return end_of(process)


def build(package=ROOT):
    """The release executable of this repository."""
    words = ["swift", "build", "--package-path", package, "-c", "release", "--product", "quadrille"]
    subprocess.run(words, check=True, stdout=sys.stderr)
    folder = subprocess.run(
        [*words, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    return Program(pathlib.Path(folder) / "quadrille")


def build_shim(folder):
    """The fault library, compiled into a folder."""
    library = pathlib.Path(folder) / "inject_faults.so"
    subprocess.run(
        [os.environ.get("CC", "cc"), "-O1", "-Wall", "-Wextra", "-shared", "-fPIC",
         "-o", library, FAULTS / "inject_faults.c"], check=True)
    return library


def parser(description):
    """The command line of a check, with what all checks understand."""
    words = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument(
        "--program", metavar="PATH", help="the executable; default: builds this repository's")
    words.add_argument("--seed", type=int, default=1, help="of all random choices (default 1)")
    words.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1,
        help="cases at the same time (default: one per processor)")
    words.add_argument(
        "--keep", metavar="FOLDER", help="keep the folders of failed cases below this folder")
    return words


def chosen_program(arguments):
    return Program(arguments.program) if arguments.program else build()


def temporary_folder():
    """A folder that goes away with the check."""
    return tempfile.TemporaryDirectory(prefix="quadrille-check-")
