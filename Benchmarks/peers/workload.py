"""What the peers share: the command line, the data, the matchings and the clock."""

import argparse
import gzip
import json
import pathlib
import time

import numpy as np

SWAP_EVERY = 100
BATCH = {"gap-mnist": 32, "ring": 128, "dcgan": 64}


def arguments(description, **options):
    """--pairs, --steps, --data and --strategy, and whatever else a program adds."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--steps", type=int, default=1000, help="timed steps")
    parser.add_argument("--strategy", help="only this one; default: all in turn")
    parser.add_argument("--data", default=None, help="folder of the MNIST IDX files")
    for name, settings in options.items():
        parser.add_argument("--" + name, **settings)
    return parser.parse_args()


def mnist(folder):
    """Training images as [count, 784] floats of [0, 1]."""
    folder = folder or pathlib.Path(__file__).parents[2] / "Experiments/data/mnist-5k"
    with gzip.open(pathlib.Path(folder) / "train-images-idx3-ubyte.gz") as file:
        data = file.read()
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255


def ring(count=100_000, modes=8, radius=1.0, sigma=0.01):
    """Gaussians around a circle, centres at 2 pi i / modes."""
    random = np.random.default_rng(0)
    angle = 2 * np.pi * random.integers(modes, size=count) / modes
    centres = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (centres + sigma * random.standard_normal((count, 2))).astype(np.float32)


class BatchOrder:
    """Indices of fresh batches: a new permutation for each epoch, its last part dropped."""

    def __init__(self, count, batch, seed):
        self.random = np.random.default_rng(seed)
        self.count, self.batch, self.left = count, batch, np.empty((0, batch), np.int64)

    def draw(self, batches):
        while len(self.left) < batches:
            order = self.random.permutation(self.count)
            order = order[: self.count // self.batch * self.batch].reshape(-1, self.batch)
            self.left = np.concatenate([self.left, order])
        drawn, self.left = self.left[:batches], self.left[batches:]
        return drawn


def matching(random, pairs):
    """For each pair the pair whose discriminator it takes: a random perfect matching."""
    seats, partner = random.permutation(pairs), np.arange(pairs)
    for i in range(0, pairs - 1, 2):
        partner[seats[i]], partner[seats[i + 1]] = seats[i + 1], seats[i]
    return partner


def pair_steps_per_second(run, pairs, steps):
    """run(steps) trains all pairs; 200 steps come first, to compile and to warm up."""
    run(2 * SWAP_EVERY)
    start = time.perf_counter()
    run(steps)
    return pairs * steps / (time.perf_counter() - start)


def report(rates, losses, version, **others):
    """One line of JSON: pair-steps per second of each strategy, and the last losses as a check."""
    rates = {name: round(rate, 2) for name, rate in rates.items()}
    print(json.dumps({"rates": rates, "losses": losses, "version": version, **others}))
