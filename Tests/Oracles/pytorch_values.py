#!/usr/bin/env python3
"""Writes pytorch_values.json: optimisers, layers, losses and training steps by PyTorch.

    python3 -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python Tests/Oracles/pytorch_values.py

Everything is computed in float64. Inputs are seeded and rounded to multiples of 1/1024, so that a
Float holds them exactly; results carry as many digits as give back the same Double. A tensor is
{"shape": [...], "data": [...]} in row-major order; weights of a dense layer are [out, in]. "d_x"
is the derivative of the case's scalar with respect to x, and "derivatives" hold one per tensor.
"""

import json
import pathlib
import re

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
RANDOM = torch.Generator().manual_seed(20261121)


# --- Inputs and output format ---------------------------------------------------------------------


def normal(*shape, scale=1.0):
    """Seeded normals, rounded to multiples of 1/1024."""
    return (torch.randn(shape, generator=RANDOM) * scale * 1024).round() / 1024


def uniform(*shape):
    """Seeded uniform numbers of [0, 1), rounded down to multiples of 1/1024."""
    return (torch.rand(shape, generator=RANDOM) * 1024).floor() / 1024


def variable(tensor):
    return tensor.clone().requires_grad_()


def stored(value):
    """Tensors as shape and flat data, everything else as JSON has it."""
    if isinstance(value, torch.Tensor):
        return {"shape": list(value.shape), "data": value.detach().reshape(-1).tolist()}
    if isinstance(value, dict):
        return {key: stored(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [stored(item) for item in value]
    return value


def derivatives(scalar, named, **options):
    """d(scalar)/d(tensor) under the name d_<name>; zero where the scalar does not depend on it."""
    grads = torch.autograd.grad(scalar, list(named.values()), allow_unused=True, **options)
    return {
        "d_" + name: torch.zeros_like(tensor) if grad is None else grad
        for (name, tensor), grad in zip(named.items(), grads)
    }


# --- Optimisers -----------------------------------------------------------------------------------


def optimizers():
    """Parameters after each of five steps with given gradients, learning rate 1e-2.

    The third gradient has zeros and the last one is large, so that epsilon and the moments matter.
    """
    initial = normal(12)
    gradients = [normal(12, scale=scale) for scale in (1, 0.25, 1, 0.0625, 8)]
    gradients[2][::3] = 0
    rate = 1e-2
    cases = [
        ("sgd", {}, torch.optim.SGD, {}),
        ("momentum", {"momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
        (
            "rmsprop", {"decay": 0.99, "epsilon": 1e-8},
            torch.optim.RMSprop, {"alpha": 0.99, "eps": 1e-8},
        ),
        (
            "adam", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
            torch.optim.Adam, {},
        ),
        (
            "adam", {"beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8},
            torch.optim.Adam, {"betas": (0.5, 0.999)},
        ),
        (
            "adamw", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01},
            torch.optim.AdamW, {"weight_decay": 0.01},
        ),
    ]
    results = []
    for name, settings, kind, arguments in cases:
        parameters = variable(initial)
        optimizer = kind([parameters], lr=rate, **arguments)
        after = []
        for gradient in gradients:
            parameters.grad = gradient.clone()
            optimizer.step()
            after.append(parameters.detach().clone())
        settings = {"learning_rate": rate, **settings}
        results.append({"name": name, "settings": settings, "parameters": after})
    return {"initial": initial, "gradients": gradients, "cases": results}


def gradient_clipping():
    """clip_grad_norm_: every gradient times min(1, max_norm / (norm + 1e-6)), norm over all."""
    gradients = [normal(2, 3), normal(3)]
    results = []
    for max_norm in (0.5, 100.0):
        tensors = [variable(torch.zeros_like(gradient)) for gradient in gradients]
        for tensor, gradient in zip(tensors, gradients):
            tensor.grad = gradient.clone()
        norm = torch.nn.utils.clip_grad_norm_(tensors, max_norm)
        clipped = [tensor.grad for tensor in tensors]
        results.append({"max_norm": max_norm, "norm": norm.item(), "clipped": clipped})
    return {"gradients": gradients, "cases": results}


# --- Activations and layers -----------------------------------------------------------------------


def softplus(x):
    """log(1 + exp(x)) without PyTorch's switch to x beyond 20, which is off by 2e-9 there."""
    return F.softplus(x, threshold=500)


ACTIVATIONS = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": softplus,
}


def activations():
    """Value and first two derivatives. At 0: relu' = 0, leaky_relu' = its slope."""
    inputs = torch.tensor(
        [-1000, -100, -30, -8.5, -3, -1, -0.5, -1 / 1024, 0, 1 / 1024, 0.25, 1, 2.5, 8.5, 30, 100,
         1000])
    cases = [(name, {}, function) for name, function in ACTIVATIONS.items() if name != "leaky_relu"]
    for slope in (0.2, 0.01):
        cases.append(
            ("leaky_relu", {"slope": slope}, lambda x, slope=slope: F.leaky_relu(x, slope)))
    results = []
    for name, settings, function in cases:
        x = variable(inputs)
        value = function(x)
        (first,) = torch.autograd.grad(value.sum(), x, create_graph=True)
        second = torch.zeros_like(first)
        if first.requires_grad:
            (second,) = torch.autograd.grad(first.sum(), x, allow_unused=True)
        if second is None:
            second = torch.zeros_like(first)
        results.append({
            "name": name, "settings": settings, "value": value, "first_derivative": first,
            "second_derivative": second,
        })
    return {"inputs": inputs, "cases": results}


def layer(settings, inputs, function, **more):
    """Output of a layer, and the derivatives of sum(output_weight * output)."""
    inputs = {name: variable(tensor) for name, tensor in inputs.items()}
    output = function(**inputs)
    output_weight = normal(*output.shape)
    return {
        "settings": settings, **inputs, **more, "output": output, "output_weight": output_weight,
        **derivatives((output_weight * output).sum(), inputs),
    }


def maxout(input, weight, bias, pieces):
    """max over p of (input weight^T + bias)[p * units + u] for unit u: pieces lie in blocks."""
    return F.linear(input, weight, bias).unflatten(-1, (pieces, -1)).amax(-2)


def batch_normalization(epsilon=1e-5, momentum=0.1):
    """Training with the batch's mean and biased variance, then evaluation with the running ones.

    running = (1 - momentum) * running + momentum * batch statistic, the variance unbiased.
    """
    running_mean, running_variance = normal(3, scale=0.1), 1 + uniform(3)
    before = {"running_mean": running_mean, "running_variance": running_variance}
    mean, variance = running_mean.clone(), running_variance.clone()
    training = layer(
        {"epsilon": epsilon, "momentum": momentum},
        {
            "input": normal(6, 3, scale=2) + 0.5, "scale": 1 + normal(3, scale=0.2),
            "shift": normal(3),
        },
        lambda input, scale, shift: F.batch_norm(
            input, mean, variance, scale, shift, True, momentum, epsilon),
        **before)
    evaluation_input = normal(4, 3)
    output = F.batch_norm(
        evaluation_input, mean, variance, training["scale"], training["shift"], False, momentum,
        epsilon)
    return {
        **training, "running_mean_after": mean, "running_variance_after": variance,
        "evaluation_input": evaluation_input, "evaluation_output": output,
    }


def seeded(seed):
    """A generator for a part of its own, so that the inputs of the others stay what they are."""
    global RANDOM
    RANDOM = torch.Generator().manual_seed(seed)


def spectral_layer(module, input):
    """One pass in training of PyTorch's spectral_norm, from given weight, bias and vector u.

    Output, the vector u after the pass, derivatives of sum(output_weight * output), and those of
    ||d(sum of output)/d(input)||^2, for which u and v are constants. Images come and go as NCHW.
    """
    module = torch.nn.utils.spectral_norm(module)
    with torch.no_grad():
        module.weight_orig.copy_(normal(*module.weight_orig.shape))
        module.bias.copy_(normal(*module.bias.shape))
        module.weight_u.copy_(F.normalize(normal(*module.weight_u.shape), dim=0))
    u = module.weight_u.clone()
    x = variable(input)
    output = module(x)
    output_weight = normal(*output.shape)
    named = {"input": x, "weight": module.weight_orig}
    squared, _ = squared_input_gradient(x, output)

    def channels_last(tensor):
        return tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor

    first = derivatives((output_weight * output).sum(), named, retain_graph=True)
    second = derivatives(squared, {"weight": module.weight_orig})
    return {
        "input": channels_last(x), "weight": module.weight_orig, "bias": module.bias, "weight_u": u,
        "output": channels_last(output), "weight_u_after": module.weight_u,
        "output_weight": channels_last(output_weight), "d_input": channels_last(first["d_input"]),
        "d_weight": first["d_weight"], "squared_norm": squared.item(),
        "d_weight_of_squared_norm": second["d_weight"],
    }


def spectral_normalization():
    global RANDOM
    kept = RANDOM
    seeded(7)
    values = {
        "dense": spectral_layer(torch.nn.Linear(3, 4), normal(5, 3)),
        "convolution": spectral_layer(
            torch.nn.Conv2d(2, 3, (2, 3), stride=2, padding=1), normal(2, 2, 4, 5)),
        "transposed_convolution": spectral_layer(
            torch.nn.ConvTranspose2d(2, 3, 4, stride=2, padding=1), normal(2, 2, 3, 2)),
    }
    RANDOM = kept
    return values


def layers():
    rate = 0.25
    mask = (uniform(4, 6) >= rate).double()
    return {
        "dense": layer(
            {}, {"input": normal(5, 3), "weight": normal(4, 3), "bias": normal(4)}, F.linear),
        "layer_normalization": layer(
            {"epsilon": 1e-5},
            {"input": normal(5, 4), "scale": 1 + normal(4, scale=0.2), "shift": normal(4)},
            lambda input, scale, shift: F.layer_norm(input, (4,), scale, shift, 1e-5)),
        "batch_normalization": batch_normalization(),
        "maxout": layer(
            {"pieces": 3, "units": 2},
            {"input": normal(5, 4), "weight": normal(6, 4), "bias": normal(6)},
            lambda input, weight, bias: maxout(input, weight, bias, 3)),
        "dropout": layer(
            {"rate": rate}, {"input": normal(4, 6)},
            lambda input: input * mask / (1 - rate), mask=mask),
    }


# --- Networks -------------------------------------------------------------------------------------


def network_parameters(sizes, scale=1.0):
    """dense1.weight, dense1.bias, dense2.weight ... for an MLP of the given layer sizes."""
    named = {}
    for index, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:]), start=1):
        named[f"dense{index}.weight"] = normal(fan_out, fan_in, scale=scale * (2 / fan_in) ** 0.5)
        named[f"dense{index}.bias"] = normal(fan_out, scale=0.25 * scale)
    return named


