"""The networks and losses as anyone would write them for autograd: the judge of the written-out passes."""

import torch
from torch.nn import functional

ORACLE = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
    "softsign": functional.softsign,
    "linear": lambda z: z * 1,
}
KINDS = ("weights", "biases", "scales", "shifts", "gates")


def learned(parameters, row):
    """One network's numbers as leaves that autograd can follow: kind -> a tensor for each layer."""
    return {
        kind: [value[row].detach().clone().requires_grad_() for value in getattr(parameters, kind)] for kind in KINDS
    }


def logits_of(network, leaves, inputs, evaluation=None):
    """The network as anyone would write it; also the pre-activations z(l).

    `evaluation` holds running means and variances; without it batch normalization uses the batch's.
    """
    a, before, blocks = inputs, [], sum(network.skips)
    for layer in range(network.depth):
        z = functional.linear(a, leaves["weights"][layer], leaves["biases"][layer][0])
        before.append(z)
        if network.norm != "none":
            scale, shift = leaves["scales"][layer][0], leaves["shifts"][layer][0]
        if network.norm == "batch":
            mean, variance = (e[layer][0] for e in evaluation) if evaluation else (None, None)
            z = functional.batch_norm(z, mean, variance, scale, shift, training=evaluation is None)
        elif network.norm == "layer":
            z = functional.layer_norm(z, z.shape[-1:], scale, shift)
        branch = ORACLE[network.activation](z)
        if network.skips[layer]:
            factor = {"plain": 1.0, "scaled": blocks**-0.5}.get(network.residual) or leaves["gates"][layer][0, 0]
            a = a + factor * branch
        else:
            a = branch
    return functional.linear(a, leaves["weights"][-1], leaves["biases"][-1][0]).squeeze(-1), before


def loss_of(name, logits, labels):
    if name == "mse":
        return functional.mse_loss(torch.sigmoid(logits), labels)
    return functional.binary_cross_entropy_with_logits(logits, labels)
