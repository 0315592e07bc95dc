#!/usr/bin/env python3
"""Writes image_layers.json: layers that work on images, by PyTorch.

    python3 -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python Tests/Oracles/image_layers.py

Everything is computed in float64 from seeded multiples of 1/1024, which a Float holds exactly.
Images are [count, height, width, channels] in the file, filters [out, in, height, width]. For each
case there are the input, the parameters, the output, a random weight of each output, and the
derivatives of their weighted sum with respect to input and parameters, under the names d_<name>.
"""

import json
import pathlib
import re

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
RANDOM = torch.Generator().manual_seed(20261122)


def normal(*shape, scale=1.0):
    return (torch.randn(shape, generator=RANDOM) * scale * 1024).round() / 1024


def stored(tensor):
    return {"shape": list(tensor.shape), "data": tensor.detach().reshape(-1).tolist()}


def last(images):
    """From PyTorch's order of axes to channels last."""
    return images.permute(0, 2, 3, 1) if images.dim() == 4 else images


def case(layer, shape, **parameters):
    """`layer` maps images [count, channels, height, width] and parameters to images."""
    images = normal(*shape).requires_grad_()
    for tensor in parameters.values():
        tensor.requires_grad_()
    output = layer(images, **parameters)
    weight = normal(*output.shape)
    tensors = {"input": images, **parameters}
    slopes = torch.autograd.grad((output * weight).sum(), list(tensors.values()))
    answer = {"output": stored(last(output)), "output_weight": stored(last(weight))}
    for (name, tensor), slope in zip(tensors.items(), slopes):
        shown = last if name == "input" else lambda it: it
        answer[name], answer["d_" + name] = stored(shown(tensor)), stored(shown(slope))
    return answer


def self_attention(x, query, key, value, back, scale):
    """Zhang et al. 2018, equations 1 to 3."""
    count, channels, height, width = x.shape
    f, g, h = (F.conv2d(x, filters).flatten(2) for filters in (key, query, value))
    attention = torch.softmax(g.transpose(1, 2) @ f, dim=-1)
    attended = (h @ attention.transpose(1, 2)).reshape(count, -1, height, width)
    return x + scale * F.conv2d(attended, back)


def minibatch_standard_deviation(x, group):
    """Karras et al. 2018, as in their code."""
    count, channels, height, width = x.shape
    y = x.reshape(group, count // group, channels, height, width)
    deviation = (y.var(dim=0, unbiased=False) + 1e-8).sqrt().mean(dim=(1, 2, 3))
    extra = deviation.reshape(1, -1, 1, 1, 1).expand(group, -1, 1, height, width)
    return torch.cat([x, extra.reshape(count, 1, height, width)], dim=1)


def residual(x, first, second, shortcut):
    main = F.conv2d(F.relu(F.conv2d(x, first, padding=1)), second, padding=1)
    return F.avg_pool2d(main, 2) + F.avg_pool2d(F.conv2d(x, shortcut), 2)


def cases():
    return {
        "average_pooling": case(lambda x: F.avg_pool2d(x, 3, 2), (2, 3, 7, 6)),
        "maximum_pooling": case(lambda x: F.max_pool2d(x, 2, 2), (2, 3, 5, 6)),
        "overlapping_maximum_pooling": case(lambda x: F.max_pool2d(x, 3, 1), (2, 2, 5, 4)),
        "sum_pooling": case(lambda x: x.sum(dim=(2, 3)), (3, 4, 2, 3)),
        "nearest": case(lambda x: F.interpolate(x, scale_factor=3), (2, 3, 2, 3)),
        "bilinear": case(
            lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), (2, 3, 3, 4)),
        "bilinear_3": case(
            lambda x: F.interpolate(x, scale_factor=3, mode="bilinear"), (2, 2, 1, 3)),
        "pixel_shuffle": case(lambda x: F.pixel_shuffle(x, 2), (2, 12, 2, 3)),
        "instance_normalization": case(
            lambda x, scale, shift: F.instance_norm(x, weight=scale, bias=shift),
            (2, 3, 4, 5), scale=normal(3), shift=normal(3)),
        "self_attention": case(
            self_attention, (2, 16, 3, 2), query=normal(2, 16, 1, 1, scale=0.3),
            key=normal(2, 16, 1, 1, scale=0.3), value=normal(2, 16, 1, 1, scale=0.3),
            back=normal(16, 2, 1, 1), scale=normal(1)),
        "minibatch_standard_deviation": case(
            lambda x: minibatch_standard_deviation(x, 4), (8, 3, 2, 2)),
        "minibatch_standard_deviation_of_6": case(
            lambda x: minibatch_standard_deviation(x, 3), (6, 2, 2, 1)),
        "residual": case(
            residual, (2, 3, 4, 6), first=normal(4, 3, 3, 3, scale=0.3),
            second=normal(5, 4, 3, 3, scale=0.3), shortcut=normal(5, 3, 1, 1, scale=0.3)),
    }


def main():
    values = {"torch": torch.__version__, **cases()}
    text = json.dumps(values, indent=1)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda match: re.sub(r"\s+", " ", match.group()), text)
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
