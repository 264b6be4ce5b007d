import pytest
import torch

from core.networks.activations import ACTIVATIONS

Z = torch.linspace(-12, 12, 24_001, dtype=torch.float64)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_is_the_derivative_of_the_function(name):
    activation = ACTIVATIONS[name]
    z = Z[Z.abs() > 1e-3]  # a finite difference cannot straddle a kink
    rise = activation.function(z + 1e-6) - activation.function(z - 1e-6)
    torch.testing.assert_close(activation.slope(z, activation.function(z)), rise / 2e-6, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_steepest_slope_is_what_it_is_said_to_be(name):
    activation = ACTIVATIONS[name]
    measured = activation.slope(Z, activation.function(Z)).abs().max().item()
    assert activation.steepest == pytest.approx(measured, rel=1e-3)


def test_the_sigmoid_passes_on_a_quarter_at_most_and_tanh_all():
    assert ACTIVATIONS["sigmoid"].steepest == 0.25
    assert ACTIVATIONS["tanh"].steepest == 1.0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_no_activation_overflows_at_large_inputs(name):
    activation = ACTIVATIONS[name]
    z = torch.tensor([-1e4, 1e4], dtype=torch.float32)
    a = activation.function(z)
    assert a.isfinite().all()
    assert activation.slope(z, a).isfinite().all()
