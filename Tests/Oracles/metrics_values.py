#!/usr/bin/env python3
"""Writes metrics_values.json: metrics of features by SciPy, scikit-learn and the written formulas.

    python3 -m venv venv && venv/bin/pip install numpy scipy scikit-learn
    venv/bin/python Tests/Oracles/metrics_values.py

Inputs are seeded and exact in single precision. Where a reference implementation is a formula and
no library (pytorch-fid, clovaai's PRDC, torch-fidelity's KID), the formula is written out here, in
double precision, with SciPy's or scikit-learn's functions.
"""

import importlib.metadata
import json
import pathlib

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats
from scipy.spatial.distance import cdist, jensenshannon
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

RANDOM = np.random.default_rng(20261121)


def rounded(values):
    return np.round(values, 3).astype(np.float32)


# --- Features -------------------------------------------------------------------------------------


def frechet(real, generated):
    """pytorch-fid: the root of the product by scipy.linalg.sqrtm, covariances by numpy.cov."""
    covariances = np.cov(real, rowvar=False), np.cov(generated, rowvar=False)
    covariances = [np.atleast_2d(covariance) for covariance in covariances]
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    difference = real.mean(0) - generated.mean(0)
    return difference @ difference + np.trace(covariances[0] + covariances[1] - 2 * root)


def unbiased(kernel, real, generated):
    def mean_of_pairs(x):
        matrix = kernel(x, x)
        return (matrix.sum() - np.trace(matrix)) / (len(x) * (len(x) - 1))

    return mean_of_pairs(real) + mean_of_pairs(generated) - 2 * kernel(real, generated).mean()


def kernel_inception(real, generated, size, subsets):
    """torch-fidelity: mean and numpy.std over pairs of subsets without replacement."""
    chosen = [
        [RANDOM.choice(len(x), size, replace=False) for _ in range(subsets)]
        for x in (real, generated)
    ]
    estimates = [
        unbiased(
            lambda x, y: polynomial_kernel(x, y, degree=3, gamma=1 / x.shape[1], coef0=1),
            real[x], generated[y])
        for x, y in zip(*chosen)
    ]
    return {
        "real": [x.tolist() for x in chosen[0]], "generated": [x.tolist() for x in chosen[1]],
        "mean": np.mean(estimates), "deviation": np.std(estimates),
    }


def mean_discrepancy(real, generated):
    scale = 2 * np.trace(np.atleast_2d(np.cov(real, rowvar=False)))

    def kernel(x, y):
        return np.mean(
            [rbf_kernel(x, y, 1 / (2 * s * scale)) for s in (0.25, 0.5, 1, 2, 4)], axis=0)

    return unbiased(kernel, real, generated)


def sliced_wasserstein(real, generated, directions):
    return np.mean([
        scipy.stats.wasserstein_distance(real @ direction, generated @ direction)
        for direction in directions
    ])


def radii(x, rank):
    """As NearestNeighbors(rank).fit(x).kneighbors(), which leaves each example itself out, but from
    the same distances as those that are compared with them: equal ones have to be equal.
    """
    distances = cdist(x, x)
    np.fill_diagonal(distances, np.inf)
    found = np.sort(distances, axis=1)[:, rank - 1]
    library = NearestNeighbors(n_neighbors=rank, algorithm="kd_tree").fit(x).kneighbors()[0]
    assert np.allclose(found, library[:, -1], rtol=1e-12, atol=0)
    return found


def precision_recall(real, generated, rank=3):
    distances = cdist(real, generated)
    precision = (distances <= radii(real, rank)[:, None]).any(axis=0).mean()
    recall = (distances <= radii(generated, rank)[None, :]).any(axis=1).mean()
    return [precision, recall]


def density_coverage(real, generated, rank=5):
    distances = cdist(real, generated)
    inside = distances < radii(real, rank)[:, None]
    return [inside.sum(axis=0).mean() / rank, inside.any(axis=1).mean()]


