"""Strategies to train a population in eager PyTorch, the same for every workload."""

import threading

import numpy as np
import torch
import torch.nn.functional as F

from workload import SWAP_EVERY, matching, pair_steps_per_second, report

# Name -> (threads of PyTorch's own, whether each pair has a Python thread).
STRATEGIES = {"1 thread": (1, False), "2 threads": (2, False), "thread per pair": (1, True)}


def dense(fan_in, fan_out):
    weight = torch.empty(fan_out, fan_in)
    torch.nn.init.xavier_uniform_(weight)
    return weight.requires_grad_(), torch.zeros(fan_out, requires_grad=True)


class Network:
    """Dense layers with ReLU between them, and their optimiser: the fused Adam is the fastest."""

    def __init__(self, sizes, beta1):
        self.layers = [dense(*pair) for pair in zip(sizes, sizes[1:])]
        self.parameters = [tensor for layer in self.layers for tensor in layer]
        self.adam = torch.optim.Adam(self.parameters, lr=1e-3, betas=(beta1, 0.999), fused=True)

    def __call__(self, x):
        for weight, bias in self.layers[:-1]:
            x = F.relu_(F.linear(x, weight, bias))
        return F.linear(x, *self.layers[-1])

    def update(self, loss):
        """One step, computing no gradient but this network's."""
        gradients = torch.autograd.grad(loss, self.parameters)
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.grad = gradient
        self.adam.step()


def measure(make_pair, pair_count, steps, threads, thread_per_pair):
    """Pair-steps per second, and the last losses of the first pair."""
    torch.set_num_threads(threads)
    pairs = [make_pair(index) for index in range(pair_count)]
    random = np.random.default_rng(0)

    def train_all():
        if not thread_per_pair:
            for pair in pairs:
                pair.train(SWAP_EVERY)
            return
        workers = [threading.Thread(target=pair.train, args=(SWAP_EVERY,)) for pair in pairs]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def run(steps):
        for _ in range(steps // SWAP_EVERY):
            train_all()
            discriminators = [pair.discriminator for pair in pairs]
            for pair, partner in zip(pairs, matching(random, pair_count)):
                pair.discriminator = discriminators[partner]

    return pair_steps_per_second(run, pair_count, steps), pairs[0].losses


def run_strategies(options, make_pair):
    """Measures the strategy asked for, or all of them in turn, and reports."""
    rates, losses = {}, {}
    for name, (threads, thread_per_pair) in STRATEGIES.items():
        if options.strategy in (None, name):
            rates[name], losses[name] = measure(
                make_pair, options.pairs, options.steps, threads, thread_per_pair)
    report(rates, losses, torch.__version__)