def mlp(x, parameters, hidden, output=lambda x: x):
    """Dense layers with the activation `hidden` between them and `output` after the last."""
    depth = sum(name.endswith(".weight") for name in parameters)
    for index in range(1, depth + 1):
        x = F.linear(x, parameters[f"dense{index}.weight"], parameters[f"dense{index}.bias"])
        x = output(x) if index == depth else hidden(x)
    return x


def squared_input_gradient(x, output):
    """||d(sum of output)/dx||^2 over the whole batch, differentiable, and the gradient itself."""
    (gradient,) = torch.autograd.grad(output.sum(), x, create_graph=True)
    return (gradient**2).sum(), gradient


def second_order():
    """Derivatives of ||d(sum of outputs)/d(input)||^2 with respect to every weight and the input.

    MLPs 3-4-4-1 with each activation; and 3-4-1 with a normalisation (epsilon 1e-5, batch
    statistics) between dense1 and tanh.
    """
    results = []
    for name in ("leaky_relu", "tanh", "softplus"):
        parameters = {k: variable(v) for k, v in network_parameters([3, 4, 4, 1]).items()}
        x = variable(normal(5, 3))
        output = mlp(x, parameters, ACTIVATIONS[name])
        squared, gradient = squared_input_gradient(x, output)
        settings = {"slope": 0.2} if name == "leaky_relu" else {}
        results.append({
            "name": name, "settings": settings, "input": x, "parameters": parameters,
            "output": output, "input_gradient": gradient, "squared_norm": squared.item(),
            "derivatives": derivatives(squared, {"input": x, **parameters}),
        })
    for name in ("batch_normalization", "layer_normalization"):
        parameters = network_parameters([3, 4, 1])
        parameters |= {"scale": 1 + normal(4, scale=0.2), "shift": normal(4, scale=0.5)}
        parameters = {k: variable(v) for k, v in parameters.items()}
        x = variable(normal(6, 3))
        h = F.linear(x, parameters["dense1.weight"], parameters["dense1.bias"])
        if name == "batch_normalization":
            h = F.batch_norm(
                h, None, None, parameters["scale"], parameters["shift"], True, 0.1, 1e-5)
        else:
            h = F.layer_norm(h, (4,), parameters["scale"], parameters["shift"], 1e-5)
        output = F.linear(torch.tanh(h), parameters["dense2.weight"], parameters["dense2.bias"])
        squared, gradient = squared_input_gradient(x, output)
        results.append({
            "name": name, "settings": {"epsilon": 1e-5}, "input": x, "parameters": parameters,
            "output": output, "input_gradient": gradient, "squared_norm": squared.item(),
            "derivatives": derivatives(squared, {"input": x, **parameters}),
        })
    return results


