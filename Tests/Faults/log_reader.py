"""A reader of run.h5 in a process of its own, where a Python with h5py can be found."""

import json
import pathlib
import subprocess
import sys

from program import FAULTS


def python_with_h5py(name):
    """The Python called `name`, or this one, if it has h5py; otherwise None and a notice."""
    python = name or sys.executable
    try:
        answer = subprocess.run(
            [python, "-c", "import h5py"], capture_output=True, stdin=subprocess.DEVNULL)
    except OSError as error:
        sys.exit(f"{python}: {error.strerror}")
    if answer.returncode == 0: return python
    if name: sys.exit(f"{name} has no h5py")
    print("notice: no h5py here, so no reader looks at the logs; name a Python with --python")
    return None


class LogReader:
    """watch_log.py as a process. Without a Python every question is answered well."""

    def __init__(self, python):
        self.seen = 0
        self.process = python and subprocess.Popen(
            [python, FAULTS / "watch_log.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def _send(self, command, **words):
        self.process.stdin.write(
            json.dumps({"do": command} | {key: str(value) for key, value in words.items()}) + "\n")
        self.process.stdin.flush()

    def _answer(self):
        answer = json.loads(self.process.stdout.readline())
        self.seen = answer["seen"]
        return answer["problem"]

    def start_watching(self, path):
        if self.process: self._send("watch", path=path)

    def stop_watching(self):
        """Returns what went wrong meanwhile."""
        if not self.process: return None
        self._send("stop")
        problems = [self._answer(), self._answer()]
        return problems[0] or problems[1]

    def ask(self, command, **words):
        """Sends a command and returns the problem."""
        if not self.process: return None
        self._send(command, **words)
        return self._answer()

    def close(self):
        if not self.process: return
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
