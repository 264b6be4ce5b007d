import numpy as np
import pytest
import torch

from core import Experiment, Network, Training, gradient_profile, train
from core.networks.parameters import norms
from core.networks.results import BINS, REACH, SIDE
from core.networks.stack import Stack
from tests.core.oracle import ORACLE

NETWORK = Network(4, 24, "silu", "he", norm="layer", residual="plain")


def first_pass(network, batch_size=256):
    stack = Stack([Experiment(network, Training(batch_size=batch_size))], "float64")
    stack.sweep_through(*next(stack.batches()))
    return stack


def test_norms_of_numbers_that_a_plain_square_would_lose_are_not_zero():
    tiny = torch.full((1, 1, 4, 4), 1e-30, dtype=torch.float32)
    assert tiny.norm().item() == 0.0
    assert norms(tiny).item() == pytest.approx(4e-30, rel=1e-6)
    for size in (1e-200, 1e200):
        assert norms(torch.full((1, 1, 4, 4), size, dtype=torch.float64)).item() == pytest.approx(4 * size, rel=1e-12)
    assert norms(torch.zeros(1, 1, 2, 2).double()).item() == 0.0
    assert norms(torch.tensor([[[[1.0, np.inf]]]]).double()).item() == np.inf
    assert np.isnan(norms(torch.tensor([[[[1.0, np.nan]]]]).double()).item())


def test_two_hundred_sigmoid_layers_vanish_and_are_not_zero():
    profile = gradient_profile(Network(200, 64, "sigmoid", "torch"))
    assert 0 < profile.delta_norm[0] < 1e-160
    assert profile.weight_grad_norm[1] > 0


def test_activations_are_measured_as_they_are():
    profile, stack = gradient_profile(NETWORK), first_pass(NETWORK)
    for layer in range(4):
        a = stack.sweep.a[layer][0].numpy()
        assert profile.activation_mean[layer] == pytest.approx(a.mean(), rel=1e-12)
        assert profile.activation_std[layer] == pytest.approx(a.std(), rel=1e-12)
        counts, edges = np.histogram(a, BINS)
        assert np.abs(profile.histogram[layer] - counts).sum() <= 4  # a value on an edge may round either way
        assert profile.histogram[layer].sum() == a.size
        np.testing.assert_allclose(profile.histogram_range[layer], edges[[0, -1]], rtol=1e-12)


def alike(rows):
    """The mean over all pairs of different rows of their cosine, one pair at a time."""
    units = [row / np.linalg.norm(row) for row in rows if np.linalg.norm(row) > 0]
    pairs = [units[i] @ units[j] for i in range(len(units)) for j in range(i)]
    return np.mean(pairs) if pairs else np.nan


@pytest.mark.parametrize(
    "network",
    [NETWORK, Network(4, 24, "sigmoid"), Network(6, 3, "relu", "torch"), Network(3, 8, "tanh", "zeros", bias=0.3)],
    ids=["norm", "sigmoid", "few units", "same units"],
)
def test_how_alike_the_points_have_become_is_the_mean_over_all_pairs(network):
    profile, stack = gradient_profile(network, batch_size=40), first_pass(network, batch_size=40)
    for layer in range(network.depth):
        a = stack.sweep.a[layer][0].numpy()
        centred = a - a.mean(axis=1, keepdims=True)
        centred[np.abs(centred).max(axis=1) < 1e-12] = 0
        expected = [alike(a), alike(centred)]
        found = [profile.activation_cosine[layer], profile.activation_correlation[layer]]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_how_alike_points_are_needs_two_of_them_and_numbers():
    (alone,) = train([Experiment(Network(2, 8, "tanh"), Training(steps=2, batch_size=1))])
    assert np.isnan(alone.activation_cosine).all()
    (single,) = train([Experiment(Network(2, 1, "tanh"), Training(steps=2))])
    assert np.isfinite(single.activation_cosine).all()
    assert np.isnan(single.activation_correlation).all()  # a single unit less its own mean is 0
    (wild,) = train([Experiment(Network(60, 32, "relu", "he", gain=10.0), Training(steps=3))])
    assert np.isfinite(wild.activation_cosine[0, 0])
    assert np.isnan(wild.activation_cosine[0, -1])


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu", "tanh"])
def test_saturated_and_dead_units_are_counted_by_the_slope(activation):
    network = Network(3, 24, activation, "he", gain=2.0, bias=-2.5)
    profile, stack = gradient_profile(network), first_pass(network)
    steepest = {"sigmoid": 0.25, "relu": 1.0, "gelu": 1.1289, "tanh": 1.0}[activation]
    for layer in range(3):
        x = stack.sweep.inputs[0].clone() if layer == 0 else stack.sweep.a[layer - 1][0].clone()
        z = torch.nn.functional.linear(x, stack.parameters.weights[layer][0], stack.parameters.biases[layer][0, 0])
        z = z.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(ORACLE[activation](z).sum(), z)
        assert profile.saturated[layer] == (slope.abs() < 0.05 * steepest).double().mean().item()
        assert profile.dead[layer] == (slope == 0).all(0).double().mean().item()
    assert profile.saturated.max() > 0.1


