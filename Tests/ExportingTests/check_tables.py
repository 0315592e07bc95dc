"""Computes the table of the arms of a sweep again with SciPy, from the table of its runs.

    python check_tables.py FOLDER        # with arms.csv and runs.csv
"""

import pathlib
import sys

import numpy as np
import pandas as pd
import scipy.stats

QUANTITY = ["metric", "members", "value"]


def close(name, where, ours, theirs):
    assert np.isclose(ours, theirs, rtol=1e-12, atol=1e-12, equal_nan=True), (
        f"{name} of {where}: {ours}, by SciPy {theirs}")


def holm(p_values):
    """Largest share among the tests so far, each against those that are left."""
    order = np.argsort(p_values, kind="stable")
    shares = [(len(order) - rank) * p_values[index] for rank, index in enumerate(order)]
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(shares))
    return adjusted


def check_averages(arm, where, numbers):
    assert arm["n"] + arm["never"] == len(numbers), where
    counted = arm[["n", "never", "undefined", "failed", "unfinished"]].sum()
    assert counted == arm["planned"], where
    if len(numbers) == 0:
        assert np.isnan(arm["mean"]), where
        return
    close("mean", where, arm["mean"], np.mean(numbers))
    close("median", where, arm["median"], np.median(numbers))
    close("interquartile_mean", where, arm["interquartile_mean"],
          scipy.stats.trim_mean(numbers, 0.25))
    if len(numbers) > 1 and np.isfinite(numbers).all():
        close("standard_error", where, arm["standard_error"], scipy.stats.sem(numbers))
        assert numbers.min() - 1e-12 <= arm["mean_lower"] <= arm["mean"] + 1e-12, where
        assert numbers.max() + 1e-12 >= arm["mean_upper"] >= arm["mean"] - 1e-12, where


def check_comparison(arm, where, treatment, control):
    pairs = treatment.index.intersection(control.index)
    differences = (treatment[pairs] - control[pairs]).to_numpy()
    assert arm["pairs"] == len(pairs), where
    if len(pairs) == 0:
        assert np.isnan(arm["p"]), where
        return
    close("difference", where, arm["difference"], differences.mean())
    close("p_smallest", where, arm["p_smallest"], 0.5 ** (len(pairs) - 1))
    if len(pairs) > 1:
        test = scipy.stats.permutation_test(
            (differences,), np.mean, permutation_type="samples", n_resamples=np.inf,
            vectorized=True)
        close("p", where, arm["p"], test.pvalue)


def main(folder):
    arms = pd.read_csv(folder / "arms.csv")
    runs = pd.read_csv(folder / "runs.csv").dropna(subset="number")
    keys = list(arms.columns[:arms.columns.get_loc("metric")])
    numbers = {
        where: group.set_index("seed")["number"] for where, group in runs.groupby(keys + QUANTITY)
    }
    nothing = pd.Series(dtype=float)
    compared = 0
    for _, arm in arms.iterrows():
        where = tuple(arm[keys + QUANTITY])
        own = numbers.get(where, nothing)
        check_averages(arm, where, own.to_numpy())
        if arm["control"] == "compared":
            other = list(where)
            other[keys.index("swap.interval")] = 0
            check_comparison(arm, where, own, numbers.get(tuple(other), nothing))
            compared += 1
    data = [key for key in keys if key.startswith("data.")]
    tested = arms.dropna(subset="p")
    for where, family in tested.groupby(data + QUANTITY):
        assert (family["tests"] == len(family)).all(), where
        for ours, theirs in zip(family["p_holm"], holm(family["p"].to_numpy())):
            close("p_holm", where, ours, theirs)
    assert compared > 0, "nothing was compared"
    print(f"{len(arms)} rows, {compared} of them compared with the control")


main(pathlib.Path(sys.argv[1]))
