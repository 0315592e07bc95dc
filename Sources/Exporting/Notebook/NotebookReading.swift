/// Python that the notebooks of runs and sweeps share.
enum NotebookReading {
    static let imports =
        ["h5py", "json", "numpy", "pandas", "textwrap", "xarray"].map { "import \($0)\n" }.joined()
            + #"""
            from matplotlib import pyplot as plt
            from pathlib import Path
            """#

    static let load = #"""
        def open_log(run, group):
            """A group of a run's log as an xarray.Dataset; also of a run that is being written."""
            path = Path(run) / "run.h5"
            try:
                return xarray.open_dataset(path, engine="h5netcdf", group=group)
            except OSError:
                return xarray.open_dataset(
                    path, engine="h5netcdf", group=group, driver_kwds={"swmr": True})


        def load(run, group):
            with open_log(run, group) as data:
                data = data.load()
            axis = "event" if "event" in data.dims else "step"
            # Rows of a live log that are not written yet have the number -1.
            return data.isel({axis: (data[axis] >= 0).values})


        def groups(run):
            path = Path(run) / "run.h5"
            try:
                with h5py.File(path) as file:
                    return list(file)
            except OSError:
                with h5py.File(path, swmr=True, libver="latest") as file:
                    return list(file)


        def panels(count, width=4.2, height=2.8, columns=3):
            """A figure with `count` axes, and the axes."""
            columns = min(columns, count)
            rows = -(-count // columns)
            figure, axes = plt.subplots(
                rows, columns, figsize=(width * columns, height * rows), squeeze=False,
                layout="constrained")
            axes = axes.ravel()
            for spare in axes[count:]:
                spare.set_visible(False)
            return figure, axes[:count]
        """#
}