# --- Losses ---------------------------------------------------------------------------------------


def bce(scores, label):
    return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, label))


def halved_square(scores, label):
    return 0.5 * F.mse_loss(scores, torch.full_like(scores, label))


def relativistic(scores, others):
    """Scores should be above the mean of the others, and the others below their mean."""
    return bce(scores - others.mean(), 1.0), bce(others - scores.mean(), 0.0)


# Name -> (discriminator's part on real, on generated; generator's objective), of raw scores.
LOSSES = {
    "bce": (lambda r, g: bce(r, 1.0), lambda r, g: bce(g, 0.0), lambda r, g: bce(g, 1.0)),
    "bce-saturating": (
        lambda r, g: bce(r, 1.0), lambda r, g: bce(g, 0.0), lambda r, g: -softplus(g).mean()),
    "lsgan": (
        lambda r, g: halved_square(r, 1.0), lambda r, g: halved_square(g, 0.0),
        lambda r, g: halved_square(g, 1.0)),
    "wgan": (lambda r, g: -r.mean(), lambda r, g: g.mean(), lambda r, g: -g.mean()),
    "hinge": (
        lambda r, g: F.relu(1 - r).mean(), lambda r, g: F.relu(1 + g).mean(),
        lambda r, g: -g.mean()),
    "relativistic": (
        lambda r, g: relativistic(r, g)[0], lambda r, g: relativistic(r, g)[1],
        lambda r, g: sum(relativistic(g, r))),
}
LOSSES["wgan-gp"] = LOSSES["wgan"]
SMOOTHED_BCE = (
    lambda r, g: bce(r, 0.9), lambda r, g: bce(g, 0.1), lambda r, g: bce(g, 1.0))


