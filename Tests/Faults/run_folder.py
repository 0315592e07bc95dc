"""What a run left behind, and what must hold of it."""

import json
import pathlib

import checkpoint
from journal import DamagedFile, Journal


class RunFolder:
    """The one run below a folder of results."""

    def __init__(self, results):
        self.results = pathlib.Path(results)
        found = [path for path in self.results.glob("*/*") if path.is_dir()]
        if len(found) > 1:
            raise DamagedFile(f"{results}: {len(found)} runs where one was started")
        # A fault may have struck before there was a folder.
        self.path = found[0] if found else None

    def exists(self):
        return self.path is not None

    def has(self, name):
        return self.exists() and (self.path / name).exists()

    @property
    def log(self):
        return self.path / "run.h5"

    def journal(self):
        return Journal(self.path / "journal")

    def journal_bytes(self):
        return (self.path / "journal").read_bytes() if self.has("journal") else b""

    def status(self):
        return json.loads((self.path / "status.json").read_text())

    def checkpoints(self):
        """{step: path} of the files under their final names."""
        found = self.path.glob("checkpoints/*.safetensors") if self.exists() else []
        return {int(path.stem.removeprefix("step-")): path for path in sorted(found)}

    def state(self):
        """The tensors of the last checkpoint."""
        steps = self.checkpoints()
        if not steps:
            raise DamagedFile(f"{self.path}: no checkpoint")
        return checkpoint.read_checkpoint(steps[max(steps)])[1]

    def damaged_checkpoints(self):
        """What is wrong with files that bear the name of a checkpoint; nothing ever may be."""
        problems = []
        for step, path in self.checkpoints().items():
            try:
                metadata, _ = checkpoint.read_checkpoint(path)
                if metadata["step"] != str(step):
                    problems.append(f"{path.name} holds step {metadata['step']}")
            except (DamagedFile, KeyError, TypeError) as error:
                problems.append(f"does not load: {error}")
        return problems

    def leftovers(self):
        """Temporary files that nobody will complete."""
        return sorted(str(path.relative_to(self.path)) for path in self.path.rglob("*.partial"))

    def lost(self, acknowledged):
        """How many of these journal records are not in the journal."""
        present = self.journal().row_records if self.has("journal") else set()
        return len(acknowledged - present)


class Reference:
    """What an undisturbed run computes: the measure of every disturbed one."""

    def __init__(self, results):
        folder = RunFolder(results)
        self.tensors = folder.state()
        self.rows = folder.journal().computed_rows()
        self.state_digest = checkpoint.digest(self.tensors)
        self.rows_digest = folder.journal().digest()
        self.checkpoints = {
            step: checkpoint.digest(checkpoint.read_checkpoint(path)[1])
            for step, path in folder.checkpoints().items()}

    def differences(self, folder):
        """How a finished run differs from this one: [] where every bit is the same."""
        try:
            return self._differences(folder)
        except (DamagedFile, OSError, ValueError) as error:
            return [f"cannot be compared: {error}"]

    def _differences(self, folder):
        problems = []
        status = folder.status()
        if status["state"] != "finished":
            problems.append(f"status.json says {status['state']}: {status['reason']}")
        state = folder.state()
        if checkpoint.digest(state) != self.state_digest:
            names = checkpoint.differing(self.tensors, state)
            problems.append(f"other bits in {len(names)} tensors, first {names[:3]}")
        for step, path in folder.checkpoints().items():
            known = self.checkpoints.get(step)
            if known and checkpoint.digest(checkpoint.read_checkpoint(path)[1]) != known:
                problems.append(f"other bits in the checkpoint of step {step}")
        journal = folder.journal()
        if journal.torn_bytes:
            problems.append(f"the journal ends in {journal.torn_bytes} torn bytes")
        if journal.digest() != self.rows_digest:
            problems.append(self._differing_rows(journal.computed_rows()))
        return problems

    def _differing_rows(self, rows):
        missing = sorted(self.rows.keys() - rows.keys())
        added = sorted(rows.keys() - self.rows.keys())
        changed = sorted(key for key in rows.keys() & self.rows.keys()
                         if rows[key] != self.rows[key])
        return (f"rows: {len(missing)} missing {missing[:3]}, {len(added)} added {added[:3]}, "
                f"{len(changed)} changed {changed[:3]}")
