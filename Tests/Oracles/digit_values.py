#!/usr/bin/env python3
"""Writes digit_values.json: what PyTorch makes of digits with the weights that the program carries.

    python3 -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python Tests/Oracles/digit_values.py

To be run again where Sources/CDigitClassifier/digits.safetensors changes.
"""

import gzip
import json
import pathlib

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = 3


def read_images(part):
    """The first digits of MNIST-5k as [n, 1, 28, 28] on 0...1."""
    path = ROOT / f"Experiments/data/mnist-5k/{part}-images-idx3-ubyte.gz"
    pixels = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16)
    return torch.tensor(pixels[:DIGITS * 784].reshape(DIGITS, 1, 28, 28)).double() / 255


def read_tensors(path):
    """The tensors of a safetensors file, in double precision."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__": continue
        first, last = entry["data_offsets"]
        values = np.frombuffer(content[8 + length + first:8 + length + last], "<f4")
        tensors[name] = torch.tensor(values.reshape(entry["shape"]).copy()).double()
    return tensors


def classify(tensors, images):
    """The hidden values and the logits."""
    value = images
    for layer in ("convolution1", "convolution2", "convolution3"):
        value = torch.nn.functional.conv2d(
            value, tensors[f"{layer}.weight"], tensors[f"{layer}.bias"], padding=1)
        value = torch.nn.functional.max_pool2d(torch.relu(value), 2)
    # Quadrille keeps images with the channels last.
    value = value.permute(0, 2, 3, 1).flatten(1)
    features = torch.relu(
        torch.nn.functional.linear(value, tensors["features.weight"], tensors["features.bias"]))
    logits = torch.nn.functional.linear(
        features, tensors["classes.weight"], tensors["classes.bias"])
    return features, logits


def main():
    tensors = read_tensors(ROOT / "Sources/CDigitClassifier/digits.safetensors")
    features, logits = classify(tensors, read_images("t10k"))
    oracle = {
        "versions": {"torch": torch.__version__},
        "features": features.flatten().tolist(), "logits": logits.flatten().tolist(),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(oracle, separators=(",", ":")) + "\n")


main()