def losses():
    """Objectives and their derivatives for given scores, six real and six generated."""
    real_scores = torch.tensor([-2.5, -0.75, 0.125, 0.5, 1.75, 40.0])
    generated_scores = torch.tensor([-30.0, -1.5, -0.25, 0.375, 1.25, 3.0])
    cases = [(name, {}, parts) for name, parts in LOSSES.items() if name != "wgan-gp"]
    cases.append(("bce", {"real_label": 0.9, "fake_label": 0.1}, SMOOTHED_BCE))
    results = []
    for name, settings, (on_real, on_generated, generator) in cases:
        real, generated = variable(real_scores), variable(generated_scores)
        discriminator_loss = on_real(real, generated) + on_generated(real, generated)
        generator_loss = generator(real, generated)
        results.append({
            "name": name, "settings": settings,
            "discriminator_loss": discriminator_loss.item(),
            "discriminator_loss_real": on_real(real, generated).item(),
            "discriminator_loss_generated": on_generated(real, generated).item(),
            "generator_loss": generator_loss.item(),
            "discriminator": derivatives(
                discriminator_loss, {"real_scores": real, "generated_scores": generated}),
            "generator": derivatives(generator_loss, {"generated_scores": generated}),
        })
    return {
        "real_scores": real_scores, "generated_scores": generated_scores, "cases": results}


def gradient_penalty(critic, real, generated, epsilon, weight=10.0):
    """weight * mean over samples of (||dD/dx|| - 1)^2 at x = epsilon real + (1-epsilon) generated.

    The norm is per sample; epsilon has one number for each.
    """
    x = (epsilon * real + (1 - epsilon) * generated).requires_grad_()
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    norms = gradient.flatten(1).norm(dim=1)
    return weight * ((norms - 1) ** 2).mean(), norms


def gradient_penalties():
    """The whole WGAN-GP critic objective and its derivatives, for critics 3-5-4-1 and a linear one.

    A linear critic D(x) = w x + b has penalty 10 (||w|| - 1)^2, with the derivative
    20 (||w|| - 1) w / ||w||: here w = (2, -1, 2), so 40 and (80/3, -40/3, 80/3).
    """
    real, generated, epsilon = normal(4, 3), normal(4, 3) + 0.5, uniform(4, 1)
    linear = {"dense1.weight": torch.tensor([[2.0, -1.0, 2.0]]), "dense1.bias": torch.tensor([0.5])}
    cases = [
        ("leaky_relu", {"slope": 0.2}, network_parameters([3, 5, 4, 1])),
        ("tanh", {}, network_parameters([3, 5, 4, 1])),
        ("linear", {}, linear),
    ]
    results = []
    for name, settings, parameters in cases:
        parameters = {key: variable(tensor) for key, tensor in parameters.items()}

        def critic(x):
            return mlp(x, parameters, ACTIVATIONS.get(name))

        penalty, norms = gradient_penalty(critic, real, generated, epsilon)
        objective = critic(generated).mean() - critic(real).mean() + penalty
        results.append({
            "name": name, "settings": settings, "parameters": parameters, "norms": norms,
            "penalty": penalty.item(), "objective": objective.item(),
            "penalty_derivatives": derivatives(penalty, parameters, retain_graph=True),
            "objective_derivatives": derivatives(objective, parameters),
        })
    assert abs(results[-1]["penalty"] - 40) < 1e-12
    return {
        "weight": 10.0, "real": real, "generated": generated, "epsilon": epsilon, "cases": results}


