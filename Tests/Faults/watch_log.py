#!/usr/bin/env python3
"""Reads run.h5 as a user does, with h5py in SWMR mode, while a check kills its writer.

Commands come on standard input, one a line, as JSON; each is answered by one line of JSON with
`problem` (null where there is none):

    {"do": "watch", "path": P}     reads the log again and again until the next command
    {"do": "stop"}                 ends a watch
    {"do": "live", "path": P}      the writer was killed: the log opens with swmr=True and holds
                                   every row that the last watch saw
    {"do": "plain", "path": P}     the run has ended: the log opens plainly and holds every row
                                   that was seen, with the same values
    {"do": "forget"}               begins anew: nothing was seen

Needs h5py. A row counts as seen once the row axis and all columns had it.
"""

import json
import select

import h5py

# What depends on the clock differs between the rows of a step that was computed twice.
CLOCK_COLUMNS = {"wall_seconds", "steps_per_second", "rss_bytes"}


def axis_name(group):
    return "event" if "event" in group else "step"


def columns(group):
    axis = axis_name(group)
    return [name for name in group if name != axis and name not in CLOCK_COLUMNS
            and group[name].maxshape[0] is None]


def read_rows(file):
    """{(stream, coordinate): values of all columns}; the axis is read first, it is written last."""
    rows = {}
    for stream in file:
        if stream == "final": continue
        group = file[stream]
        axis = group[axis_name(group)]
        axis.id.refresh()
        steps = axis[:]
        values = []
        for name in columns(group):
            group[name].id.refresh()
            values.append(group[name][: len(steps)])
            if len(values[-1]) < len(steps):
                raise ValueError(f"{stream}/{name} is shorter than its axis")
        if not values: continue
        for index, step in enumerate(steps):
            rows[stream, int(step)] = b"".join(value[index].tobytes() for value in values)
    return rows


# Unbuffered: what was read ahead would be hidden from select.
COMMANDS = open(0, "rb", buffering=0, closefd=False)


def is_asked():
    return bool(select.select([COMMANDS], [], [], 0.005)[0])


class Watcher:
    def __init__(self):
        # Since the beginning, and by the last watch.
        self.seen = {}
        self.just_seen = {}

    def watch(self, path):
        """Reads until a command waits. The file may not be there yet, or be replaced."""
        self.just_seen = {}
        while not is_asked():
            try:
                with h5py.File(path, "r", libver="latest", swmr=True) as file:
                    for _ in range(10):
                        self.just_seen.update(read_rows(file))
                        if is_asked(): break
            except OSError:
                continue
        self.seen.update(self.just_seen)

    def stop(self):
        pass

    def live(self, path):
        try:
            with h5py.File(path, "r", libver="latest", swmr=True) as file:
                return self.compare(self.just_seen, read_rows(file))
        except OSError as live_error:
            # A kill behind the last rename leaves the finished log.
            try:
                with h5py.File(path, "r") as file:
                    return self.compare(self.just_seen, read_rows(file))
            except OSError as error:
                return f"does not open: swmr=True: {live_error}; plainly: {error}"

    def plain(self, path):
        with h5py.File(path, "r") as file:
            return self.compare(self.seen, read_rows(file))

    def compare(self, seen, rows):
        missing = sorted(seen.keys() - rows.keys())
        changed = sorted(key for key in seen.keys() & rows.keys() if seen[key] != rows[key])
        if missing or changed:
            return (f"of {len(seen)} rows seen {len(missing)} are missing {missing[:3]} "
                    f"and {len(changed)} have changed {changed[:3]}")
        return None

    def forget(self):
        self.seen, self.just_seen = {}, {}


def main():
    watcher = Watcher()
    for line in iter(COMMANDS.readline, b""):
        command = json.loads(line)
        words = {key: value for key, value in command.items() if key != "do"}
        try:
            problem = getattr(watcher, command["do"])(**words)
        except Exception as error:
            problem = f"{command['do']}: {error!r}"
        print(json.dumps({"problem": problem, "seen": len(watcher.seen)}), flush=True)


if __name__ == "__main__":
    main()
