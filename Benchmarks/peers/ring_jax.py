#!/usr/bin/env python3
"""ring in JAX, jitted with lax.scan over 100 steps: prints pair-steps per second as JSON.

G 2-128-128-2 against D 2-128-128-1, ReLU, batch 128, Adam 1e-3 with beta1 0.5. --loss bce has one
update of D per step; --loss wgan-gp has five, penalty weight 10, one gradient norm per sample.
"""

from population_jax import adam, make_network, measure, mlp, run_each_in_turn
from workload import BATCH, SWAP_EVERY, arguments, report, ring

BATCH_SIZE = BATCH["ring"]
UPDATES = {"bce": 1, "wgan-gp": 5}


def make_segment(loss):
    import jax
    import jax.numpy as jnp

    updates = UPDATES[loss]

    def scores_of_both(parameters, real, generated):
        scores = mlp(parameters, jnp.concatenate([real, generated]))
        return scores[:BATCH_SIZE], scores[BATCH_SIZE:]

    def bce(parameters, real, generated, _):
        of_real, of_generated = scores_of_both(parameters, real, generated)
        return jax.nn.softplus(-of_real).mean() + jax.nn.softplus(of_generated).mean()

    def wgan_gp(parameters, real, generated, epsilon):
        of_real, of_generated = scores_of_both(parameters, real, generated)
        between = epsilon * real + (1 - epsilon) * generated
        slopes = jax.grad(lambda x: mlp(parameters, x).sum())(between)
        # A sample that no ReLU passes has slope 0, where the root has no derivative.
        norms = jnp.sqrt(jnp.maximum((slopes**2).sum(axis=1), 1e-12))
        return of_generated.mean() - of_real.mean() + 10 * ((norms - 1) ** 2).mean()

    def generator_loss(parameters, discriminator, latent):
        scores = mlp(discriminator, mlp(parameters, latent))
        return jax.nn.softplus(-scores).mean() if loss == "bce" else -scores.mean()

    discriminator_loss = {"bce": bce, "wgan-gp": wgan_gp}[loss]

    def segment(pair, data, key, batches):
        for_latents, for_epsilon = jax.random.split(key)
        latents = jax.random.normal(for_latents, (SWAP_EVERY, updates + 1, BATCH_SIZE, 2))
        epsilons = jax.random.uniform(for_epsilon, (SWAP_EVERY, updates, BATCH_SIZE, 1))

        def step(pair, inputs):
            batch, latent, epsilon = inputs
            generator, discriminator = pair["generator"], pair["discriminator"]
            for update in range(updates):
                generated = mlp(generator["parameters"], latent[update])
                d_loss, gradient = jax.value_and_grad(discriminator_loss)(
                    discriminator["parameters"], data[batch[update]], generated, epsilon[update])
                discriminator = adam(discriminator, gradient, 1e-3, 0.5)
            g_loss, gradient = jax.value_and_grad(generator_loss)(
                generator["parameters"], discriminator["parameters"], latent[updates])
            generator = adam(generator, gradient, 1e-3, 0.5)
            return {"generator": generator, "discriminator": discriminator}, (d_loss, g_loss)

        pair, losses = jax.lax.scan(step, pair, (batches, latents, epsilons))
        return pair, (losses[0][-1], losses[1][-1])

    segment.batches_per_step = updates
    return segment


def make_pair(key):
    import jax

    of_generator, of_discriminator = jax.random.split(key)
    return {
        "generator": make_network(of_generator, [2, 128, 128, 2]),
        "discriminator": make_network(of_discriminator, [2, 128, 128, 1]),
    }


def main():
    options = arguments(__doc__, loss={"choices": list(UPDATES), "default": "bce"})
    if options.strategy is None:
        run_each_in_turn(options)
        return
    import jax

    rate, losses = measure(
        options.strategy, make_pair, make_segment(options.loss), ring(), BATCH_SIZE,
        options.pairs, options.steps)
    report({options.strategy: rate}, {options.strategy: losses}, jax.__version__)


if __name__ == "__main__":
    main()