def nearest_neighbor_accuracy(real, generated):
    count = min(len(real), len(generated))
    examples = np.concatenate([real[:count], generated[:count]])
    labels = np.repeat([0, 1], count)
    distances = cdist(examples, examples)
    np.fill_diagonal(distances, np.inf)
    same = labels[:, None] == labels[None, :]
    own = np.where(same, distances, np.inf).min(axis=1)
    other = np.where(same, np.inf, distances).min(axis=1)
    correct = (own < other) + (own == other) / 2
    if (own != other).all():
        library = cross_val_score(
            KNeighborsClassifier(1, algorithm="kd_tree"), examples, labels, cv=LeaveOneOut())
        assert np.array_equal(correct, library)
    return [correct.mean(), correct[:count].mean(), correct[count:].mean()]


def memorization(real, generated):
    distances = cdist(generated, real)
    own = radii(real, 1)
    nearest = distances.min(axis=1)
    return [
        (nearest > own[distances.argmin(axis=1)]).mean(), np.median(nearest) / np.median(own)
    ]


def features(real, generated):
    width = real.shape[1]
    directions = RANDOM.normal(size=(7, width))
    x, y = real.astype(np.float64), generated.astype(np.float64)
    return {
        "width": width, "real": real.ravel().tolist(), "generated": generated.ravel().tolist(),
        "frechet": frechet(x, y),
        "kid": kernel_inception(x, y, 17, 4),
        "mmd": mean_discrepancy(x, y),
        "directions": directions.ravel().tolist(),
        "sliced_wasserstein": sliced_wasserstein(x, y, directions),
        "precision_recall": precision_recall(x, y),
        "density_coverage": density_coverage(x, y),
        "nearest_neighbor_accuracy": nearest_neighbor_accuracy(x, y),
        "memorization": memorization(x, y),
    }


def normal(count, width, shift=0.0, scale=1.0):
    return rounded(RANDOM.normal(shift, scale, (count, width)))


def feature_sets():
    """Few and many features, equal and unequal numbers, fewer examples than features."""
    yield normal(40, 1), normal(30, 1, 0.3)
    yield normal(60, 2), normal(45, 2, 0.2, 0.7)
    yield normal(50, 5), normal(50, 5)
    yield normal(40, 20), normal(60, 20, 0.5, 1.2)
    yield normal(30, 34, 3), normal(25, 34, 3)
    copied = normal(40, 18)
    yield copied, np.concatenate([copied[:20], normal(20, 18)])


# --- Modes ----------------------------------------------------------------------------------------


def modes(counts):
    counts = np.array(counts)
    even = np.full(len(counts), 1 / len(counts))
    return {
        "counts": counts.tolist(),
        "reverse_kl": scipy.stats.entropy(counts, even),
        "jensen_shannon": jensenshannon(counts, even) ** 2,
        "smallest_mode_share": counts.min() / counts.sum(),
    }


def perfect(modes, samples, repetitions=200_000):
    """Means over draws of the exact distribution of the counts, with their standard errors."""
    share = -np.expm1(-4.5)
    counts = RANDOM.multinomial(
        samples, [share / modes] * modes + [1 - share], repetitions)[:, :modes]
    p = counts / counts.sum(axis=1, keepdims=True)
    middle = (p + 1 / modes) / 2
    values = {
        "modes": (counts > 0).sum(axis=1),
        "high_quality": counts.sum(axis=1) / samples,
        "reverse_kl": scipy.special.xlogy(p, p * modes).sum(axis=1),
        "jensen_shannon": (
            scipy.special.xlogy(p, p / middle) + np.log(1 / modes / middle) / modes
        ).sum(axis=1) / 2,
        "smallest_mode_share": p.min(axis=1),
    }
    return {
        "modes": modes, "samples": samples,
        "values": {
            name: [np.mean(value), scipy.stats.sem(value)] for name, value in values.items()},
    }


def main():
    oracle = {
        "versions": {
            name: importlib.metadata.version(name) for name in ["numpy", "scipy", "scikit-learn"]},
        "features": [features(*pair) for pair in feature_sets()],
        "modes": [
            modes([3, 1, 0, 0]), modes([5]), modes([7, 7]), modes([0, 0, 9]),
            modes(RANDOM.integers(0, 40, 25)),
        ],
        "perfect": [perfect(8, 2500), perfect(25, 2500), perfect(8, 10_000), perfect(1, 100)],
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(oracle, indent=None, separators=(",", ":")).replace(
        '},{', '},\n{') + "\n")


main()
