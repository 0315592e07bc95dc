#!/usr/bin/env python3
"""Writes statistics_values.json: averages, intervals and tests by SciPy, rliable and statsmodels.

    python3 -m venv venv && venv/bin/pip install rliable scipy statsmodels numpy "pandas<3"
    venv/bin/python Tests/Oracles/statistics_values.py

Inputs are seeded. Two kinds of bootstrap numbers are stored: with few resamples and the indices
that rliable drew, which a reader must match to the last digits, and with very many resamples,
which a generator of its own must come close to.
"""

import importlib.metadata
import json
import pathlib

import numpy as np
import scipy.integrate
import scipy.stats
from rliable import library, metrics
from statsmodels.stats.multitest import multipletests

RANDOM = np.random.default_rng(20261121)


def rounded(values):
    return np.round(values, 4)


# --- Averages -------------------------------------------------------------------------------------


def samples():
    """Sizes around every multiple of four, where the cut of the interquartile mean changes."""
    for count in [2, 3, 4, 5, 7, 8, 9, 10, 21, 100]:
        yield rounded(RANDOM.normal(3, 2, count))
    yield np.full(6, 0.1)
    yield np.array([1.0, 1, 1, 2, 2, 8])
    yield rounded(RANDOM.standard_cauchy(12) * 1e6)
    yield rounded(RANDOM.normal(0, 1, 10)) * 1e-9 + 1


def averages(values):
    return {
        "values": values.tolist(),
        "mean": np.mean(values),
        "median": np.median(values),
        "interquartile_mean": metrics.aggregate_iqm(values[:, None]),
        "standard_deviation": np.std(values, ddof=1),
        "standard_error": scipy.stats.sem(values),
        "quantiles": [
            {"probability": p, "value": np.quantile(values, p)}
            for p in [0, 0.025, 0.25, 0.5, 0.9, 0.975, 1]
        ],
    }


# --- Bootstrap ------------------------------------------------------------------------------------


class Recording(library.StratifiedBootstrap):
    """Notes the rows that rliable draws: [resample][task][run]."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.drawn = []

    def update_indices(self):
        indices = super().update_indices()
        self.drawn.append(indices[0].T.tolist())
        return indices


def bootstrap(scores):
    case = {"strata": scores.T.tolist(), "level": 0.9, "intervals": []}
    for name, statistic in [
        ("mean", metrics.aggregate_mean), ("interquartile_mean", metrics.aggregate_iqm)
    ]:
        np.random.seed(7)
        few = Recording(scores)
        bounds = few.conf_int(lambda x: np.array([statistic(x)]), reps=99, size=0.9,
                              method="percentile")
        # conf_int evaluates the statistic on the sample itself first, without a draw.
        many = library.get_interval_estimates(
            {"": scores}, lambda x: np.array([statistic(x)]), reps=50_000)[1][""]
        case["drawn"] = few.drawn
        case["intervals"].append({
            "statistic": name, "exact": bounds[:, 0].tolist(), "near": many[:, 0].tolist()})
    return case


# --- Curves ---------------------------------------------------------------------------------------


def curve():
    x = np.cumsum(RANDOM.integers(1, 100, 12))
    y = rounded(RANDOM.normal(0, 1, 12))
    return {"x": x.tolist(), "y": y.tolist(), "area": scipy.integrate.trapezoid(y, x)}


# --- Paired comparisons ---------------------------------------------------------------------------


def sign_flips():
    for count in [2, 3, 5, 8, 11, 16]:
        yield rounded(RANDOM.normal(0.5, 1, count))
    yield np.array([0.1, 0.2, -0.3, 0.4])                   # sums that are equal but for rounding
    yield np.array([0.1, 0.2, 0.3, 0.1, 0.1, -0.1, 0.7, 0.0])
    yield np.full(6, 0.1)
    yield np.array([0.25, 0.25, -0.25, 0.25, -0.25, 0.25, 0.25])
    yield np.zeros(5)


def sign_flip(differences):
    test = scipy.stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True)
    case = {"differences": differences.tolist(), "p": test.pvalue}
    if len(set(differences.tolist())) > 1:
        interval = scipy.stats.bootstrap(
            (differences,), np.mean, method="percentile", n_resamples=100_000,
            rng=np.random.default_rng(3)).confidence_interval
        case["near"] = [interval.low, interval.high]
    return case


def signed_ranks(count, share):
    """A sign-flip test of signed ranks is Wilcoxon's, whose exact p SciPy has for many values."""
    ranks = np.arange(1.0, count + 1)
    values = np.where(RANDOM.random(count) < share, ranks, -ranks)
    RANDOM.shuffle(values)
    return {"differences": values.tolist(), "p": scipy.stats.wilcoxon(values, method="exact").pvalue}


def holm(values):
    return {"p": values, "adjusted": multipletests(values, method="holm")[1].tolist()}


def main():
    oracle = {
        "versions": {
            name: importlib.metadata.version(name)
            for name in ["arch", "numpy", "rliable", "scipy", "statsmodels"]
        },
        "averages": [averages(values) for values in samples()],
        "bootstrap": [
            bootstrap(rounded(RANDOM.normal(1, 1, (5, 1)))),
            bootstrap(rounded(RANDOM.normal(1, 1, (10, 3)) * [1, 2, 5])),
        ],
        "curves": [curve() for _ in range(3)],
        "sign_flips": [sign_flip(values) for values in sign_flips()],
        "signed_ranks": [
            signed_ranks(count, share)
            for count, share in [(20, 0.7), (21, 0.5), (30, 0.8), (40, 0.75)]
        ],
        "holm": [
            holm([0.01, 0.04, 0.03, 0.005]), holm([0.5]), holm([0.03, 0.03, 0.9, 1.0, 0.03]),
            holm(rounded(RANDOM.random(9) ** 2).tolist()),
        ],
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(oracle, indent=None, separators=(",", ":")).replace(
        '},{', '},\n{') + "\n")


main()
