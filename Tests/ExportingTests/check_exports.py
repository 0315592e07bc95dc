#!/usr/bin/env python3
"""Opens what `quadrille export` wrote with the tools it is meant for, and compares it.

    check_exports.py FORMAT SOURCE EXPORT

FORMAT: csv, csv-wide, jsonl, tensorboard, vega-lite, notebook or gnuplot. SOURCE: the folder of a
run or a sweep, with run.h5 in each run, which is what the values are compared with. EXPORT: the
file or folder that was written. Ends with status 1 and a message at the first difference.

Needs h5py, numpy and pandas; tensorboard, vl-convert-python, and jupyter nbconvert with ipykernel,
xarray, h5netcdf and matplotlib for their formats; the program gnuplot for its own.
"""

import io
import json
import pathlib
import subprocess
import sys

import h5py
import numpy
import pandas

STREAMS = ["train", "swap", "system", "eval", "rewind", "population"]


def runs(source):
    """Name, log and places in the grid (key -> value) of each run that has a log."""
    plan = source / "plan.json"
    if not plan.exists():
        with h5py.File(source / "run.h5") as file:
            yield file.attrs["run"], file, [{}]
        return
    plan = json.loads(plan.read_text())
    for run in plan["runs"]:
        path = source / run["name"] / "run.h5"
        if path.exists():
            with h5py.File(path) as file:
                yield run["name"], file, [dict(zip(plan["keys"], p)) for p in run["places"]]


def columns(file):
    """(group, name, metric, steps, pairs or None, values[row, position]) of all that is exported."""
    for group in file:
        if group not in STREAMS:
            continue
        steps = file[group]["step"][:]
        for name in file[group]:
            data = file[group][name]
            scale = name in ("step", "event", "pair")
            if scale or data.ndim > 2 or data.dtype == numpy.uint64 or not len(steps):
                continue
            pairs = file[group]["pair"][:] if data.ndim == 2 else None
            yield group, name, steps, pairs, data[:].reshape(len(steps), -1)


def metric_name(group, name):
    return f"{group}/{name}" if group == "swap" and name == "discriminator" else name


def equal(found, expected, what):
    """Equal as numbers of the column's own type: the texts are the shortest that say which."""
    found = numpy.asarray(found, dtype=float).astype(expected.dtype)
    numpy.testing.assert_array_equal(found, expected, err_msg=what)


def check_tidy(table, source):
    lines = 0
    for name, file, places in runs(source):
        for place in places:
            part = table[table.run == name]
            for key, value in place.items():
                part = part[part[key] == value]
            for group, column, steps, pairs, values in columns(file):
                lines += values.size
                metric = part[part.metric == metric_name(group, column)]
                width = values.shape[1]
                equal(metric.value, values.reshape(-1), f"{name}: {column}")
                equal(metric.step, numpy.repeat(steps, width), f"{name}: steps of {column}")
                if pairs is None:
                    assert metric.pair.isna().all(), f"{name}: {column} has pairs"
                else:
                    equal(metric.pair, numpy.tile(pairs, len(steps)), f"{name}: pairs")
    assert len(table) == lines, f"{len(table)} lines, expected {lines}"
    print(f"{lines} values agree with run.h5")


def check_csv(source, export):
    check_tidy(pandas.read_csv(export, dtype={"run": str}), source)


def check_jsonl(source, export):
    table = pandas.read_json(export, lines=True, dtype={"run": str})
    check_tidy(table, source)


def check_csv_wide(source, export):
    table = pandas.read_csv(export, dtype={"run": str})
    count = 0
    for name, file, places in runs(source):
        for place in places:
            part = table[table.run == name]
            for key, value in place.items():
                part = part[part[key] == value]
            for group, column, steps, pairs, values in columns(file):
                for position in range(values.shape[1]):
                    rows = part[part.step.isin(steps)]
                    pair = pairs[position] if pairs is not None else rows.pair.min()
                    rows = rows[rows.pair == pair]
                    assert list(rows.step) == list(steps), f"{name}: steps of {column}"
                    equal(rows[metric_name(group, column)], values[:, position], column)
                    count += len(steps)
    print(f"{count} values agree with run.h5")


