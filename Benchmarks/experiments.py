"""Building Quadrille and running its experiments for measurements."""

import json
import os
import pathlib
import platform
import random
import struct
import subprocess
import sys
import tempfile
import time
import zlib

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


def peak_bytes_and_seconds(program, *words):
    """Largest resident size and wall time of one run, as the kernel counts them."""
    with tempfile.TemporaryDirectory() as results:
        words = [program, "run", *words, "--results", results, "--quiet"]
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in words], env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{program} failed with {process.returncode}")
    return usage.ru_maxrss * 1024, taken


def write_image_folder(folder, count=512, extent=64):
    """Colour PNGs, smooth with a little noise, as photographs are."""

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    numbers = random.Random(0)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", extent, extent, 8, 2, 0, 0, 0))
    for index in range(count):
        slopes = [numbers.uniform(-2, 2) for _ in range(6)]
        rows = []
        for y in range(extent):
            row = bytearray([0])
            for x in range(extent):
                for channel in range(3):
                    value = 128 + slopes[channel] * (x - 32) + slopes[3 + channel] * (y - 32)
                    row.append(min(255, max(0, int(value + numbers.uniform(-8, 8)))))
            rows.append(bytes(row))
        image = header + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")
        (pathlib.Path(folder) / f"{index:05}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + image)


def cpu():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return f"{line.split(':', 1)[1].strip()}, {os.cpu_count()} cores"
    except OSError:
        pass
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
