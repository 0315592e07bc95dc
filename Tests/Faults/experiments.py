"""Small experiments that touch everything a run writes."""

import dataclasses
import pathlib

from program import FAULTS, ROOT, Program

RING = ROOT / "Experiments" / "ring.toml"
# Names no key of which only some choices know.
BARE = FAULTS / "bare.toml"

# Narrow networks on few points: an epoch lasts 12 steps, three pairs leave one sitting at a swap.
SMALL = [
    "data.count=100", "data.batch_size=8", "population.pairs=3", "generator.hidden=[8]",
    "discriminator.hidden=[8]", "evaluate.samples=64", "swap.interval=4",
    "training.discriminator_updates=2", "training.microbatches=2",
    "record.metrics_every=2",
]


@dataclasses.dataclass(frozen=True)
class Experiment:
    """An experiment file and changes to it."""

    file: pathlib.Path
    settings: tuple

    def words(self, results, *further):
        """The command line of a run."""
        return ["run", self.file, *self.settings, "--results", results, "--quiet", *further]

    def changed(self, *settings):
        """This experiment with other settings; each key may stand once."""
        words = {word.split("=", 1)[0]: word for word in [*self.settings, *settings]}
        return Experiment(self.file, tuple(words.values()))

    def run(self, program: Program, results, *further, **variables):
        return program.run(self.words(results, *further), **variables)


def small(*settings):
    """The small experiment with further settings, or other ones."""
    return Experiment(RING, tuple(SMALL)).changed(*settings)


# A tenth of a second, most of it the start of the program.
SHORTEST = small(
    "steps=40", "record.samples_every=20", "record.checkpoint_every=10", "evaluate.every=20")


@dataclasses.dataclass(frozen=True)
class DrawnExperiment:
    """A random experiment, and where its swaps and epochs end."""

    experiment: Experiment
    swap_interval: int
    epoch_steps: float


# Keys and the values among which each is drawn.
CHOICES = {
    "data.source": ["gaussian-ring", "gaussian-ring", "gaussian-grid"],
    "population.pairs": [1, 2, 3, 4, 5],
    "population.shared": ["[]", "[]", '["initialization"]', '["latent", "batch_order"]'],
    "swap.policy": ["random-matching", "rotation", "random-derangement", "random-permutation"],
    "swap.start": [0, 0, 20],
    "swap.warmup_steps": [0, 0, 3],
    "swap.optimizer_state": ["moves", "stays", "resets"],
    "swap.normalization_statistics": ["moves", "stays", "resets"],
    "swap.hash": ["some", "all"],
    "training.discriminator_updates": [1, 2, 3],
    "training.generator_updates": [1, 1, 2],
    "training.order": ["alternating", "alternating", "simultaneous"],
    "training.microbatches": [1, 2, 4],
    "generator.normalization": ["none", "batch", "layer"],
    "generator.dropout": [0, 0, 0.2],
    "discriminator.normalization": ["none", "layer"],
    "discriminator.activation": ["relu", "leaky-relu", "maxout"],
    "discriminator.dropout": [0, 0, 0.2],
    "loss.name": ["bce", "bce-saturating", "lsgan", "wgan", "wgan-gp", "hinge"],
    "optimizer.generator.name": ["adam", "adam", "adamw", "rmsprop", "momentum", "sgd"],
    "optimizer.discriminator.name": ["adam", "adam", "adamw", "rmsprop", "momentum", "sgd"],
    "optimizer.generator.schedule": ["constant", "linear", "cosine"],
    "optimizer.discriminator.schedule": ["constant", "step"],
    "optimizer.discriminator.clip_norm": [0, 1],
    "record.metrics_every": [1, 1, 1, 7],
    "record.after_swap": [0, 2],
    "record.samples_every": [0, 150],
    "record.checkpoint_every": [13, 40, 100],
    "evaluate.every": [0, 50],
}
COUNT, BATCH = 100, 8


def random_experiment(choice):
    """Draws an experiment of 800 steps on 100 points, so that an epoch lasts 4 to 12 steps."""
    drawn = {key: choice.choice(values) for key, values in CHOICES.items()}
    interval = choice.choice([1, 2, 3, 4, 5, 7, 12])
    settings = [f"{key}={value}" for key, value in drawn.items()] + [
        "steps=800", f"swap.interval={interval}", f"data.count={COUNT}",
        f"data.batch_size={BATCH}", "generator.hidden=[8]", "discriminator.hidden=[8]",
        "evaluate.samples=64"]
    batches = COUNT // BATCH
    return DrawnExperiment(
        Experiment(BARE, tuple(settings)), interval,
        batches / drawn["training.discriminator_updates"])
