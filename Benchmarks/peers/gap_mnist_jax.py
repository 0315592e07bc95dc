#!/usr/bin/env python3
"""gap-mnist in JAX, jitted with lax.scan over 100 steps: prints pair-steps per second as JSON."""

from population_jax import adam, make_network, measure, mlp, run_each_in_turn
from workload import BATCH, SWAP_EVERY, arguments, mnist, report

BATCH_SIZE = BATCH["gap-mnist"]


def make_segment():
    import jax
    import jax.numpy as jnp

    def generate(parameters, latent):
        return jax.nn.sigmoid(mlp(parameters, latent))

    def discriminator_loss(parameters, real, generated):
        scores = mlp(parameters, jnp.concatenate([real, generated]))
        of_real, of_generated = scores[:BATCH_SIZE], scores[BATCH_SIZE:]
        return jax.nn.softplus(-of_real).mean() + jax.nn.softplus(of_generated).mean()

    def generator_loss(parameters, discriminator, latent):
        return jax.nn.softplus(-mlp(discriminator, generate(parameters, latent))).mean()

    def segment(pair, data, key, batches):
        latents = jax.random.normal(key, (SWAP_EVERY, 2, BATCH_SIZE, 10))

        def step(pair, inputs):
            batch, latent = inputs
            generator, discriminator = pair["generator"], pair["discriminator"]
            generated = generate(generator["parameters"], latent[0])
            d_loss, gradient = jax.value_and_grad(discriminator_loss)(
                discriminator["parameters"], data[batch[0]], generated)
            discriminator = adam(discriminator, gradient, 1e-3, 0.9)
            g_loss, gradient = jax.value_and_grad(generator_loss)(
                generator["parameters"], discriminator["parameters"], latent[1])
            generator = adam(generator, gradient, 1e-3, 0.9)
            return {"generator": generator, "discriminator": discriminator}, (d_loss, g_loss)

        pair, losses = jax.lax.scan(step, pair, (batches, latents))
        return pair, (losses[0][-1], losses[1][-1])

    segment.batches_per_step = 1
    return segment


def make_pair(key):
    import jax

    of_generator, of_discriminator = jax.random.split(key)
    return {
        "generator": make_network(of_generator, [10, 128, 784]),
        "discriminator": make_network(of_discriminator, [784, 128, 1]),
    }


def main():
    options = arguments(__doc__)
    if options.strategy is None:
        run_each_in_turn(options)
        return
    import jax

    rate, losses = measure(
        options.strategy, make_pair, make_segment(), mnist(options.data), BATCH_SIZE,
        options.pairs, options.steps)
    report({options.strategy: rate}, {options.strategy: losses}, jax.__version__)


if __name__ == "__main__":
    main()
