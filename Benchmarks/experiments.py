"""Building Quadrille and running its experiments for measurements."""

import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

# Settings that leave nothing but training.
NOTHING_RECORDED = [
    "record.metrics_every=0", "record.samples_every=0", "record.checkpoint_every=0",
    "evaluate.every=0",
]


def environment():
    """No variable that forces a BLAS kernel family or a number of threads."""
    forced = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    return {name: value for name, value in os.environ.items() if name not in forced}


def output(*words, **variables):
    """What a command prints; its failure ends the program with what it said."""
    words = [str(word) for word in words]
    answer = subprocess.run(words, env=environment() | variables, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(f"{words[0]} failed ({answer.returncode}):\n{answer.stderr.strip()}")
    return answer.stdout


def build_quadrille(arguments):
    """The release executable, built with further words for `swift build`."""
    output("swift", "build", "--package-path", ROOT, "-c", "release", *arguments)
    folder = output(
        "swift", "build", "--package-path", ROOT, "-c", "release", *arguments, "--show-bin-path")
    return pathlib.Path(folder.strip()) / "quadrille"


def run_experiment(program, experiment, settings, threads, **variables):
    """Runs a file of Experiments into a temporary folder and returns its final status."""
    with tempfile.TemporaryDirectory() as results:
        output(
            program, "run", ROOT / "Experiments" / experiment, *settings, "--threads", threads,
            "--results", results, "--quiet", **variables)
        found = list(pathlib.Path(results).rglob("status.json"))
        if len(found) != 1:
            sys.exit(f"expected one status.json from {program}, found {len(found)}")
        return json.loads(found[0].read_text())


def cpu():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return f"{line.split(':', 1)[1].strip()}, {os.cpu_count()} cores"
    except OSError:
        pass
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
