"""The written-out backward pass, judged by autograd, which shares no code with it."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional

from core import Experiment, Network, Training
from core.networks import tasks
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import LOSSES, NORMS, RESIDUALS
from core.networks.initializations import INITIALIZATIONS
from core.networks.losses import cross_entropy
from core.networks.stack import Stack
from tests.core.oracle import KINDS, learned, logits_of, loss_of


def assert_close(ours, oracle, size, what):
    """`size` is the norm of all gradients of the layer: a batch-normalized layer's bias has none but rounding."""
    error = (ours - oracle).norm().item()
    assert error <= 1e-9 * size, f"{what}: error {error:.3g} where the layer's gradient has size {size:.3g}"


def check_against_autograd(experiments):
    """Every gradient and error signal of the stack's first batch."""
    stack = Stack(experiments, "float64")
    inputs, labels = next(stack.batches())
    our_loss, sweep = stack.sweep_through(inputs, labels), stack.sweep
    for row, experiment in enumerate(experiments):
        network = experiment.network
        leaves = learned(stack.parameters, row)
        logits, before = logits_of(network, leaves, inputs[row])
        for z in before:
            z.retain_grad()
        loss = loss_of(experiment.training.loss, logits, labels[row])
        loss.backward()
        assert our_loss[row].item() == pytest.approx(loss.item(), rel=1e-12)
        for layer in range(network.depth + 1):
            pairs = [
                (kind, getattr(sweep.gradients, kind)[layer][row], leaves[kind][layer].grad)
                for kind in KINDS
                if layer < len(leaves[kind]) and leaves[kind][layer].grad is not None
            ]
            size = sum(oracle.norm().item() ** 2 for _, _, oracle in pairs) ** 0.5
            for kind, ours, oracle in pairs:
                assert_close(ours, oracle, size, f"{network}, {kind} of layer {layer + 1}")
        for layer, z in enumerate(before):
            assert_close(
                sweep.delta[layer][row], z.grad, z.grad.norm().item(), f"{network}, delta of layer {layer + 1}"
            )


@pytest.mark.parametrize("residual", RESIDUALS)
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_gradient_agrees_with_autograd(activation, norm, residual):
    check_against_autograd([
        Experiment(Network(8, 16, activation, init, norm=norm, residual=residual), Training(batch_size=48))
        for init in INITIALIZATIONS
    ])  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("depth", [1, 2, 10])
def test_shallow_and_deep_networks_and_both_losses_agree(depth, loss):
    training = Training(batch_size=48, loss=loss)
    check_against_autograd([Experiment(Network(depth, 24, name, "he"), training) for name in ACTIVATIONS])


def test_after_some_steps_the_gates_are_open_and_the_gradients_still_agree():
    network = Network(6, 16, "tanh", norm="layer", residual="zero")
    stack = Stack([Experiment(network)], "float64")
    with torch.no_grad():
        for gate in stack.parameters.gates:
            gate.fill_(0.7)
    inputs, labels = next(stack.batches())
    stack.sweep_through(inputs, labels)
    leaves = learned(stack.parameters, 0)
    logits, _ = logits_of(network, leaves, inputs[0])
    loss_of("bce", logits, labels[0]).backward()
    for kind, layer in product(KINDS, range(6)):
        oracle = leaves[kind][layer].grad
        if oracle is not None:
            ours = getattr(stack.sweep.gradients, kind)[layer][0]
            assert_close(ours, oracle, leaves["weights"][layer].grad.norm().item(), f"{kind} of layer {layer + 1}")


networks = st.builds(
    Network,
    depth=st.just(4),
    width=st.one_of(st.integers(2, 20), st.tuples(*[st.integers(2, 12)] * 4)),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    init=st.sampled_from(sorted(set(INITIALIZATIONS) - {"zeros"})),  # there, balanced labels cancel to rounding
    gain=st.floats(0.1, 3),
    bias=st.integers(-100, 100).map(lambda hundredths: hundredths / 100),
    norm=st.sampled_from(sorted(NORMS)),
    residual=st.sampled_from(sorted(RESIDUALS)),
)
trainings = st.builds(
    Training,
    task=st.sampled_from(sorted(tasks.TASKS)),
    batch_size=st.integers(8, 70),
    loss=st.sampled_from(sorted(LOSSES)),
    input_scale=st.floats(0.1, 10),
)


