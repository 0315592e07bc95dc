#!/usr/bin/env python3
"""Writes discriminator_inputs.json: packs of examples and several discriminators, by PyTorch.

    python3 -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python Tests/Oracles/discriminator_inputs.py

Three alternating steps of G 3-5-2 (ReLU, sigmoid) against discriminators 2m-5-1 (ReLU), batch 12,
Adam 1e-3 with the default betas, in the format and with the functions of pytorch_values.py.

PacGAN (Lin, Khetan, Fanti and Oh 2018): a discriminator judges m examples, one after another, as
one. GMAN (Durugkar, Gemp and Mahadevan 2017): M discriminators, "0.", "1." and so on, take turns in
getting an example of the batch; each minimises its own loss, and the generator an aggregate of its
losses under them. The columns of the log are means over discriminators.
"""

import json
import pathlib
import re

import torch
import torch.nn.functional as F

import pytorch_values as oracle
from pytorch_values import (
    LOSSES, gradient_penalty, lecam, mlp, network_parameters, normal, stored, total_norm, uniform,
    variable)

BATCH, RATE = 12, 1e-3
BEFORE = torch.tensor([0.5, -0.25])


def aggregate(losses, rule, strength):
    losses = torch.stack(losses)
    if rule == "mean": return losses.mean()
    if rule == "max": return losses.max()
    return (torch.softmax(strength * losses, 0) * losses).sum()


class Discriminators:
    def __init__(self, parameters, count, packing):
        self.parameters, self.count, self.packing = parameters, count, packing
        self.judgements = BATCH // count // packing
        self.averages = [BEFORE] * count

    def prefix(self, index):
        return f"{index}." if self.count > 1 else ""

    def packs(self, batch, index):
        return batch[index::self.count].reshape(self.judgements, -1)

    def judge(self, packs, index):
        named = {
            key.removeprefix(self.prefix(index)): tensor
            for key, tensor in self.parameters.items() if key.startswith(self.prefix(index))}
        return mlp(packs, named, F.relu)

    def share(self, epsilon, index):
        return epsilon[index * self.judgements:(index + 1) * self.judgements].reshape(-1, 1)

    def estimates(self):
        names = ["lecam.mean_real", "lecam.mean_generated"]
        return {
            self.prefix(index) + name: value.reshape(1)
            for index in range(self.count) for name, value in zip(names, self.averages[index])}


def discriminator_losses(name, regularizer, critics, batch, generated):
    """For each discriminator: its parts on real and generated, penalty, and its scores of both."""
    on_real, on_generated, _ = LOSSES[name]
    parts = []
    for index in range(critics.count):
        critic = lambda packs, index=index: critics.judge(packs, index)
        real, made = critics.packs(batch["real"], index), critics.packs(generated, index)
        scores = critic(real), critic(made)
        penalty = torch.tensor(0.0)
        if name == "wgan-gp":
            penalty, _ = gradient_penalty(
                critic, real, made, critics.share(batch["epsilon"], index))
        if regularizer == "lecam":
            penalty, after = lecam(critic, real, made, *critics.averages[index])
            critics.averages[index] = after.detach()
        parts.append((on_real(*scores), on_generated(*scores), penalty, *scores))
    return parts


