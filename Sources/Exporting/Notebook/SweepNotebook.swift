/// The notebook of a sweep.
enum SweepNotebook {
    static let cells: [NotebookCell] = [
        .text(
            """
            # Sweep @NAME@

            Reads the logs of the runs where they are, as far as they have been written. A run \
            counts once: its pairs are first reduced to their mean. Bands and intervals are over \
            seeds. Needs h5py, h5netcdf, xarray, pandas and matplotlib.
            """),
        .code(
            NotebookReading.imports + "\n\n"
                + #"""
                # The folder of the sweep, seen from the folder of this notebook.
                SWEEP = Path(@FOLDER@)
                KEYS = @KEYS@
                # What is read: columns of the groups of run.h5.
                METRICS = @METRICS@
                """#),
        .code(NotebookReading.load),
        .code(
            #"""
            plan = json.loads((SWEEP / "plan.json").read_text())


            def label(key, value):
                """Values as they are shown; swap.interval = 0 means never and stands last."""
                if isinstance(value, list):
                    return json.dumps(value)
                return "never" if key == "swap.interval" and value == 0 else value


            def order(values):
                return sorted(values, key=lambda value: (isinstance(value, str), value))


            def read(run):
                """The columns of METRICS, the mean over the pairs, one line for each step."""
                folder = SWEEP / run["name"]
                present = groups(folder)
                tables = []
                for group, names in METRICS.items():
                    if group not in present:
                        continue
                    data = load(folder, group)
                    data = data[[name for name in names if name in data]]
                    others = [axis for axis in data.dims if axis != "step"]
                    tables.append(data.mean(others).to_dataframe())
                table = pandas.concat(tables, axis=1).reset_index()
                table["run"] = run["name"]
                return table


            parts, missing = [], []
            for run in plan["runs"]:
                try:
                    table = read(run)
                except (OSError, ValueError) as error:
                    missing.append((run["name"], str(error)))
                    continue
                # A run that is the same in several places of the grid counts in each.
                for place in run["places"]:
                    values = {key: label(key, value) for key, value in zip(KEYS, place)}
                    parts.append(table.assign(**values))
            results = pandas.concat(parts, ignore_index=True)
            arms = [key for key in KEYS if key != "seed"]
            print(f"{results.run.nunique()} runs read, {len(missing)} of {len(plan['runs'])} not")
            for name, error in missing[:5]:
                print(f"  {name}: {error}")
            results.head()
            """#),
        .text(
            "## Curves: mean over seeds, with a 95 % percentile bootstrap interval of that mean"),
        .code(
            #"""
            def interval(values, resamples=1000):
                """Mean and interval of each column of an array [seed, step]."""
                draws = numpy.random.default_rng(0).integers(
                    len(values), size=(resamples, len(values)))
                means = values[draws].mean(axis=1)
                low, high = numpy.nanpercentile(means, [2.5, 97.5], axis=0)
                return values.mean(axis=0), low, high


            def curve(axes, table, name, text, color):
                table = table.dropna(subset=[name])
                if table.empty:
                    return
                values = table.pivot_table(index="run", columns="step", values=name).dropna(axis=1)
                mean, low, high = interval(values.to_numpy())
                axes.plot(values.columns, mean, color=color, label=text, lw=1.2)
                axes.fill_between(values.columns, low, high, color=color, alpha=0.2, lw=0)


            shown = [name for names in METRICS.values() for name in names if name in results]
            # Not what is the same everywhere, nor what only counts.
            shown = [name for name in shown if name not in ("discriminator", "epoch")]
            shown = [name for name in shown if results[name].nunique() > 1]
            first = arms[0] if arms else None
            rest = arms[1:]
            columns = results[rest].drop_duplicates().to_dict("records") if rest else [{}]
            columns.sort(key=lambda one: [(isinstance(v, str), v) for v in one.values()])
            for name in shown:
                figure, all_axes = panels(len(columns))
                for axes, one in zip(all_axes, columns):
                    part = results
                    for key, value in one.items():
                        part = part[part[key] == value]
                    values = order(part[first].unique()) if first else [None]
                    colors = plt.cm.viridis(numpy.linspace(0, 0.9, len(values)))
                    for value, color in zip(values, colors):
                        line = part if first is None else part[part[first] == value]
                        curve(axes, line, name, f"{first} = {value}", color)
                    axes.set_title(", ".join(f"{k} = {v}" for k, v in one.items()))
                    axes.set_xlabel("step")
                    axes.set_ylabel(name)
                    axes.grid(alpha=0.3)
                if first:
                    all_axes[0].legend(fontsize="x-small")
                plt.show()
            """#),
        .text("## The last value of each run: mean over seeds"),
        .code(
            #"""
            last = results.sort_values("step").groupby(["run"] + KEYS, sort=False)[shown].last()
            last = last.reset_index()
            summary = last.groupby(arms)[shown].agg(["mean", "sem", "count"]) if arms else last
            summary
            """#),
        .code(
            #"""
            if len(arms) >= 2:
                figure, all_axes = panels(len(shown))
                for axes, name in zip(all_axes, shown):
                    table = last.pivot_table(index=arms[0], columns=arms[1], values=name)
                    table = table.reindex(index=order(table.index), columns=order(table.columns))
                    picture = axes.imshow(table, aspect="auto", cmap="viridis")
                    axes.set_yticks(range(len(table.index)), table.index)
                    axes.set_xticks(range(len(table.columns)), table.columns)
                    axes.set_ylabel(arms[0])
                    axes.set_xlabel(arms[1])
                    axes.set_title(name)
                    for (row, column), value in numpy.ndenumerate(table.to_numpy()):
                        axes.text(column, row, f"{value:.3g}", ha="center", va="center",
                                  color="black" if picture.norm(value) > 0.6 else "white",
                                  fontsize="x-small")
                    figure.colorbar(picture)
                plt.show()
            """#),
    ]
}
