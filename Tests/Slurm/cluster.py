"""A Slurm of one node on the loopback interface, for as long as a check lasts.

Controller and node daemon are those of the system (Debian: slurm-wlm). Everything they write goes
to a folder of the check; nobody needs munge, systemd or a configuration of the machine.
"""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ["slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo"]
# Daemons live where not every PATH leads.
SEARCH_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin"

CONFIGURATION = """\
ClusterName=quadrille-check
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
# A task that is put back waits until its old credential is worth nothing: two minutes by default.
AuthInfo=cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=5,bf_interval=5
ReturnToService=2
MaxArraySize={largest_array}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=500 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing_programs():
    return [name for name in PROGRAMS if not shutil.which(name, path=SEARCH_PATH)]


class Cluster:
    """Starts with `with` and ends with it; `environment` lets programs find it."""

    def __init__(self, folder, largest_array):
        self.folder = pathlib.Path(folder)
        for name in ["state", "spool"]: (self.folder / name).mkdir(parents=True)
        file = self.folder / "slurm.conf"
        self.host = socket.gethostname().split(".")[0]
        file.write_text(CONFIGURATION.format(
            folder=self.folder, host=self.host, user=pwd.getpwuid(os.getuid()).pw_name,
            controller_port=free_port(), node_port=free_port(), largest_array=largest_array,
            cpus=os.cpu_count() or 1))
        self.environment = dict(os.environ, SLURM_CONF=str(file), PATH=SEARCH_PATH)
        self.daemons = []

    def __enter__(self):
        try:
            self.start("slurmctld", "-D", "-i")
            self.start("slurmd", "-D", "-N", self.host)
            self.wait(30, "the node is idle", lambda: "idle" in self.ask("sinfo", "-h", "-o", "%t"))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.daemons: self.ask("scancel", f"--user={os.getuid()}")
        for daemon in reversed(self.daemons): self.stop(daemon)
        self.daemons = []

    def start(self, name, *words):
        with open(self.folder / f"{name}.out", "w") as output:
            self.daemons.append(subprocess.Popen(
                [shutil.which(name, path=SEARCH_PATH), *words], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output))

    @staticmethod
    def stop(daemon):
        daemon.send_signal(signal.SIGTERM)
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def stop_controller(self):
        self.stop(self.daemons.pop(0))

    def ask(self, *words):
        """What a command of Slurm prints; empty where it fails."""
        answer = subprocess.run(
            words, env=self.environment, capture_output=True, text=True, timeout=60)
        return answer.stdout if answer.returncode == 0 else ""

    @contextlib.contextmanager
    def signalling(self, task, name):
        """Sends a signal to the script of a task once.

        Of a task of an array scancel may hear that it cannot be altered now, although it got the
        signal; left alone it would send another one a few seconds later.
        """
        words = ["scancel", f"--signal={name}", "--batch", task]
        sender = subprocess.Popen(
            words, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            sender.kill()
            sender.wait()

    def queue(self):
        """{(job, task): state} of all that is not done."""
        lines = self.ask("squeue", "-h", "--array", "--format=%F|%K|%T").split()
        return {tuple(map(int, line.split("|")[:2])): line.split("|")[2] for line in lines}

    def task(self, job, task):
        """What `scontrol` says of a task: {"JobState": "FAILED", ...}."""
        words = self.ask("scontrol", "--oneliner", "show", "job", f"{job}_{task}").split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def wait(self, seconds, what, is_true):
        deadline = time.monotonic() + seconds
        while not is_true():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {seconds} s: {what}; {self.last_words()}")
            time.sleep(0.2)

    def last_words(self):
        logs = sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out"))
        return "; ".join(
            f"{log.name}: {lines[-1]}" for log in logs if (lines := log.read_text().splitlines()))


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]
