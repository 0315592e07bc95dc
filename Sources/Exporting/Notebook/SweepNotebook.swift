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


            # What METRICS are called here: with the group where an earlier one has the name too.
            CALLED = {}
            for group, names in METRICS.items():
                for name in names:
                    taken = name in CALLED.values()
                    CALLED[group, name] = f"{group}/{name}" if taken else name


            def read(run):
                """The columns of METRICS, one line for each step, and the last value of each.

                Values are means over the pairs; no number (NaN) where one of them has none.
                """
                folder = SWEEP / run["name"]
                present = groups(folder)
                tables, last = [], {"run": run["name"]}
                for group, names in METRICS.items():
                    if group not in present:
                        continue
                    data = load(folder, group)
                    names = [name for name in names if name in data]
                    data = data[names].rename({name: CALLED[group, name] for name in names})
                    others = [axis for axis in data.dims if axis != "step"]
                    table = data.mean(others, skipna=False).to_dataframe()
                    tables.append(table)
                    if len(table):
                        last.update(table.iloc[-1])
                table = pandas.concat(tables, axis=1).reset_index()
                table["run"] = run["name"]
                return table, last


            parts, lasts, missing = [], [], []
            for run in plan["runs"]:
                try:
                    table, last = read(run)
                except (OSError, ValueError) as error:
                    missing.append((run["name"], str(error)))
                    continue
                # A run that is the same in several places of the grid counts in each.
                for place in run["places"]:
                    values = {key: label(key, value) for key, value in zip(KEYS, place)}
                    parts.append(table.assign(**values))
                    lasts.append({**last, **values})
            results = pandas.concat(parts, ignore_index=True)
            print(f"{results.run.nunique()} runs read, {len(missing)} of {len(plan['runs'])} not")
            for name, error in missing[:5]:
                print(f"  {name}: {error}")
            results.head()
            """#),
        .text(
            """
            ## Curves: mean over seeds, with a 95 % percentile bootstrap interval of that mean

            A panel holds the arms that differ in one key, the one that leaves the fewest panels. \
            Keys that follow from other keys are not named.
            """),
        .code(
            #"""
            arms = [key for key in KEYS if key != "seed"]
            for key in reversed(arms):
                others = [other for other in arms if other != key]
                if others and len(results[others].drop_duplicates()) == len(
                        results[arms].drop_duplicates()):
                    arms = others
            panels_without = {
                key: len(results[[other for other in arms if other != key]].drop_duplicates())
                for key in arms}
            line = min(arms, key=panels_without.get, default=None)
            rest = [key for key in arms if key != line]
            lines = order(results[line].unique()) if line else [None]
            columns = results[rest].drop_duplicates().to_dict("records") if rest else [{}]
            columns.sort(key=lambda one: [(isinstance(v, str), v) for v in one.values()])


            def title(values):
                """The last words of keys and their values, where they are not all the same."""
                return ", ".join(
                    f"{key.split('.')[-1]}\u00a0=\u00a0{value}" for key, value in values.items()
                    if results[key].nunique() > 1)


            def select(table, values):
                for key, value in values.items():
                    table = table[table[key] == value]
                return table


            # Not what is the same everywhere.
            shown = [name for name in CALLED.values() if name in results]
            shown = [name for name in shown if results[name].nunique() > 1]
            """#),
        .code(
            #"""
            def interval(values, resamples=1000):
                """Mean and interval of each column of an array [seed, step]."""
                draws = numpy.random.default_rng(0).integers(
                    len(values), size=(resamples, len(values)))
                means = values[draws].mean(axis=1)
                low, high = numpy.nanpercentile(means, [2.5, 97.5], axis=0)
                return values.mean(axis=0), low, high


            def curve(axes, table, name, color):
                # Steps at which all runs have a number.
                table = table.dropna(subset=[name])
                values = table.pivot_table(index="run", columns="step", values=name).dropna(axis=1)
                if values.empty:
                    return
                mean, low, high = interval(values.to_numpy())
                marker = "o" if len(values.columns) == 1 else None
                axes.plot(values.columns, mean, color=color, lw=1.2, marker=marker)
                axes.fill_between(values.columns, low, high, color=color, alpha=0.2, lw=0)


            # Numbers have an order, words have none.
            words = len(lines) <= 10 and sum(isinstance(value, str) for value in lines) > 1
            colors = dict(zip(lines, plt.cm.tab10.colors if words
                              else plt.cm.viridis(numpy.linspace(0, 0.9, len(lines)))))
            # Many panels are drawn small, so that the notebook stays small.
            many = len(columns) > 9
            size = {"width": 2.6, "height": 1.9, "columns": 4} if many else {}
            for name in shown:
                with plt.rc_context({"font.size": 7, "figure.dpi": 72} if many else {}):
                    figure, all_axes = panels(len(columns), **size)
                    for axes, one in zip(all_axes, columns):
                        table = select(results, one)
                        for value, color in colors.items():
                            curve(axes, select(table, {line: value} if line else {}), name, color)
                        axes.set_title(textwrap.fill(title(one), 36), fontsize="medium")
                        axes.grid(alpha=0.3)
                    if line:
                        figure.legend(
                            [plt.Line2D([], [], color=color) for color in colors.values()],
                            [title({line: value}) for value in lines],
                            loc="outside upper center", ncols=min(len(lines), 5))
                    figure.supxlabel("step")
                    figure.supylabel(name)
                    plt.show()
            """#),
        .text("## The last value of each run: mean over seeds"),
        .code(
            #"""
            last = pandas.DataFrame(lasts)
            summary = last.groupby(arms)[shown].agg(["mean", "sem", "count"]) if arms else last
            summary
            """#),
        .code(
            #"""
            if rest:
                index = last.groupby(rest + [line])[shown].mean().unstack(line).index
                rows = [row if isinstance(row, tuple) else (row,) for row in index]
                rows = [textwrap.fill(title(dict(zip(rest, row))), 60) for row in rows]
                slant = any(len(str(value)) > 7 for value in lines)
                height = 0.2 * max(sum(row.count("\n") + 1 for row in rows), 1.25 * len(rows))
                figure, all_axes = panels(
                    len(shown), width=2 + 0.6 * len(lines), height=height + (1.8 if slant else 1))
                for axes, name in zip(all_axes, shown):
                    table = last.groupby(rest + [line])[name].mean().unstack(line)[lines]
                    picture = axes.imshow(table, aspect="auto", cmap="viridis")
                    axes.set_yticks(range(len(rows)), rows, fontsize="x-small")
                    axes.set_xticks(range(len(lines)), lines, rotation=30 if slant else 0,
                                    ha="right" if slant else "center")
                    axes.set_xlabel(line)
                    axes.set_title(name)
                    for (row, column), value in numpy.ndenumerate(table.to_numpy()):
                        if numpy.isfinite(value):
                            axes.text(column, row, f"{value:.3g}", ha="center", va="center",
                                      color="black" if picture.norm(value) > 0.6 else "white",
                                      fontsize="x-small")
                    figure.colorbar(picture)
                # Rows are named once, beside the first panel of a row.
                for axes in set(all_axes) - set(all_axes[::3]):
                    axes.tick_params(labelleft=False)
                plt.show()
            """#),
    ]
}
