/// The notebook of one run.
enum RunNotebook {
    static let cells: [NotebookCell] = [
        .text(
            """
            # Run @NAME@

            Reads the log of the run where it is, as far as it has been written. Needs h5py, \
            h5netcdf, xarray, pandas and matplotlib.
            """),
        .code(
            NotebookReading.imports + "\n\n"
                + #"""
                # The folder of the run, seen from the folder of this notebook.
                RUN = Path(@FOLDER@)
                # What is drawn: columns of the groups of run.h5.
                METRICS = @METRICS@
                """#),
        .code(NotebookReading.load),
        .code(
            #"""
            status = json.loads((RUN / "status.json").read_text())
            print(f"{status['state']} at step {status['step']} of {status['steps']}")
            logs = {group: load(RUN, group) for group in groups(RUN) if group != "final"}
            logs["train"] if "train" in logs else logs
            """#),
        .text("## Every metric over the steps, a line for each pair"),
        .code(
            #"""
            def draw(axes, column):
                # A single point is no line.
                style = {"lw": 1, "marker": "o" if column.step.size == 1 else None}
                if "pair" in column.dims:
                    for pair in column.pair.values:
                        axes.plot(column.step, column.sel(pair=pair), label=f"pair {pair}", **style)
                else:
                    axes.plot(column.step, column, **style)
                axes.set_xlabel("step")
                axes.set_title(column.name)
                axes.grid(alpha=0.3)


            for group, names in METRICS.items():
                names = [name for name in names if name in logs.get(group, ())]
                if not names:
                    continue
                figure, all_axes = panels(len(names))
                for axes, name in zip(all_axes, names):
                    draw(axes, logs[group][name])
                if "pair" in logs[group].dims:
                    figure.legend(*all_axes[0].get_legend_handles_labels(), fontsize="small",
                                  loc="outside right upper")
                figure.suptitle(f"/{group}")
                plt.show()
            """#),
        .text("## Who sat with whom"),
        .code(
            #"""
            if "train" in logs and "discriminator" in logs["train"]:
                pairs = logs["train"].pair.values
                # Each sits with its own discriminator until the first swap.
                times, seats = [0], [pairs]
                if "swap" in logs:
                    times += list(logs["swap"].step.values)
                    seats += list(logs["swap"].discriminator.transpose("event", "pair").values)
                figure, axes = plt.subplots(figsize=(9, 0.6 + 0.4 * len(pairs) + 1))
                picture = axes.pcolormesh(
                    times + [max(status["step"], times[-1] + 1)],
                    numpy.arange(len(pairs) + 1) - 0.5, numpy.transpose(seats),
                    cmap=plt.get_cmap("tab10" if len(pairs) <= 10 else "viridis", len(pairs)),
                    vmin=pairs[0] - 0.5, vmax=pairs[-1] + 0.5)
                axes.set_yticks(range(len(pairs)), [f"pair {pair}" for pair in pairs])
                axes.invert_yaxis()
                axes.set_xlabel("step")
                figure.colorbar(
                    picture, label="discriminator", ticks=pairs if len(pairs) <= 20 else None)
                plt.show()
            """#),
        .text("## The newest samples"),
        .code(
            #"""
            pictures = sorted((RUN / "samples").glob("step-*.png"))
            pictures = [path for path in pictures if path.name[:13] == pictures[-1].name[:13]][:12]
            if pictures:
                figure, all_axes = panels(len(pictures), width=3, height=3, columns=4)
                for axes, path in zip(all_axes, pictures):
                    image = plt.imread(path)
                    axes.imshow(image, cmap="gray" if image.ndim == 2 else None)
                    axes.set_title(path.stem, fontsize="small")
                    axes.axis("off")
                plt.show()
            """#),
    ]
}
