"""Small experiments that touch everything a run writes."""

import dataclasses

from program import ROOT, Program

RING = ROOT / "Experiments" / "ring.toml"

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

    settings: tuple

    def words(self, results, *further):
        """The command line of a run."""
        return ["run", RING, *self.settings, "--results", results, "--quiet", *further]

    def run(self, program: Program, results, *further, **variables):
        return program.run(self.words(results, *further), **variables)


def small(*settings):
    """The small experiment with further settings; later ones of the same key count."""
    keys = {word.split("=", 1)[0]: word for word in [*SMALL, *settings]}
    return Experiment(tuple(keys.values()))


# A tenth of a second, most of it the start of the program.
SHORTEST = small(
    "steps=40", "record.samples_every=20", "record.checkpoint_every=10", "evaluate.every=20")

# Long enough to be hit at a random moment of its training.
HALF_SECOND = small(
    "steps=1500", "record.metrics_every=1", "record.samples_every=500",
    "record.checkpoint_every=50", "evaluate.every=250", "swap.interval=3")