class TensorBoard:
    """The real program, asked through its own web interface without a network."""

    def __init__(self, folder):
        from tensorboard import default, program
        from tensorboard.backend import application
        from tensorboard.backend.event_processing import data_ingester
        from werkzeug.test import Client

        board = program.TensorBoard(plugins=default.get_plugins())
        board.configure(
            argv=["tensorboard", "--logdir", str(folder), "--load_fast", "false",
                  "--reload_interval", "0", "--reload_task", "blocking",
                  "--samples_per_plugin", "scalars=1000000,images=1000"])
        ingester = data_ingester.LocalDataIngester(board.flags)
        ingester.start()
        app = application.TensorBoardWSGIApp(
            board.flags, board.plugin_loaders, ingester.data_provider,
            board.assets_zip_provider, ingester.deprecated_multiplexer)
        self.client = Client(app)

    def get(self, path, **query):
        answer = self.client.get(f"/data/plugin/{path}", query_string=query)
        assert answer.status_code == 200, f"{path}: {answer.status} {answer.get_data()[:300]}"
        return answer

    def post(self, path, body):
        answer = self.client.post(f"/data/plugin/{path}", json=body)
        assert answer.status_code == 200, f"{path}: {answer.status} {answer.get_data()[:300]}"
        return json.loads(answer.get_data())


def check_tensorboard(source, export):
    import PIL.Image

    board = TensorBoard(export)
    scalars = json.loads(board.get("scalars/tags").get_data())
    images = json.loads(board.get("images/tags").get_data())
    count, shown, wanted = 0, 0, {}
    for name, file, _ in runs(source):
        for group, column, steps, pairs, values in columns(file):
            for position in range(values.shape[1]):
                run = name if pairs is None else f"{name}/pair-{pairs[position]:02d}"
                tag = f"{group}/{column}"
                wanted.setdefault(run, set()).add(tag)
                points = json.loads(board.get("scalars/scalars", run=run, tag=tag).get_data())
                found = [float(point[2]) for point in points]
                equal([point[1] for point in points], steps, f"steps of {run}: {tag}")
                numpy.testing.assert_array_equal(
                    numpy.array(found, "f4"), values[:, position].astype("f4"), f"{run}: {tag}")
                times = [point[0] for point in points]
                assert times == sorted(times), f"{run}: {tag}: times go back"
                count += len(points)
        folder = source if (source / "run.h5").exists() else source / name
        for path in sorted((folder / "samples").glob("*.png")):
            _, step, _, pair = path.stem.split("-")
            run = f"{name}/pair-{pair}"
            entries = json.loads(
                board.get("images/images", run=run, tag="samples", sample=0).get_data())
            entry = [entry for entry in entries if entry["step"] == int(step)]
            assert len(entry) == 1, f"{run}: no picture of step {step}"
            answer = board.client.get(f"/data/plugin/images/individualImage?{entry[0]['query']}")
            assert answer.get_data() == path.read_bytes(), f"{path}: other bytes"
            PIL.Image.open(io.BytesIO(answer.get_data())).load()
            shown += 1
    found = {run: set(tags) for run, tags in scalars.items() if tags}
    assert found == wanted, f"scalars {found}, expected {wanted}"
    assert sum(len(tags) for tags in images.values()) == len(
        {run for run, tags in images.items() if tags})
    sessions = check_hparams(board, source)
    print(f"{count} scalars and {shown} pictures are shown; {sessions} sessions of HParams")


