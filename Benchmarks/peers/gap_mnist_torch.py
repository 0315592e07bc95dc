#!/usr/bin/env python3
"""gap-mnist in PyTorch, eager, as fast as it goes on a CPU: prints pair-steps per second as JSON.

Strategies: one pair after the other with 1 and with 2 threads, and a Python thread per pair. Real
and generated examples share one pass of 64 rows through D, written where they are made; only the
gradients that are used are computed.
"""

import torch
import torch.nn.functional as F

from population_torch import Network, run_strategies
from workload import BATCH, BatchOrder, arguments, mnist

BATCH_SIZE = BATCH["gap-mnist"]
# softplus(SIGN * D) is the discriminator's loss: real rows first.
SIGN = torch.cat([-torch.ones(BATCH_SIZE), torch.ones(BATCH_SIZE)])[:, None]


class Pair:
    def __init__(self, data, index):
        self.data = data
        self.order = BatchOrder(len(data), BATCH_SIZE, index)
        self.generator = Network([10, 128, 784], beta1=0.9)
        self.discriminator = Network([784, 128, 1], beta1=0.9)
        self.examples = torch.empty(2 * BATCH_SIZE, 784)
        self.losses = None

    def train(self, steps):
        batches = torch.from_numpy(self.order.draw(steps))
        real, generated = self.examples[:BATCH_SIZE], self.examples[BATCH_SIZE:]
        for batch in batches:
            torch.index_select(self.data, 0, batch, out=real)
            with torch.no_grad():
                torch.sigmoid(self.generator(torch.randn(BATCH_SIZE, 10)), out=generated)
            d_loss = F.softplus(SIGN * self.discriminator(self.examples)).sum() / BATCH_SIZE
            self.discriminator.update(d_loss)

            images = torch.sigmoid(self.generator(torch.randn(BATCH_SIZE, 10)))
            g_loss = F.softplus(-self.discriminator(images)).mean()
            self.generator.update(g_loss)
        self.losses = d_loss.item(), g_loss.item()


def main():
    options = arguments(__doc__)
    data = torch.from_numpy(mnist(options.data))
    run_strategies(options, lambda index: Pair(data, index))


if __name__ == "__main__":
    main()
