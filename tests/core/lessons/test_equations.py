import re

import numpy as np
import pytest
import torch

from core import Experiment, Network, Training, gradient_profile, train
from core.compute.workers import unit_job
from core.lessons.equations import EQUATIONS
from core.networks.stack import Stack
from core.verdicts.reading import latex


def test_the_product_of_the_factors_written_is_the_signal_written():
    profile = gradient_profile(Network(10, 32, "sigmoid", "xavier"))
    written = EQUATIONS["product"].write(profile)
    assert latex(float(profile.delta_norm[0])) in written
    factors = [float(factor) for factor in re.findall(r"left\(([\d.]+)\\right", written)]
    assert len(factors) == 2
    assert np.prod(factors) ** 9 == pytest.approx(profile.delta_norm[0] / profile.delta_norm[-1], rel=0.05)


def test_a_power_is_the_ratio_of_first_to_last():
    profile = gradient_profile(Network(10, 32, "linear", "xavier"))
    assert EQUATIONS["power"].write(profile).endswith(latex(float(profile.delta_norm[0] / profile.delta_norm[-1])))


def test_clipping_shows_the_largest_gradient_and_what_becomes_of_it():
    (run,) = train([Experiment(Network(5), Training(steps=40, clip_norm=0.1))])
    written = EQUATIONS["clip"].write(run)
    largest = float(np.nanmax(run.raw_norm))
    assert latex(largest) in written
    assert latex(0.1 / largest) in written
    (free,) = train([Experiment(Network(5), Training(steps=40))])
    assert EQUATIONS["clip"].write(free).endswith(r"g \leftarrow g")


def test_a_diverged_run_has_a_largest_finite_gradient():
    (run,) = train([Experiment(Network(20, 32, "relu", "he", gain=1.2), Training(steps=40))])
    assert run.diverged_at is not None
    assert latex(float(run.raw_norm[np.isfinite(run.raw_norm)].max())) in EQUATIONS["clip"].write(run)


def test_a_normalized_value_is_that_of_batch_normalization():
    experiment = Experiment(Network(3, 16, "sigmoid", "torch"))
    (unit,) = unit_job([experiment], [])
    stack = Stack([experiment], "float64")
    inputs, _ = next(stack.batches())
    z = torch.nn.functional.linear(inputs[0], stack.parameters.weights[0][0], stack.parameters.biases[0][0, 0])
    normalized = torch.nn.functional.batch_norm(z, None, None, training=True)
    assert unit.value == pytest.approx(z[0, 0].item())
    assert unit.normalized == pytest.approx(normalized[0, 0].item(), rel=1e-9)
    assert EQUATIONS["normalize"].write(unit).endswith(latex(unit.normalized))


@pytest.mark.parametrize("name", ["step", "product", "power"])
@pytest.mark.parametrize(
    "network", [Network(1), Network(4, init="zeros"), Network(6, activation="relu", residual="plain", norm="layer")]
)
def test_an_equation_can_be_filled_in_for_any_network(name, network):
    assert EQUATIONS[name].write(gradient_profile(network))
