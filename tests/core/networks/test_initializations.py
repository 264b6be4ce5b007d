import math

import pytest
import torch
from scipy import stats

from core import Experiment, Network
from core.networks.initializations import INITIALIZATIONS
from core.networks.trainer import Stack

DRAWS = torch.randn(400, 300, generator=torch.Generator().manual_seed(1), dtype=torch.float64)  # fan_out, fan_in

VARIANCES = {"xavier": 2 / 700, "he": 2 / 300, "lecun": 1 / 300, "normal": 1 / 300, "torch": 1 / 900}


@pytest.mark.parametrize("name", VARIANCES)
def test_the_variance_is_the_one_in_the_paper(name):
    weights = INITIALIZATIONS[name].weights(DRAWS)
    assert weights.var().item() == pytest.approx(VARIANCES[name], rel=0.02)
    assert INITIALIZATIONS[name].variance(300, 400) == pytest.approx(VARIANCES[name], rel=1e-12)
    assert weights.mean().item() == pytest.approx(0, abs=4 * math.sqrt(VARIANCES[name] / weights.numel()))


@pytest.mark.parametrize("name", ["xavier", "he", "lecun", "normal"])
def test_the_draws_are_normal(name):
    weights = INITIALIZATIONS[name].weights(DRAWS)
    assert stats.kstest((weights / weights.std()).flatten()[:20_000].numpy(), "norm").pvalue > 0.001


def test_torch_is_uniform_within_the_bounds_of_nn_linear():
    bound = 1 / math.sqrt(300)
    ours = INITIALIZATIONS["torch"].weights(DRAWS).flatten()
    theirs = torch.nn.Linear(300, 400).weight.detach().flatten()
    assert ours.abs().max().item() <= bound
    assert stats.kstest(ours[:20_000].numpy(), stats.uniform(-bound, 2 * bound).cdf).pvalue > 0.001
    assert stats.ks_2samp(ours[:20_000].numpy(), theirs[:20_000].double().numpy()).pvalue > 0.001


def test_torch_draws_biases_too_and_the_others_start_them_at_zero():
    for name in INITIALIZATIONS:
        bias = Stack([Experiment(Network(init=name))], "float64").parameters.biases[3]
        assert bool(bias.any()) == (name == "torch"), name
        assert bias.abs().max().item() <= 1 / math.sqrt(32)


@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9)])
def test_orthogonal_rows_or_columns_have_length_one_and_right_angles(shape):
    weights = INITIALIZATIONS["orthogonal"].weights(DRAWS[: shape[0], : shape[1]])
    product = weights @ weights.T if shape[0] <= shape[1] else weights.T @ weights
    torch.testing.assert_close(product, torch.eye(min(shape), dtype=torch.float64), atol=1e-12, rtol=0)


@pytest.mark.parametrize("shape", [(60, 60), (90, 40), (40, 90)])
def test_the_variance_said_for_orthogonal_weights_is_theirs(shape):
    weights = INITIALIZATIONS["orthogonal"].weights(DRAWS[: shape[0], : shape[1]])
    said = INITIALIZATIONS["orthogonal"].variance(shape[1], shape[0])
    assert weights.square().mean().item() == pytest.approx(said, rel=1e-9)


def test_zeros_are_zero():
    assert not INITIALIZATIONS["zeros"].weights(DRAWS).any()