def squared_slopes(critic, x):
    """||dD/dx||^2 of each sample."""
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return gradient.flatten(1).square().sum(1)


def lecam(critic, real, generated, mean_real, mean_generated, weight=0.3, decay=0.99):
    """The term, and the averages of the critic's mean outputs after it."""
    on_real, on_generated = critic(real), critic(generated)
    term = (on_real - mean_generated).square().mean() + (on_generated - mean_real).square().mean()
    means = [
        decay * before + (1 - decay) * scores.mean()
        for before, scores in ((mean_real, on_real), (mean_generated, on_generated))
    ]
    return weight * term, torch.stack(means)


def dragan(critic, real, share, noise, weight=10.0, perturbation=0.5):
    """As the authors' code: (||dD/dx|| - 1)^2 at x = real + share * perturbation * std * noise."""
    x = real + share * perturbation * real.std(correction=0) * noise
    return weight * ((squared_slopes(critic, x).sqrt() - 1) ** 2).mean()


def regularizers():
    """Weighted terms for a critic 3-5-4-1, and their derivatives with respect to its parameters.

    "interpolation.n" are the uniform numbers in the order in which a term asks for them.
    """
    global RANDOM
    kept = RANDOM
    seeded(5)
    real, generated = normal(4, 3), normal(4, 3) + 0.5
    share, noise = uniform(4, 1), uniform(4, 3)
    parameters = network_parameters([3, 5, 4, 1])
    moves = [uniform(4, 2), uniform(4, 2)]
    RANDOM = kept
    parameters = {key: variable(tensor) for key, tensor in parameters.items()}

    def critic(x):
        return mlp(x, parameters, torch.tanh)

    def inconsistency(examples, index, ratio):
        # Images of 1x3 pixels.
        changed = translation(examples.reshape(4, 1, 1, 3), moves[index], ratio).reshape(4, 3)
        return (critic(examples) - critic(changed)).square().mean()

    before = torch.tensor([0.5, -0.25])
    after = lecam(critic, real, generated, *before, decay=0.75)[1]
    cases = [
        ("gradient-penalty", {"weight": 3.0},
         gradient_penalty(critic, real, generated, share, weight=3.0)[0], [share]),
        ("dragan", {}, dragan(critic, real, share, noise), [share, noise]),
        ("dragan", {"weight": 2.0, "perturbation": 1.5},
         dragan(critic, real, share, noise, 2.0, 1.5), [share, noise]),
        ("lecam", {}, lecam(critic, real, generated, *before)[0], []),
        ("lecam", {"weight": 2.0, "decay": 0.75},
         lecam(critic, real, generated, *before, 2.0, 0.75)[0], []),
        ("consistency", {"translation.ratio": 0.7},
         10 * inconsistency(real, 0, 0.7) + 10 * inconsistency(generated, 1, 0.7), moves),
        ("consistency", {"weight_real": 3.0, "weight_generated": 0.5, "translation.ratio": 0.34},
         3 * inconsistency(real, 0, 0.34) + 0.5 * inconsistency(generated, 1, 0.34), moves),
        ("r1", {}, 5 * squared_slopes(critic, real).mean(), []),
        ("r2", {"weight": 0.5}, 0.25 * squared_slopes(critic, generated).mean(), []),
    ]
    results = [
        {
            "name": name, "settings": settings, "term": term.item(), "uniform": drawn,
            "derivatives": derivatives(term, parameters, retain_graph=True),
        } for name, settings, term, drawn in cases
    ]
    return {
        "real": real, "generated": generated, "parameters": parameters, "cases": results,
        "means": {"before": before, "after": after, "decay": 0.75},
    }


# --- Augmentation ---------------------------------------------------------------------------------


def color(x, numbers, brightness=1.0):
    """DiffAugment's brightness, saturation and contrast for given numbers of [0, 1)."""
    x = x + (numbers[0] - 0.5) * brightness
    mean = x.mean(dim=1, keepdim=True)
    x = (x - mean) * (numbers[1] * 2) + mean
    mean = x.mean(dim=[1, 2, 3], keepdim=True)
    return (x - mean) * (numbers[2] + 0.5) + mean