@settings(max_examples=150, deadline=None)
@given(networks, trainings, st.integers(0, 5))
def test_whatever_is_drawn_agrees_with_autograd(network, training, seed):
    # a normalized layer of one or two units is constant but for rounding, and passes nothing else back
    assume(network.norm == "none" or min(network.widths) > 4)
    check_against_autograd([Experiment(network, training, seed)])


def test_autograd_itself_agrees_with_a_finite_difference():
    network = Network(3, 6, "tanh", norm="batch", residual="scaled")
    stack = Stack([Experiment(network)], "float64")
    inputs, labels = next(stack.batches())

    def loss_at(shift, kind, layer, place):
        leaves = learned(stack.parameters, 0)
        with torch.no_grad():
            leaves[kind][layer][place] += shift
        loss = loss_of("bce", logits_of(network, leaves, inputs[0])[0], labels[0])
        loss.backward()
        return loss.item(), leaves[kind][layer].grad[place].item()

    for spot in [("weights", 0, (3, 1)), ("weights", 2, (1, 4)), ("scales", 1, (0, 2)), ("shifts", 2, (0, 5))]:
        rise = (loss_at(1e-6, *spot)[0] - loss_at(-1e-6, *spot)[0]) / 2e-6
        assert loss_at(0, *spot)[1] == pytest.approx(rise, rel=1e-5), spot


def test_evaluation_uses_the_running_statistics_and_training_the_batch():
    network = Network(3, 16, "relu", "he", norm="batch")
    stack = Stack([Experiment(network)], "float64")
    batches = stack.batches()
    running = ([torch.zeros(16).double() for _ in range(3)], [torch.ones(16).double() for _ in range(3)])
    for _ in range(5):
        inputs, _ = next(batches)
        in_training = stack.sweep.forward(inputs)
        with torch.no_grad():
            leaves, a = learned(stack.parameters, 0), inputs[0]
            for layer in range(3):
                z = functional.linear(a, leaves["weights"][layer], leaves["biases"][layer][0])
                a = functional.relu(functional.batch_norm(z, running[0][layer], running[1][layer], training=True))
    for ours, theirs in zip(
        stack.parameters.running_means + stack.parameters.running_variances, [*running[0], *running[1]], strict=True
    ):
        np.testing.assert_allclose(ours[0, 0], theirs, rtol=1e-10, atol=1e-13)
    in_evaluation = stack.sweep.forward(inputs, training=False)
    oracle, _ = logits_of(network, leaves, inputs[0], [[s[None] for s in part] for part in running])
    assert (in_training - in_evaluation).abs().max() > 0.01
    np.testing.assert_allclose(in_evaluation[0], oracle.detach(), rtol=1e-9, atol=1e-12)


def test_the_loss_is_exact_where_the_exponential_of_the_output_is_huge():
    logits, labels = (
        torch.tensor([[-800.0, -21.0, 0.0, 21.0, 800.0]]).double(),
        torch.tensor([[0.0, 1, 1, 0, 1]]).double(),
    )
    expected = functional.binary_cross_entropy_with_logits(logits, labels).item()
    assert cross_entropy(logits, labels)[0].item() == pytest.approx(expected, rel=1e-15)


def test_the_first_layer_has_no_skip_and_neither_has_a_layer_of_another_width():
    assert Network(4, (8, 8, 5, 5), residual="plain").skips == (False, True, False, True)
    assert Network(3, 8).skips == (False, False, False)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_branch_that_starts_at_zero_passes_everything_on_unchanged(activation):
    network = Network(12, 16, activation, "he", residual="zero")
    stack = Stack([Experiment(network)], "float64")
    inputs, labels = next(stack.batches())
    stack.sweep_through(inputs, labels)
    for layer in range(1, 12):
        assert torch.equal(stack.sweep.a[layer], stack.sweep.a[0])
        assert not stack.sweep.delta[layer].any()
    assert all(gradient.any() for gradient in stack.sweep.gradients.gates[1:])


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
