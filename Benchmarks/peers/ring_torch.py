#!/usr/bin/env python3
"""ring in PyTorch, eager: prints pair-steps per second as JSON.

G 2-128-128-2 against D 2-128-128-1, ReLU, batch 128, Adam 1e-3 with beta1 0.5. --loss bce has one
update of D per step; --loss wgan-gp has five, penalty weight 10, one gradient norm per sample.
"""

import torch
import torch.nn.functional as F

from population_torch import Network, run_strategies
from workload import BATCH, BatchOrder, arguments, ring

BATCH_SIZE = BATCH["ring"]
UPDATES = {"bce": 1, "wgan-gp": 5}


class Pair:
    def __init__(self, data, index, loss):
        self.data, self.loss = data, loss
        self.order = BatchOrder(len(data), BATCH_SIZE, index)
        self.generator = Network([2, 128, 128, 2], beta1=0.5)
        self.discriminator = Network([2, 128, 128, 1], beta1=0.5)
        self.losses = None

    def discriminator_loss(self, real, generated):
        scores = self.discriminator(torch.cat([real, generated]))
        of_real, of_generated = scores[:BATCH_SIZE], scores[BATCH_SIZE:]
        if self.loss == "bce":
            return F.softplus(-of_real).mean() + F.softplus(of_generated).mean()
        between = torch.lerp(generated, real, torch.rand(BATCH_SIZE, 1)).requires_grad_()
        (slopes,) = torch.autograd.grad(
            self.discriminator(between).sum(), between, create_graph=True)
        penalty = ((slopes.norm(dim=1) - 1) ** 2).mean()
        return of_generated.mean() - of_real.mean() + 10 * penalty

    def train(self, steps):
        updates = UPDATES[self.loss]
        batches = torch.from_numpy(self.order.draw(steps * updates)).reshape(steps, updates, -1)
        for step in range(steps):
            for batch in batches[step]:
                with torch.no_grad():
                    generated = self.generator(torch.randn(BATCH_SIZE, 2))
                d_loss = self.discriminator_loss(self.data[batch], generated)
                self.discriminator.update(d_loss)
            scores = self.discriminator(self.generator(torch.randn(BATCH_SIZE, 2)))
            g_loss = F.softplus(-scores).mean() if self.loss == "bce" else -scores.mean()
            self.generator.update(g_loss)
        self.losses = d_loss.item(), g_loss.item()


def main():
    options = arguments(__doc__, loss={"choices": list(UPDATES), "default": "bce"})
    data = torch.from_numpy(ring())
    run_strategies(options, lambda index: Pair(data, index, options.loss))


if __name__ == "__main__":
    main()