def grids(x, heights, widths):
    return torch.meshgrid(
        torch.arange(x.size(0)), torch.arange(heights), torch.arange(widths), indexing="ij")


def translation(x, numbers, ratio=0.125):
    """DiffAugment's rand_translation, where u of [0, 1) chooses the move floor(u (2 s + 1)) - s."""
    most = [int(x.size(axis) * ratio + 0.5) for axis in (2, 3)]
    moves = [
        (numbers[:, axis] * (2 * most[axis] + 1)).floor().long() - most[axis] for axis in (0, 1)]
    batch, rows, columns = grids(x, x.size(2), x.size(3))
    rows = torch.clamp(rows - moves[0][:, None, None] + 1, 0, x.size(2) + 1)
    columns = torch.clamp(columns - moves[1][:, None, None] + 1, 0, x.size(3) + 1)
    padded = F.pad(x, [1, 1, 1, 1, 0, 0, 0, 0])
    return padded.permute(0, 2, 3, 1)[batch, rows, columns].permute(0, 3, 1, 2)


def cutout(x, numbers, ratio=0.5):
    """DiffAugment's rand_cutout, where u of [0, 1) chooses among the authors' offsets."""
    size = [int(x.size(axis) * ratio + 0.5) for axis in (2, 3)]
    offsets = [
        (numbers[:, axis] * (x.size(axis + 2) + 1 - size[axis] % 2)).floor().long()
        for axis in (0, 1)]
    batch, rows, columns = grids(x, *size)
    rows = torch.clamp(rows + offsets[0][:, None, None] - size[0] // 2, 0, x.size(2) - 1)
    columns = torch.clamp(columns + offsets[1][:, None, None] - size[1] // 2, 0, x.size(3) - 1)
    mask = torch.ones(x.size(0), x.size(2), x.size(3))
    mask[batch, rows, columns] = 0
    return x * mask.unsqueeze(1)


def augmentations():
    """Four images of 5x4 pixels and three channels, NHWC here and NCHW within."""
    global RANDOM
    kept = RANDOM
    seeded(11)
    images, weights = normal(4, 3, 5, 4), normal(4, 3, 5, 4)
    cases = []

    def add(policy, toml, *steps):
        x = variable(images)
        output, drawn = x, []
        for step, shapes, options in steps:
            numbers = [uniform(4, *shape) for shape in shapes]
            drawn += numbers
            output = step(output, numbers[0] if len(numbers) == 1 else numbers, **options)
        (slope,) = torch.autograd.grad((output * weights).sum(), x)
        cases.append({
            "policy": policy, "toml": toml, "uniform": drawn,
            "output": output.permute(0, 2, 3, 1), "d_images": slope.permute(0, 2, 3, 1),
        })

    three, two = [(1, 1, 1)] * 3, [(2,)]
    add(["color"], "", (color, three, {}))
    add(["color"], "color.brightness = 0.5", (color, three, {"brightness": 0.5}))
    add(["translation"], "", (translation, two, {}))
    add(["translation"], "translation.ratio = 0.75", (translation, two, {"ratio": 0.75}))
    add(["cutout"], "", (cutout, two, {}))
    add(["cutout"], "cutout.ratio = 0.25", (cutout, two, {"ratio": 0.25}))
    add(["cutout", "color", "translation"], "translation.ratio = 0.4",
        (cutout, two, {}), (color, three, {}), (translation, two, {"ratio": 0.4}))
    RANDOM = kept
    return {
        "images": images.permute(0, 2, 3, 1), "weights": weights.permute(0, 2, 3, 1),
        "cases": cases,
    }


# --- A whole pair ---------------------------------------------------------------------------------


def total_norm(parameters):
    return torch.stack([p.grad.norm() for p in parameters.values()]).norm().item()


def train_pair(name, start, batches, rate, generate_with, judge_with, regularize=None):
    """Alternating steps: one update of D, one of G, Adam with the default betas.

    The networks are functions of a batch and of their parameters.

    Returns per step what the log's columns hold, computed before the update it belongs to, and the
    parameters after the last step.
    """
    generator = {key: variable(tensor) for key, tensor in start["generator"].items()}
    discriminator = {key: variable(tensor) for key, tensor in start["discriminator"].items()}
    of_generator = torch.optim.Adam(generator.values(), lr=rate)
    of_discriminator = torch.optim.Adam(discriminator.values(), lr=rate)

    def generate(latent):
        return generate_with(latent, generator)

    def judge(examples):
        return judge_with(examples, discriminator)

    on_real, on_generated, generator_objective = LOSSES[name]
    log = []
    for batch in batches:
        generated = generate(batch["discriminator_latent"]).detach()
        real_scores, generated_scores = judge(batch["real"]), judge(generated)
        penalty = torch.tensor(0.0)
        if name == "wgan-gp":
            penalty, _ = gradient_penalty(judge, batch["real"], generated, batch["epsilon"])
        if regularize:
            penalty = regularize(judge, batch["real"])
        loss_real = on_real(real_scores, generated_scores)
        loss_generated = on_generated(real_scores, generated_scores)
        d_loss = loss_real + loss_generated + penalty
        of_discriminator.zero_grad()
        d_loss.backward()
        d_norm = total_norm(discriminator)
        of_discriminator.step()
        if hasattr(judge_with, "keep"): judge_with.keep()

        attempts = judge(generate(batch["generator_latent"]))
        g_loss = generator_objective(judge(batch["real"]), attempts)
        of_generator.zero_grad()
        g_loss.backward()
        g_norm = total_norm(generator)
        of_generator.step()
        log.append({
            "d_loss": d_loss.item(), "d_loss_real": loss_real.item(),
            "d_loss_fake": loss_generated.item(), "penalty": penalty.item(),
            "g_loss": g_loss.item(), "d_real": real_scores.mean().item(),
            "d_fake": generated_scores.mean().item(), "d_grad_norm": d_norm,
            "g_grad_norm": g_norm,
        })
    return {"name": name, "log": log, "generator": generator, "discriminator": discriminator}


def whole_pair():
    """Three steps of G 3-5-2 (ReLU, sigmoid) against D 2-5-1 (ReLU), batch 4, Adam 1e-3."""
    start = {
        "generator": network_parameters([3, 5, 2]), "discriminator": network_parameters([2, 5, 1])}
    batches = [
        {
            "real": uniform(4, 2), "discriminator_latent": normal(4, 3),
            "generator_latent": normal(4, 3), "epsilon": uniform(4, 1),
        } for _ in range(3)
    ]
    rate = 1e-3
    names = ("bce", "lsgan", "hinge", "wgan-gp", "relativistic")

    def generate(latent, parameters):
        return mlp(latent, parameters, F.relu, torch.sigmoid)

    def judge(examples, parameters):
        return mlp(examples, parameters, F.relu)

    cases = [train_pair(name, start, batches, rate, generate, judge) for name in names]
    return {"learning_rate": rate, "start": start, "batches": batches, "cases": cases}


# --- A pair of DCGANs -----------------------------------------------------------------------------


def convolutional_parameters(shapes, outputs_axis, with_norm, scale=0.25):
    """Filters by their shapes, in order; a normalisation instead of a bias where it is asked for."""
    tensors = {}
    for number, shape in enumerate(shapes, start=1):
        tensors[f"convolution{number}.weight"] = normal(*shape, scale=scale)
        outputs = shape[outputs_axis]
        if number in with_norm:
            tensors[f"norm{number}.weight"] = 1 + normal(outputs, scale=scale)
            tensors[f"norm{number}.bias"] = normal(outputs, scale=scale)
        else:
            tensors[f"convolution{number}.bias"] = normal(outputs, scale=scale)
    return tensors


def normalized(x, parameters, number):
    """Batch statistics, where the layer has a normalisation."""
    if f"norm{number}.weight" not in parameters: return x
    return F.batch_norm(
        x, None, None, parameters[f"norm{number}.weight"], parameters[f"norm{number}.bias"],
        training=True, eps=1e-5)


def dcgan_generator(latent, parameters):
    x = latent[:, :, None, None]
    for number, (stride, padding) in enumerate([(1, 0), (2, 1), (2, 1)], 1):
        x = F.conv_transpose2d(
            x, parameters[f"convolution{number}.weight"],
            parameters.get(f"convolution{number}.bias"), stride, padding)
        x = torch.tanh(x) if number == 3 else F.relu(normalized(x, parameters, number))
    return x


def dcgan_discriminator(images, parameters):
    x = images
    for number, (stride, padding) in enumerate([(2, 1), (2, 1), (1, 0)], 1):
        x = F.conv2d(
            x, parameters[f"convolution{number}.weight"],
            parameters.get(f"convolution{number}.bias"), stride, padding)
        if number < 3: x = F.leaky_relu(normalized(x, parameters, number), 0.2)
    return x.flatten(1)


class SpectralDiscriminator:
    """dcgan_discriminator with PyTorch's spectral_norm around each convolution.

    All passes of one update begin with the vectors that the last update of D kept.
    """

    def __init__(self, shapes):
        self.shapes = shapes
        self.vectors = [F.normalize(normal(shape[0]), dim=0) for shape in shapes]
        self.moved = list(self.vectors)

    def __call__(self, images, parameters):
        x = images
        for index, (stride, padding) in enumerate([(2, 1), (2, 1), (1, 0)]):
            outputs, inputs, *kernel = self.shapes[index]
            layer = torch.nn.utils.spectral_norm(
                torch.nn.Conv2d(inputs, outputs, kernel, stride, padding))
            # The leaves that the optimiser knows, in place of the layer's own.
            del layer._parameters["weight_orig"], layer._parameters["bias"]
            layer.weight_orig = parameters[f"convolution{index + 1}.weight"]
            layer.bias = parameters[f"convolution{index + 1}.bias"]
            layer.weight_u.copy_(self.vectors[index])
            x = layer(x)
            self.moved[index] = layer.weight_u.clone()
            if index < 2: x = F.leaky_relu(x, 0.2)
        return x.flatten(1)

    def keep(self):
        self.vectors = list(self.moved)

    def named(self):
        return {f"convolution{i}.weight_u": u for i, u in enumerate(self.vectors, 1)}


def convolutional_pair():
    """Three steps of DCGANs of width 2 on 16x16 images of two channels, batch 4, Adam 1e-3.

    bce with batch normalisation; without any in D, wgan-gp, and bce with R1; and hinge with
    spectral normalisation of D, whose vectors are "estimates". "real" is NHWC. The first case also
    has what 100 steps lead to, with the same three batches over and over.
    """
    of_generator = [(3, 4, 4, 4), (4, 2, 4, 4), (2, 2, 4, 4)]
    of_discriminator = [(2, 2, 4, 4), (4, 2, 4, 4), (1, 4, 4, 4)]
    batches = [
        {
            "real": uniform(4, 2, 16, 16) * 2 - 1, "discriminator_latent": normal(4, 3),
            "generator_latent": normal(4, 3), "epsilon": uniform(4, 1, 1, 1),
        } for _ in range(3)
    ]
    rate = 1e-3
    cases = []
    for name, normalization, regularizer in (
        ("bce", "batch", None), ("wgan-gp", "none", None), ("hinge", "spectral", None),
        ("bce", "none", "r1"),
    ):
        start = {
            "generator": convolutional_parameters(of_generator, 1, {1, 2}),
            "discriminator": convolutional_parameters(
                of_discriminator, 0, {2} if normalization == "batch" else set()),
        }
        judge, more = dcgan_discriminator, {"regularizers": []}
        if normalization == "spectral":
            judge = SpectralDiscriminator(of_discriminator)
            more["estimates"] = judge.named()
        regularize = None
        if regularizer == "r1":
            more["regularizers"] = ["r1"]
            regularize = lambda critic, real: 5 * squared_slopes(critic, real).mean()
        case = train_pair(name, start, batches, rate, dcgan_generator, judge, regularize)
        if normalization == "spectral":
            more["estimates_after"] = judge.named()
        if normalization == "batch":
            many = [batches[step % 3] for step in range(100)]
            long = train_pair(name, start, many, rate, dcgan_generator, judge)
            more["after_100_steps"] = {**long, "log": long["log"][-1:]}
        cases.append({**case, "normalization": normalization, "start": start, **more})
    stored_batches = [{**batch, "real": batch["real"].permute(0, 2, 3, 1)} for batch in batches]
    return {"learning_rate": rate, "batches": stored_batches, "cases": cases}


def main():
    values = {
        "torch": torch.__version__,
        "optimizers": optimizers(),
        "gradient_clipping": gradient_clipping(),
        "activations": activations(),
        "layers": layers(),
        "spectral_normalization": spectral_normalization(),
        "second_order": second_order(),
        "losses": losses(),
        "gradient_penalty": gradient_penalties(),
        "regularizers": regularizers(),
        "augmentations": augmentations(),
        "whole_pair": whole_pair(),
        "convolutional_pair": convolutional_pair(),
    }
    text = json.dumps(stored(values), indent=1, allow_nan=False)
    # One line per innermost list.
    text = re.sub(r"\[[^\[\]{}]*\]", lambda match: " ".join(match[0].split()), text)
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(text + "\n")
    print(f"{path.name}: {len(text)} bytes, torch {torch.__version__}")


if __name__ == "__main__":
    main()
