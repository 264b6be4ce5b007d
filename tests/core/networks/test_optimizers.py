"""Twenty steps of training, judged by torch.optim, torch.nn.utils and autograd."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from core import Experiment, Network, Training, train
from core.networks.experiment import OPTIMIZERS
from core.networks.optimizers import Optimizer
from core.networks.stack import Stack
from tests.core.oracle import KINDS, learned, logits_of, loss_of

CLIPPINGS = {"none": {}, "norm": {"clip_norm": 0.05}, "value": {"clip_value": 0.01}, "layer": {"clip_layer_norm": 0.02}}
NETWORKS = {
    "plain": Network(4, 16, "tanh", "he"),
    "everything": Network(4, 16, "tanh", "he", norm="batch", residual="zero"),
}
MAKERS = {
    "sgd": torch.optim.SGD,
    "momentum": lambda values, **rest: torch.optim.SGD(values, momentum=0.9, **rest),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def clip(training, layers):
    """Clip the gradients of the layers, each a list of parameters, as torch does."""
    everything = [value for layer in layers for value in layer]
    if training.clip_norm:
        clip_grad_norm_(everything, training.clip_norm)
    if training.clip_value:
        clip_grad_value_(everything, training.clip_value)
    for layer in layers if training.clip_layer_norm else []:
        clip_grad_norm_(layer, training.clip_layer_norm)


def total(values):
    return sum(value.grad.square().sum().item() for value in values) ** 0.5


def by_torch(experiment):
    """Losses, hidden weights' gradient norms, whole gradient before and after clipping, and the final weights."""
    network, training = experiment.network, experiment.training
    stack = Stack([experiment], "float64")
    leaves = learned(stack.parameters, 0)
    if leaves["gates"]:
        leaves["gates"][0].requires_grad_(requires_grad=False)  # the first layer has no skip
    layers = [
        [leaves[kind][layer] for kind in KINDS if layer < len(leaves[kind]) and leaves[kind][layer].requires_grad]
        for layer in range(network.depth + 1)
    ]
    values = [value for layer in layers for value in layer]
    optimizer = MAKERS[training.optimizer](values, lr=training.learning_rate, weight_decay=training.weight_decay)
    seen = {"loss": [], "grad_norm": [], "raw_norm": [], "clipped_norm": []}
    for step, (inputs, labels) in zip(range(training.steps), stack.batches(), strict=False):
        optimizer.zero_grad()
        loss = loss_of("bce", logits_of(network, leaves, inputs[0])[0], labels[0])
        loss.backward()
        seen["loss"].append(loss.item())
        seen["grad_norm"].append([weight.grad.norm().item() for weight in leaves["weights"][:-1]])
        seen["raw_norm"].append(total(values))
        clip(training, layers)
        seen["clipped_norm"].append(total(values))
        warm = min((step + 1) / training.warmup_steps, 1) if training.warmup_steps else 1
        optimizer.param_groups[0]["lr"] = training.learning_rate * warm
        optimizer.step()
    return seen


@pytest.mark.parametrize("weight_decay", [0.0, 0.05])
@pytest.mark.parametrize("warmup_steps", [0, 8])
@pytest.mark.parametrize("clipping", CLIPPINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("network", NETWORKS)
def test_twenty_steps_agree_with_torch(network, optimizer, clipping, warmup_steps, weight_decay):
    rate = 0.01 if optimizer.startswith("adam") else 0.1
    training = Training(
        steps=20, optimizer=optimizer, learning_rate=rate, warmup_steps=warmup_steps, weight_decay=weight_decay,
        dtype="float64", **CLIPPINGS[clipping],
    )  # fmt: skip
    experiment = Experiment(NETWORKS[network], training)
    run, oracle = train([experiment])[0], by_torch(experiment)
    for name, expected in oracle.items():
        np.testing.assert_allclose(getattr(run, name), expected, rtol=1e-9, atol=1e-12 * np.max(expected), err_msg=name)
    assert (run.clipped_share[-1] > 0.5) == (clipping != "none")
    assert (np.abs(run.clipped_norm / run.raw_norm - 1).max() > 0.1) == (clipping != "none")


def test_the_first_adam_step_is_the_learning_rate_whatever_the_gradient():
    """Kingma & Ba 2015: while every gradient is far above epsilon, vanishing does not show in the first step."""
    network = Network(6, 32, "tanh", "xavier")
    run = train([Experiment(network, Training(steps=2, optimizer="adam", learning_rate=1e-3, dtype="float64"))])[0]
    step = run.update_to_weight[0] * run.weight_norm[0]
    entries = np.array([2 * 32, *[32 * 32] * 5]) ** 0.5
    np.testing.assert_allclose(step, 1e-3 * entries, rtol=1e-3)


def test_warm_up_reaches_the_whole_rate_at_the_step_it_names():
    network = Network(2, 16, "tanh")
    plain = Training(steps=12, learning_rate=1e-6)
    run, warm = train([Experiment(network, plain), Experiment(network, replace(plain, warmup_steps=10))])
    share = warm.update_to_weight[:, 0] / run.update_to_weight[:, 0]
    np.testing.assert_allclose(share, [min((step + 1) / 10, 1) for step in range(12)], rtol=1e-3)


def direction(**clipping):
    """Cosine between the clipped gradient and the raw one, over all parameters, of a net whose layers differ."""
    experiment = Experiment(Network(5, 16, "sigmoid"), Training(**clipping))
    stack = Stack([experiment], "float64")
    stack.sweep_through(*next(stack.batches()))
    raw = stack.sweep.gradients.flat.clone()
    Optimizer([experiment.training], stack.parameters, stack.sweep.gradients).clip()
    return torch.cosine_similarity(raw, stack.sweep.gradients.flat, dim=0).item()


def test_only_clipping_by_global_norm_keeps_the_direction():
    assert direction(clip_norm=1e-3) == pytest.approx(1, abs=1e-12)
    assert direction(clip_value=1e-3) < 0.95
    assert direction(clip_layer_norm=1e-4) < 0.95