def check_hparams(board, source):
    experiment = board.post("hparams/experiment", {"experimentName": ""})
    names = {info["name"]: info for info in experiment["hparamInfos"]}
    shown = [{"metric": info["name"], "order": "ORDER_UNSPECIFIED"}
             for info in experiment["metricInfos"]]
    groups = board.post("hparams/session_groups", {
        "experimentName": "", "startIndex": 0, "sliceSize": 10000, "colParams": shown,
        "allowedStatuses": ["STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING",
                            "STATUS_UNKNOWN"]})["sessionGroups"]
    sessions = {session["name"]: (group, session)
                for group in groups for session in group["sessions"]}
    for name, file, places in runs(source):
        group, session = sessions.pop(name)
        for key, value in places[0].items():
            assert key in names, f"no parameter {key}"
            if key != "seed":  # runs of a group differ in it
                assert group["hparams"][key] == value, f"{name}: {key} is {group['hparams']}"
        last = {(value["name"].get("group", ""), value["name"]["tag"]): value
                for value in session["metricValues"]}
        for stream, column, steps, pairs, values in columns(file):
            for position in range(values.shape[1]):
                folder = "" if pairs is None else f"pair-{pairs[position]:02d}"
                value = last[folder, f"{stream}/{column}"]
                assert int(value["trainingStep"]) == steps[-1], f"{name}: {column}"
                found = numpy.float32(value["value"])
                numpy.testing.assert_array_equal(found, numpy.float32(values[-1, position]))
    assert not sessions, f"sessions of no run: {sorted(sessions)}"
    return len(groups)


def check_vega_lite(source, export):
    import vl_convert

    specifications = sorted(export.glob("*.vl.json"))
    assert specifications, "no specifications"
    for path in specifications:
        picture = vl_convert.vegalite_to_svg(json.loads(path.read_text()))
        assert "<path" in picture and "NaN" not in picture, f"{path}: nothing is drawn"
        # Lines are paths with the description of a mark.
        assert "line mark" in picture, f"{path}: no line"
    print(f"{len(specifications)} specifications are drawn")


# A cell behind all others, for what is compared.
LAST_VALUES = """
with open("last.json", "w") as file:
    last.drop(columns="run").to_json(file, orient="records")
"""


def last_values(source):
    """For each place in the grid: its keys, and the mean of the last row of every column."""
    for _, file, places in runs(source):
        found = {}
        for group in ("train", "eval", "population"):
            for name, data in file.get(group, {}).items():
                if name not in ("step", "pair", "discriminator", "wall_seconds"):
                    value = numpy.mean(data[-1])
                    found[name] = None if numpy.isnan(value) else float(value)
        for place in places:
            if place.get("swap.interval") == 0:
                place = place | {"swap.interval": "never"}
            yield found | place


def check_last_values(source, path):
    def texts(rows):
        """A line for each row, without what is no number or what its run does not have."""
        return sorted(
            json.dumps({
                name: f"{value:.6g}" if isinstance(value, float) else str(value)
                for name, value in row.items() if value is not None
            }, sort_keys=True) for row in rows)

    found, expected = texts(json.loads(path.read_text())), texts(last_values(source))
    assert found and found == expected, f"{found}\n{expected}"


def check_notebook(source, export):
    if (source / "plan.json").exists():
        notebook = json.loads(export.read_text())
        notebook["cells"].append({
            "cell_type": "code", "id": "last-values", "metadata": {}, "execution_count": None,
            "outputs": [], "source": LAST_VALUES})
        export.write_text(json.dumps(notebook))
    target = export.with_name("executed.ipynb")
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute",
         "--ExecutePreprocessor.timeout=300", "--log-level=ERROR", "--output", target.name,
         str(export)], check=True)
    notebook = json.loads(target.read_text())
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output["output_type"] == "error"]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    texts = [output["text"] for output in outputs if output["output_type"] == "stream"
             and output["name"] == "stderr"]
    assert not texts, f"warnings: {texts}"
    assert len(pictures) >= 2, f"{len(pictures)} figures"
    if (source / "plan.json").exists():
        check_last_values(source, export.with_name("last.json"))
    print(f"executed: {len(pictures)} figures")


def check_gnuplot(source, export):
    result = subprocess.run(
        ["gnuplot", "figures.gp"], cwd=export, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    # A constant has an empty range, which gnuplot widens and says so.
    errors = [line for line in result.stderr.splitlines() if line and "Warning: empty" not in line]
    assert not errors, result.stderr
    data = sorted(path.stem for path in export.glob("*.dat"))
    figures = sorted(export.glob("*.svg"))
    assert data and [path.stem for path in figures] == data, f"{figures} of {data}"
    for path in figures:
        assert "<path" in path.read_text(), f"{path}: nothing is drawn"
    print(f"{len(figures)} figures are drawn")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    check = globals()["check_" + sys.argv[1].replace("-", "_")]
    check(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))


if __name__ == "__main__":
    main()