def train(case, start, batches):
    generator = {key: variable(tensor) for key, tensor in start["generator"].items()}
    critics = Discriminators(
        {key: variable(tensor) for key, tensor in start["discriminator"].items()},
        case["count"], case["packing"])
    of_generator = torch.optim.Adam(generator.values(), lr=RATE)
    of_critics = torch.optim.Adam(critics.parameters.values(), lr=RATE)

    def generate(latent):
        return mlp(latent, generator, F.relu, torch.sigmoid)

    log = []
    for batch in batches:
        generated = generate(batch["discriminator_latent"]).detach()
        parts = discriminator_losses(
            case["name"], case["regularizer"], critics, batch, generated)
        of_critics.zero_grad()
        sum(real + made + penalty for real, made, penalty, _, _ in parts).backward()
        d_norm = total_norm(critics.parameters)
        of_critics.step()

        attempts = generate(batch["generator_latent"])
        objective = LOSSES[case["name"]][2]
        g_loss = aggregate(
            [
                objective(
                    critics.judge(critics.packs(batch["real"], index), index),
                    critics.judge(critics.packs(attempts, index), index))
                for index in range(critics.count)
            ], case["aggregation"], case["strength"])
        of_generator.zero_grad()
        g_loss.backward()
        g_norm = total_norm(generator)
        of_generator.step()

        real, made, penalty, d_real, d_fake = (
            sum(part.mean().item() for part in column) / critics.count for column in zip(*parts))
        log.append({
            "d_loss": real + made + penalty, "d_loss_real": real, "d_loss_fake": made,
            "penalty": penalty, "g_loss": g_loss.item(), "d_real": d_real, "d_fake": d_fake,
            "d_grad_norm": d_norm, "g_grad_norm": g_norm,
        })
    result = {"log": log, "generator": generator, "discriminator": critics.parameters}
    if case["regularizer"] == "lecam": result["estimates_after"] = critics.estimates()
    return result


def toml(case):
    lines = []
    if case["packing"] > 1: lines.append(f"discriminator.packing = {case['packing']}")
    if case["count"] > 1:
        lines.append(f"discriminator.count = {case['count']}")
        lines.append(f"loss.aggregation = \"{case['aggregation']}\"")
    if case["aggregation"] == "softmax":
        lines.append(f"loss.aggregation_lambda = {case['strength']}")
    if case["regularizer"]: lines.append(f"loss.regularizers = [\"{case['regularizer']}\"]")
    return "\n".join(lines)


def main():
    oracle.seeded(29)
    batches = [
        {
            "real": uniform(BATCH, 2), "discriminator_latent": normal(BATCH, 3),
            "generator_latent": normal(BATCH, 3), "epsilon": uniform(BATCH),
        } for _ in range(3)
    ]
    cases = []
    for name, packing, count, aggregation, strength, regularizer in (
        # With wgan-gp the number of packs is a power of two: the last bias has no slope, and Adam
        # would make steps of what roundings leave of it.
        ("bce", 2, 1, "mean", 1.0, ""), ("wgan-gp", 3, 1, "mean", 1.0, ""),
        ("relativistic", 4, 1, "mean", 1.0, ""),
        ("bce", 1, 3, "mean", 1.0, ""), ("bce", 1, 3, "max", 1.0, ""),
        ("bce", 1, 3, "softmax", 1.0, ""), ("lsgan", 1, 3, "softmax", 8.0, ""),
        ("wgan-gp", 2, 3, "softmax", 0.5, ""), ("bce", 3, 2, "max", 1.0, "lecam"),
        ("relativistic", 1, 3, "softmax", 0.0, ""),
    ):
        case = {
            "name": name, "packing": packing, "count": count, "aggregation": aggregation,
            "strength": strength, "regularizer": regularizer}
        critics = [network_parameters([2 * packing, 5, 1]) for _ in range(count)]
        of_all = Discriminators({}, count, packing)
        start = {
            "generator": network_parameters([3, 5, 2]),
            "discriminator": {
                of_all.prefix(index) + key: tensor
                for index, named in enumerate(critics) for key, tensor in named.items()},
        }
        settings = {"toml": toml(case), "name": name, "start": start}
        if regularizer == "lecam": settings["estimates"] = of_all.estimates()
        cases.append({**settings, **train(case, start, batches)})
    values = {
        "torch": torch.__version__, "learning_rate": RATE, "batch_size": BATCH,
        "batches": batches, "cases": cases}
    text = json.dumps(stored(values), indent=1, allow_nan=False)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda match: " ".join(match[0].split()), text)
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(text + "\n")
    print(f"{path.name}: {len(text)} bytes, torch {torch.__version__}")


if __name__ == "__main__":
    main()
