from itertools import product

import numpy as np
import pytest

from core import Experiment, Network, Training, decompose, gradient_profile
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import NORMS
from core.networks.stack import Stack


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("residual", ["none", "plain", "scaled"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_product_of_the_parts_is_the_measured_ratio(activation, residual, norm):
    profile = gradient_profile(Network(8, 24, activation, "he", norm=norm, residual=residual))
    parts = decompose(profile)
    measured = profile.delta_norm[:-1] / profile.delta_norm[1:]
    together = parts.weight * parts.skip * parts.branch * parts.activation * parts.norm
    np.testing.assert_allclose(together, measured, rtol=1e-12)
    np.testing.assert_allclose(parts.ratio, measured, rtol=1e-12)
    assert (parts.activation <= ACTIVATIONS[activation].steepest * (1 + 1e-12)).all()
    if norm == "none":
        np.testing.assert_allclose(parts.norm, 1, rtol=1e-12)
    if residual == "none":
        np.testing.assert_array_equal(parts.skip, 1)
        np.testing.assert_array_equal(parts.branch, 1)
    if residual == "scaled":
        np.testing.assert_allclose(parts.branch[1:], 7**-0.5, rtol=1e-12)  # the first layer is no block


def test_the_parts_are_those_of_the_equation():
    """By hand: v = W(l+1)^T delta(l+1), and phi'(z) = a (1 - a)."""
    network = Network(5, 16, "sigmoid")
    stack = Stack([Experiment(network, Training(batch_size=256))], "float64")
    stack.sweep_through(*next(stack.batches()))
    parts = decompose(gradient_profile(network))
    for layer in range(4):
        above = stack.sweep.delta[layer + 1][0].numpy()
        v = above @ stack.parameters.weights[layer + 1][0].numpy()
        a = stack.sweep.a[layer][0].numpy()
        assert parts.weight[layer] == pytest.approx(np.linalg.norm(v) / np.linalg.norm(above), rel=1e-12)
        assert parts.activation[layer] == pytest.approx(np.linalg.norm(v * a * (1 - a)) / np.linalg.norm(v), rel=1e-12)


def test_a_quarter_is_a_ceiling_of_the_activation_part_only():
    calm, wild = (decompose(gradient_profile(Network(20, 64, "sigmoid", gain=g))) for g in (1.0, 30.0))
    assert (calm.activation > 0.2).all()
    assert (calm.weight < 1.5).all()
    assert (wild.activation < 0.2).all()  # saturated, and yet
    assert wild.ratio[5:].min() > 1


def test_a_shut_branch_has_parts_that_are_not_numbers_and_one_layer_has_none():
    shut = decompose(gradient_profile(Network(4, 16, residual="zero")))
    assert np.isnan(shut.ratio[1:]).all()
    assert decompose(gradient_profile(Network(1, 16))).ratio.shape == (0,)


def test_layers_of_different_widths_are_taken_apart_too():
    for activation, norm in product(["tanh", "relu"], NORMS):
        profile = gradient_profile(Network(4, (8, 20, 20, 6), activation, "he", norm=norm, residual="plain"))
        parts = decompose(profile)
        together = parts.weight * parts.skip * parts.branch * parts.activation * parts.norm
        np.testing.assert_allclose(together, profile.delta_norm[:-1] / profile.delta_norm[1:], rtol=1e-12)