def test_a_layer_that_is_constant_or_not_finite_has_an_honest_histogram():
    constant = gradient_profile(Network(3, 8, "relu", init="zeros"))
    assert constant.histogram[:, 0].tolist() == [256 * 8] * 3
    wild = train([Experiment(Network(60, 32, "relu", "he", gain=10.0), Training(steps=3))])[0]
    last = wild.histogram[0, -1]
    assert wild.diverged_at == 0
    assert last.sum() == 0
    assert not np.isfinite(wild.histogram_range[0, -1]).all()


def test_weights_and_ratios_are_those_of_the_weights():
    profile, stack = gradient_profile(NETWORK), first_pass(NETWORK)
    for layer in range(4):
        weight = np.linalg.norm(stack.parameters.weights[layer][0].numpy())
        assert profile.weight_norm[layer] == pytest.approx(weight, rel=1e-12)
        assert profile.grad_to_weight[layer] == pytest.approx(profile.weight_grad_norm[layer] / weight, rel=1e-12)


def test_the_surface_is_the_probability_over_the_plane():
    run = train([Experiment(Network(4, 32, "relu", "he"), Training("circles", steps=400, input_scale=3.0))])[0]
    assert run.accuracy[-1] > 0.95
    assert run.surface.shape == (11, SIDE, SIDE)
    assert run.surface.min() >= 0
    assert run.surface.max() <= 1
    side = np.linspace(-REACH, REACH, SIDE)
    radius = np.hypot(*np.meshgrid(side, side))
    inner, outer = (run.surface[-1][m].mean() for m in (radius < 1, (radius > 1.6) & (radius < 2)))
    assert inner > 0.9  # class 1 of the circles is the inner one
    assert outer < 0.1


def test_the_surface_has_the_first_input_across_and_the_second_down():
    run = train([Experiment(Network(2, 32, "tanh"), Training("moons", steps=600))])[0]
    surface = run.surface[-1]
    middle = SIDE // 2
    assert surface[: middle // 2, middle:].mean() > 0.9  # the moon of class 1 lies low and to the right
    assert surface[-(middle // 2) :, :middle].mean() < 0.1


def test_snapshots_are_kept_at_the_chosen_steps():
    run = train([Experiment(Network(3, 16), Training(steps=50, snapshot_steps=(7, 33)))])[0]
    assert run.snapshot_steps.tolist() == [7, 33]
    assert run.histogram.shape == (2, 3, BINS)
    assert run.surface.shape == (2, SIDE, SIDE)
    none = train([Experiment(Network(3, 16), Training(steps=50, snapshot_steps=()))])[0]
    assert none.surface.shape == (0, SIDE, SIDE)


def test_points_outside_the_plane_have_no_surface():
    run = train([Experiment(Network(2, 16), Training("gaussian", steps=3))])[0]
    assert run.surface is None
    assert run.histogram.shape == (3, 2, BINS)


def test_clipping_is_told_step_by_step():
    run = train([Experiment(Network(5, 32, "relu", "he", gain=2.0), Training(steps=60, clip_norm=0.5))])[0]
    assert (run.clipped_norm <= 0.5 + 1e-6).all()
    clipped = run.raw_norm > 0.5
    assert clipped.any()
    np.testing.assert_allclose(run.clipped_norm[~clipped], run.raw_norm[~clipped], rtol=1e-12)
    np.testing.assert_allclose(run.clipped_share, np.cumsum(clipped) / np.arange(1, 61), rtol=1e-12)
