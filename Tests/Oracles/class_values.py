#!/usr/bin/env python3
"""Writes class_values.json: what metrics of classes are, by the written formulas in NumPy.

    python3 -m venv venv && venv/bin/pip install numpy
    venv/bin/python Tests/Oracles/class_values.py
"""

import json
import pathlib

import numpy as np

RANDOM = np.random.default_rng(20261122)


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def inception_score(probabilities, splits=10):
    """The code of Salimans et al.: mean and numpy.std of the scores of the splits."""
    count, scores = len(probabilities), []
    for split in range(splits):
        part = probabilities[split * count // splits:(split + 1) * count // splits]
        divergence = part * (np.log(part) - np.log(part.mean(axis=0, keepdims=True)))
        scores.append(np.exp(divergence.sum(axis=1).mean()))
    return [np.mean(scores), np.std(scores)]


def scored(logits):
    logits = np.round(logits, 2).astype(np.float32)
    return {
        "logits": logits.flatten().tolist(),
        "score": inception_score(softmax(logits.astype(np.float64))),
    }


def perfect(samples, modes=1000, repetitions=4000):
    """Means over draws of even classes, with their standard errors."""
    shares = RANDOM.multinomial(samples, np.full(modes, 1 / modes), repetitions) / samples
    divergence = (shares * np.log(np.where(shares > 0, shares * modes, 1))).sum(axis=1)
    return {
        "samples": samples,
        "values": [
            [np.mean(value), np.std(value) / np.sqrt(repetitions)]
            for value in ((shares > 0).sum(axis=1), divergence)],
    }


def main():
    oracle = {
        "inception": [
            scored(RANDOM.normal(0, 4, (10, 10))), scored(RANDOM.normal(0, 3, (57, 10))),
            scored(np.eye(10)[RANDOM.integers(0, 10, 40)] * 30 + RANDOM.normal(0, 1, (40, 10))),
        ],
        "perfect": [perfect(count) for count in (3, 500, 2500, 25_600, 26_000)],
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(oracle, separators=(",", ":")).replace("},{", "},\n{") + "\n")


main()
