"""The written-out backward pass, judged by autograd, which shares no code with it."""

import pytest
import torch
from torch.nn import functional

from core import Experiment, Network, Training, tasks
from core.activations import ACTIVATIONS
from core.backpropagation import norms
from core.initializations import INITIALIZATIONS
from core.trainer import Stack

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


def autograd(network, weights, biases, inputs, labels):
    """Loss, weight gradients, bias gradients and error signals, by torch.autograd."""
    weights = [w.clone().requires_grad_() for w in weights]
    biases = [b.clone().requires_grad_() for b in biases]
    a, signals = inputs, []
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        z = functional.linear(a, w, b)
        z.retain_grad()
        signals.append(z)
        a = ORACLE[network.activation](z)
    logits = functional.linear(a, weights[-1], biases[-1]).squeeze(-1)
    loss = functional.binary_cross_entropy_with_logits(logits, labels)
    loss.backward()
    return loss.detach(), [w.grad for w in weights], [b.grad for b in biases], [z.grad for z in signals]


def assert_close(ours, oracle, what):
    error, size = (ours - oracle).norm().item(), oracle.norm().item()
    assert error <= 1e-9 * size, f"{what}: error {error:.3g} for a gradient of size {size:.3g}"


@pytest.mark.parametrize("depth", [1, 2, 10])
@pytest.mark.parametrize("init", INITIALIZATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_gradient_agrees_with_autograd(activation, init, depth):
    network = Network(depth=depth, width=24, activation=activation, init=init)
    stack = Stack([Experiment(network, Training(batch_size=48))], "float64")
    inputs, labels = next(stack.batches())
    parameters, sweep = stack.parameters, stack.sweep
    our_loss = stack.sweep_through(inputs, labels)
    loss, weight_grads, bias_grads, signals = autograd(
        network, [w[0] for w in parameters.weights], [b[0, 0] for b in parameters.biases], inputs[0], labels[0]
    )
    assert our_loss.item() == pytest.approx(loss.item(), rel=1e-12)
    for layer in range(depth + 1):
        assert_close(sweep.gradients.weights[layer][0], weight_grads[layer], f"weights of layer {layer + 1}")
        assert_close(sweep.gradients.biases[layer][0, 0], bias_grads[layer], f"biases of layer {layer + 1}")
    for layer in range(depth):
        assert_close(sweep.deltas[layer][0], signals[layer], f"error signal of layer {layer + 1}")


def test_layers_of_different_widths_agree_with_autograd():
    network = Network(depth=3, width=(5, 17, 3), activation="tanh")
    stack = Stack([Experiment(network)], "float64")
    inputs, labels = next(stack.batches())
    stack.sweep_through(inputs, labels)
    weights, biases = [w[0] for w in stack.parameters.weights], [b[0, 0] for b in stack.parameters.biases]
    _, oracle, _, _ = autograd(network, weights, biases, inputs[0], labels[0])
    for ours, theirs in zip(stack.sweep.gradients.weights, oracle, strict=True):
        assert_close(ours[0], theirs, "weights")


def test_autograd_itself_agrees_with_a_finite_difference():
    network = Network(depth=2, width=6, activation="tanh")
    stack = Stack([Experiment(network)], "float64")
    inputs, labels = next(stack.batches())
    weights, biases = [w[0] for w in stack.parameters.weights], [b[0, 0] for b in stack.parameters.biases]
    _, oracle, _, _ = autograd(network, weights, biases, inputs[0], labels[0])

    def loss_at(shift):
        moved = [w.clone() for w in weights]
        moved[0][3, 1] += shift
        return autograd(network, moved, biases, inputs[0], labels[0])[0].item()

    rise = (loss_at(1e-6) - loss_at(-1e-6)) / 2e-6
    assert oracle[0][3, 1].item() == pytest.approx(rise, rel=1e-6)


def test_norms_of_numbers_that_a_float32_square_would_lose_are_not_zero():
    tiny = torch.full((1, 4, 4), 1e-30, dtype=torch.float32)
    assert tiny.norm().item() == 0.0
    assert norms([tiny])[0, 0].item() == pytest.approx(4e-30, rel=1e-6)


def test_networks_that_differ_in_activation_and_initialization_start_from_the_same_draws():
    experiments = [Experiment(Network(activation=a, init=i)) for a, i in [("sigmoid", "xavier"), ("relu", "he")]]
    sigmoid, relu = Stack(experiments, "float64").parameters.weights[4]
    torch.testing.assert_close(relu, sigmoid * 2**0.5, rtol=1e-12, atol=0)


def test_gain_and_bias_act_on_the_start_of_every_hidden_layer():
    plain, moved = Network(depth=2), Network(depth=2, gain=3.0, bias=-1.0)
    stack = Stack([Experiment(plain), Experiment(moved)], "float64")
    for weight in stack.parameters.weights:
        torch.testing.assert_close(weight[1], 3 * weight[0])
    assert [bias[1].unique().tolist() for bias in stack.parameters.biases] == [[-1.0], [-1.0], [0.0]]


def test_a_dead_unit_is_one_that_is_off_at_every_point():
    network = Network(depth=1, width=8, activation="relu", bias=-100.0)
    stack = Stack([Experiment(network)], "float64")
    stack.sweep.forward(torch.from_numpy(tasks.draw("moons", 0).inputs[None, :64]))
    assert stack.sweep.dead().item() == 1.0
    assert stack.sweep.saturated().item() == 1.0
