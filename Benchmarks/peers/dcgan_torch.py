#!/usr/bin/env python3
"""DCGAN pairs in PyTorch, eager, at their best on a CPU: prints pair-steps per second as JSON.

The networks of Experiments/dcgan-mnist.toml (--size 28) or dcgan-64.toml (--size 64), batch 64,
Adam 2e-4 with beta1 0.5; --loss wgan-gp has no normalisation in the critic and one update of it
per step. Strategies: one pair on 1 and on 2 threads and, with 2 pairs, a process of 1 thread for
each; all of them in the plain and in the channels-last layout.
"""

import multiprocessing
import resource
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

from workload import BATCH, BatchOrder, arguments, mnist, report

BATCH_SIZE = BATCH["dcgan"]
LATENT = 100
WARM_UP = 3
LAYOUTS = {"plain": torch.contiguous_format, "channels last": torch.channels_last}


def discriminator(size, width, channels, normalized):
    layers, extent, inputs, outputs = [], size, channels, width
    while extent >= 8:
        normalizes = normalized and inputs != channels
        layers.append(nn.Conv2d(inputs, outputs, 4, 2, 1, bias=not normalizes))
        layers += [nn.BatchNorm2d(outputs)] if normalizes else []
        layers.append(nn.LeakyReLU(0.2, inplace=True))
        extent, inputs, outputs = extent // 2, outputs, 2 * outputs
    return nn.Sequential(*layers, nn.Conv2d(inputs, 1, extent), nn.Flatten(0))


def generator(size, width, channels):
    extents = [size]
    while extents[-1] >= 8:
        extents.append(extents[-1] // 2)
    outputs = width << (len(extents) - 2)
    layers = [nn.ConvTranspose2d(LATENT, outputs, extents[-1], bias=False)]
    for _ in extents[2:]:
        layers += [nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
        layers.append(nn.ConvTranspose2d(outputs, outputs // 2, 4, 2, 1, bias=False))
        outputs //= 2
    layers += [nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(outputs, channels, 4, 2, 1), nn.Tanh())


def images(options):
    """[count, channels, size, size] on [-1, 1]: the digits, or noise of the size of photos."""
    if options.size == 28:
        return torch.from_numpy(mnist(options.data)).reshape(-1, 1, 28, 28) * 2 - 1
    return torch.rand(512, 3, options.size, options.size) * 2 - 1


class Pair:
    def __init__(self, options, layout, index):
        self.loss, self.layout = options.loss, layout
        self.data = images(options).contiguous(memory_format=layout)
        self.order = BatchOrder(len(self.data), BATCH_SIZE, index)
        channels = self.data.shape[1]
        self.networks = [
            generator(options.size, options.width, channels),
            discriminator(options.size, options.width, channels, self.loss == "bce")]
        for network in self.networks:
            network.to(memory_format=layout)
            for parameter in network.parameters():
                if parameter.dim() == 4:
                    nn.init.normal_(parameter, 0, 0.02)
        self.optimizers = [
            torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999), fused=True)
            for network in self.networks]
        self.losses = None

    def latents(self):
        return torch.randn(BATCH_SIZE, LATENT, 1, 1)

    def discriminator_loss(self, real, generated):
        critic = self.networks[1]
        if self.loss == "bce":
            return F.softplus(-critic(real)).mean() + F.softplus(critic(generated)).mean()
        scores = critic(torch.cat([real, generated]))
        share = torch.rand(BATCH_SIZE, 1, 1, 1)
        between = torch.lerp(generated, real, share).requires_grad_()
        (slopes,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        penalty = ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
        return scores[BATCH_SIZE:].mean() - scores[:BATCH_SIZE].mean() + 10 * penalty

    def update(self, role, loss):
        """One step, computing no gradient but this network's."""
        parameters = list(self.networks[role].parameters())
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter.grad = gradient
        self.optimizers[role].step()

    def train(self, steps):
        for batch in torch.from_numpy(self.order.draw(steps)):
            with torch.no_grad():
                generated = self.networks[0](self.latents())
            d_loss = self.discriminator_loss(self.data[batch], generated)
            self.update(1, d_loss)
            scores = self.networks[1](self.networks[0](self.latents()))
            g_loss = F.softplus(-scores).mean() if self.loss == "bce" else -scores.mean()
            self.update(0, g_loss)
        self.losses = d_loss.item(), g_loss.item()


def timed(options, layout, index, threads, barrier=None):
    """Steps per second of one pair, its last losses, and the peak memory of the process in MiB."""
    torch.set_num_threads(threads)
    pair = Pair(options, layout, index)
    pair.train(WARM_UP)
    if barrier:
        barrier.wait()
    start = time.perf_counter()
    pair.train(options.steps)
    rate = options.steps / (time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return rate, pair.losses, peak


def worker(options, layout, index, threads, barrier, results):
    results.put(timed(options, LAYOUTS[layout], index, threads, barrier))


def measure(options, layout, threads):
    """All pairs at once, each in a fresh process."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(options.pairs), context.SimpleQueue()
    workers = [
        context.Process(target=worker, args=(options, layout, index, threads, barrier, results))
        for index in range(options.pairs)]
    for process in workers:
        process.start()
    answers = [results.get() for _ in workers]
    for process in workers:
        process.join()
    return sum(answer[0] for answer in answers), answers[0][1], answers[0][2]


def main():
    options = arguments(
        __doc__, loss={"choices": ["bce", "wgan-gp"], "default": "bce"},
        size={"type": int, "choices": [28, 32, 64], "default": 28},
        width={"type": int, "default": 64})
    rates, losses, peaks = {}, {}, {}
    for threads in (1, 2) if options.pairs == 1 else (1,):
        for layout in LAYOUTS:
            kind = "thread" if threads == 1 else "threads"
            name = f"{options.pairs} x {threads} {kind}, {layout}"
            if options.strategy in (None, name):
                rates[name], losses[name], peaks[name] = measure(options, layout, threads)
    report(rates, losses, torch.__version__, peak_mib=peaks)


if __name__ == "__main__":
    main()
