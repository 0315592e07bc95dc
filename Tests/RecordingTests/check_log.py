#!/usr/bin/env python3
"""Opens the log of a run with every reader that its users have, and compares them.

    check_log.py RUN            a finished run: h5py, xarray (h5netcdf and netcdf4), pandas
    check_log.py RUN --live     a run that is being written: h5py and xarray in SWMR mode

Needs h5py, xarray, h5netcdf, netcdf4, pandas and tables; safetensors and pillow where there are
checkpoints and samples. Ends with status 1 and a message at the first difference.
"""

import glob
import json
import os
import sys

import h5py
import numpy
import pandas
import xarray


def row_axis(group):
    """The name of the group's row axis: the scale on the first axis of any column."""
    for name, column in group.items():
        if column.dims[0].keys():
            return column.dims[0].keys()[0]
    return "event" if "event" in group else "step"


def streams(file):
    return [name for name in file if name != "final"]


def columns(group):
    scales = {key for column in group.values() for axis in column.dims for key in axis.keys()}
    return [name for name in group if name not in scales]


def check_attributes(file):
    assert file.attrs["format"] == "quadrille-log", file.attrs["format"]
    assert file.attrs["format_version"] == 1
    for name in ["run", "experiment", "provenance"]:
        assert isinstance(file.attrs[name], str), f"attribute {name} is no text"
    json.loads(file.attrs["provenance"])


def check_finished(path):
    with h5py.File(path) as file:
        check_attributes(file)
        names = streams(file)
        assert names, "no streams"
        for name in names:
            check_stream(path, file, name)
    print(f"{path}: {', '.join(names)}: h5py, xarray (h5netcdf, netcdf4) and pandas agree")


def check_stream(path, file, name):
    group = file[name]
    axis = row_axis(group)
    rows = len(group[axis])
    engines = ["h5netcdf", "netcdf4"]
    sets = [xarray.open_dataset(path, engine=engine, group=name) for engine in engines]
    for column in columns(group):
        data = group[column]
        assert data.shape[0] == rows, f"{name}/{column} has {data.shape[0]} rows, {axis} {rows}"
        labels = [scale.keys()[0] for scale in data.dims]
        assert labels[0] == axis, f"{name}/{column} has axes {labels}"
        for opened in sets:
            assert opened[column].dims == tuple(labels), f"{name}/{column}: {opened[column].dims}"
            for label in labels:
                assert label in opened.coords, f"{name}: {label} is no coordinate"
            numpy.testing.assert_array_equal(opened[column].values, data[...])
    check_table(path, file, name, axis)
    for opened in sets:
        opened.close()


def check_table(path, file, name, axis):
    """The copy under /final has one row per row of the stream and position along its axes."""
    table = pandas.read_hdf(path, f"final/{name}")
    group = file[name]
    for column in columns(group):
        data = group[column][...]
        positions = len(table) // max(len(data), 1)
        expected = data if data.ndim > 1 else numpy.repeat(data[:, None], positions, axis=1)
        numpy.testing.assert_array_equal(table[column].to_numpy(), expected.reshape(-1))
        if data.ndim == 2:
            member = group[column].dims[1].keys()[0]
            numpy.testing.assert_array_equal(
                table[member].to_numpy(), numpy.tile(group[member][...], len(data)))
    repeats = len(table) // max(len(group[axis]), 1)
    expected = numpy.repeat(group[axis][...], repeats)
    numpy.testing.assert_array_equal(table[axis].to_numpy(), expected)


def check_live(path):
    with h5py.File(path, swmr=True, libver="latest") as file:
        check_attributes(file)
        for name in streams(file):
            group = file[name]
            axis = row_axis(group)
            group[axis].refresh()
            rows = len(group[axis])
            assert (group[axis][:rows] >= 0).all(), f"{name}/{axis} has unwritten rows"
            for column in columns(group):
                group[column].refresh()
                assert len(group[column]) >= rows, f"{name}/{column} is behind {axis}"
                group[column][:rows]
            print(f"{path}: {name}: {rows} rows through SWMR")
    # Reads the metadata once more with every open, as a notebook would.
    opened = xarray.open_dataset(
        path, engine="h5netcdf", group="train", driver_kwds={"swmr": True})
    opened = opened.where(opened.step >= 0, drop=True)
    assert "pair" in opened.coords and "step" in opened.coords
    opened.close()


def check_other_files(run):
    with open(os.path.join(run, "status.json")) as file:
        print("status:", json.load(file)["state"])
    for path in sorted(glob.glob(os.path.join(run, "checkpoints", "*.safetensors"))):
        import safetensors.numpy

        tensors = safetensors.numpy.load_file(path)
        print(path, {name: value.shape for name, value in tensors.items()})
    for path in sorted(glob.glob(os.path.join(run, "samples", "*.png")))[:1]:
        import PIL.Image

        with PIL.Image.open(path) as image:
            image.load()
            print(path, image.size, image.mode)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    run = sys.argv[1]
    path = os.path.join(run, "run.h5")
    if "--live" in sys.argv[2:]:
        check_live(path)
    else:
        check_finished(path)
        check_other_files(run)


if __name__ == "__main__":
    main()
