"""Strategies to train a population in JAX, the same for every workload.

A workload gives `segment(pair, data, key, batches) -> (pair, losses)`, which trains one pair for
100 steps in a `lax.scan`; a pair is {"generator": ..., "discriminator": ...}, each a network with
its Adam state.
"""

import json
import os
import subprocess
import sys
import threading

# Read by XLA when it starts, so that each strategy runs in a process of its own.
STRATEGIES = {
    "loop over pairs": {},
    "vmap": {},
    "thread per pair": {},
    "thread per pair, XLA single-threaded": {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"},
}


def run_each_in_turn(options):
    """Runs this program once per strategy and prints all rates as one line of JSON."""
    rates, losses, version = {}, {}, None
    for name, environment in STRATEGIES.items():
        answer = subprocess.run(
            [sys.executable, *sys.argv, "--strategy", name], check=True, text=True,
            stdout=subprocess.PIPE, env={**os.environ, **environment})
        result = json.loads(answer.stdout)
        rates |= result["rates"]
        losses |= result["losses"]
        version = result["version"]
    print(json.dumps({"rates": rates, "losses": losses, "version": version}))


def measure(strategy, make_pair, segment, data, batch_size, pair_count, steps):
    """Pair-steps per second of one strategy, and the last losses of the first pair."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    from workload import SWAP_EVERY, BatchOrder, matching, pair_steps_per_second

    # The hardware-friendly generator: threefry costs several per cent of a step.
    key = jax.random.key(0, impl="rbg")
    data = jnp.asarray(data)
    random = np.random.default_rng(0)
    orders = [BatchOrder(len(data), batch_size, index) for index in range(pair_count)]
    updates = segment.batches_per_step
    pairs = [make_pair(jax.random.fold_in(key, index)) for index in range(pair_count)]
    losses = [None] * pair_count

    def batches(index):
        drawn = orders[index].draw(SWAP_EVERY * updates).astype(np.int32)
        return drawn.reshape(SWAP_EVERY, updates, batch_size)

    train = jax.jit(segment, donate_argnums=0)

    def one(index, key):
        pairs[index], losses[index] = train(pairs[index], data, key, batches(index))

    def swap(partners):
        moved = [pair["discriminator"] for pair in pairs]
        for pair, partner in zip(pairs, partners):
            pair["discriminator"] = moved[partner]

    def loop(keys):
        for index in range(pair_count):
            one(index, keys[index])
        jax.block_until_ready(pairs)
        swap(matching(random, pair_count))

    def thread_per_pair(keys):
        def work(index):
            one(index, keys[index])
            jax.block_until_ready(pairs[index])

        workers = [
            threading.Thread(target=work, args=(index,)) for index in range(pair_count)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        swap(matching(random, pair_count))

    stacked = None
    if strategy == "vmap":
        stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *pairs)

    def train_and_swap(pairs, data, keys, batches, partners):
        pairs, losses = jax.vmap(segment, in_axes=(0, None, 0, 0))(pairs, data, keys, batches)
        moved = jax.tree.map(lambda leaf: leaf[partners], pairs["discriminator"])
        return {**pairs, "discriminator": moved}, losses

    train_all = jax.jit(train_and_swap, donate_argnums=0)

    def vmap(keys):
        nonlocal stacked
        drawn = np.stack([batches(index) for index in range(pair_count)])
        stacked, all_losses = train_all(
            stacked, data, keys, drawn, matching(random, pair_count))
        losses[0] = jax.tree.map(lambda leaf: leaf[0], all_losses)
        jax.block_until_ready(stacked)

    advance = {"loop over pairs": loop, "vmap": vmap}.get(strategy, thread_per_pair)

    def run(steps):
        nonlocal key
        for _ in range(steps // SWAP_EVERY):
            key, used = jax.random.split(key)
            advance(jax.random.split(used, pair_count))

    rate = pair_steps_per_second(run, pair_count, steps)
    return rate, [float(loss) for loss in losses[0]]


def adam(network, gradient, learning_rate, beta1, beta2=0.999, epsilon=1e-8):
    """One update of {"parameters", "mean", "square", "updates"}, as PyTorch defines Adam."""
    import jax
    import jax.numpy as jnp

    t = network["updates"] + 1
    mean = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, network["mean"], gradient)
    square = jax.tree.map(
        lambda v, g: beta2 * v + (1 - beta2) * g * g, network["square"], gradient)
    correction = jnp.sqrt(1 - beta2**t)
    rate = learning_rate * correction / (1 - beta1**t)
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + epsilon * correction),
        network["parameters"], mean, square)
    return {"parameters": parameters, "mean": mean, "square": square, "updates": t}


def make_network(key, sizes):
    """Dense layers (weight [in, out], bias), Glorot uniform, with zero Adam moments."""
    import jax
    import jax.numpy as jnp

    initialize = jax.nn.initializers.glorot_uniform()
    keys = jax.random.split(key, len(sizes) - 1)
    parameters = [
        (initialize(key, shape), jnp.zeros(shape[1]))
        for key, shape in zip(keys, zip(sizes, sizes[1:]))
    ]
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    return {
        "parameters": parameters, "mean": zeros, "square": jax.tree.map(jnp.copy, zeros),
        "updates": jnp.zeros(()),
    }


def mlp(parameters, x):
    """Dense layers with ReLU between them."""
    import jax

    for weight, bias in parameters[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias
