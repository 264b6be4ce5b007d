"""Mean-field theory against closed forms, and against what the trainer measures on inputs in general position."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy import integrate

from core import Experiment, Fixable, Network, Training
from core.networks.activations import ACTIVATIONS
from core.networks.trainer import profiles
from core.theory import mean_field
from core.theory.moments import moments

STANDARD = {
    "sigmoid": "xavier", "tanh": "xavier", "softsign": "xavier", "linear": "lecun", "selu": "lecun", "relu": "he",
    "leaky_relu": "he", "elu": "he", "gelu": "he", "silu": "he", "softplus": "he",
}  # fmt: skip
SEEDS = 3
TRIM = slice(2, -2)  # the first and the last two layers are left out


@cache
def measured(network):
    """Geometric mean of |delta(l)| / |delta(l+1)| over layers and seeds."""
    training = Training(task="gaussian", batch_size=256)
    deltas = [p.delta_norm[TRIM] for p in profiles([Experiment(network, training, seed) for seed in range(SEEDS)])]
    return math.exp(np.mean([math.log(d[0] / d[-1]) / (len(d) - 1) for d in deltas]))


def predicted(network):
    return math.exp(np.log(mean_field.predict(network).factor[TRIM]).mean())


@pytest.mark.parametrize("gain", [1.0, 0.5, 2.0])
@pytest.mark.parametrize("activation", STANDARD)
def test_the_measured_factor_is_the_predicted_one(activation, gain):
    network = Network(20, 256, activation, STANDARD[activation], gain=gain)
    slow_to_settle = activation == "gelu" and gain == 1.0
    assert measured(network) == pytest.approx(predicted(network), rel=0.06 if slow_to_settle else 0.02)


@pytest.mark.parametrize(("init", "bias"), [("torch", 0.0), ("orthogonal", 0.0), ("xavier", -2.0), ("xavier", 1.0)])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_other_initializations_and_biases_are_predicted_too(activation, init, bias):
    network = Network(20, 256, activation, init, bias=bias)
    assert measured(network) == pytest.approx(predicted(network), rel=0.02)


def test_batch_normalized_relu_explodes_at_the_rate_of_yang_and_others():
    network = Network(20, 256, "relu", "he", norm="batch")
    assert predicted(network) == pytest.approx(
        math.sqrt(math.pi / (math.pi - 1)), rel=1e-4
    )  # 1e-5 is added to variances
    assert measured(network) == pytest.approx(math.sqrt(math.pi / (math.pi - 1)), abs=0.02)


@pytest.mark.parametrize("activation", STANDARD)
def test_batch_normalization_is_predicted(activation):
    """At a batch of 256 the most curved, SiLU first, are a few percent above the prediction for an infinite one."""
    network = Network(20, 256, activation, STANDARD[activation], norm="batch")
    assert measured(network) == pytest.approx(predicted(network), rel=0.035)


@pytest.mark.parametrize("activation", STANDARD)
def test_layer_normalization_is_predicted(activation):
    network = Network(20, 256, activation, STANDARD[activation], norm="layer")
    assert measured(network) == pytest.approx(predicted(network), rel=0.03)


def test_layer_normalization_does_not_rescue_the_sigmoid_and_batch_normalization_does():
    batch, layer = (mean_field.per_layer_factor(Network(20, 256, "sigmoid", norm=norm)) for norm in ("batch", "layer"))
    assert batch == pytest.approx(1.017, abs=1e-3)
    assert layer == pytest.approx(0.391, abs=1e-3)


@pytest.mark.parametrize(
    ("residual", "norm"),
    [("scaled", "none"), ("plain", "batch"), ("scaled", "batch"), ("plain", "layer"), ("scaled", "layer")],
)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_residual_branches_are_predicted(activation, residual, norm):
    network = Network(20, 256, activation, STANDARD[activation], norm=norm, residual=residual)
    assert measured(network) == pytest.approx(predicted(network), rel=0.02)


@pytest.mark.parametrize("activation", ["tanh", "linear", "softsign"])
def test_plain_skips_without_normalization_are_predicted(activation):
    network = Network(20, 256, activation, STANDARD[activation], residual="plain")
    assert measured(network) == pytest.approx(predicted(network), rel=0.02)


def test_where_skips_line_all_signals_up_theory_refuses_and_is_right_to():
    """Measured, the factor is well above sqrt(2); in few layers it is not yet."""
    deep, shallow = (Network(depth, 256, "relu", "he", residual="plain") for depth in (30, 9))
    assert measured(deep) > 1.07 * math.sqrt(2)
    for question in (mean_field.predict, mean_field.phase):
        with pytest.raises(Fixable, match="lines all signals up"):
            question(deep)
    assert measured(shallow) == pytest.approx(predicted(shallow), rel=0.035)


@pytest.mark.parametrize(("norm", "gain"), [("batch", 1e-4), ("layer", 1e-3), ("batch", 0.01)])
def test_weights_so_small_that_normalization_cannot_see_them_are_predicted(norm, gain):
    network = Network(20, 256, "tanh", "xavier", gain=gain, norm=norm)
    assert predicted(network) < 1.08
    assert measured(network) == pytest.approx(predicted(network), rel=0.02)


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")  # it is as exact as it can be, and says so
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("mean", "variance"), [(0.0, 1.0), (0.0, 1e-6), (0.0, 1e4), (-3.0, 0.5), (5.0, 4.0)])
def test_the_quadrature_is_exact(activation, mean, variance):
    """Against adaptive integration by scipy, cut at the kinks."""
    chosen, sd = ACTIVATIONS[activation], math.sqrt(variance)
    spots = [0.0, -1.0, 1.0, -10.0, 10.0, *(mean + sd * np.arange(-11, 12))]
    cuts = [mean - 12 * sd, *sorted(s for s in spots if abs(s - mean) < 12 * sd), mean + 12 * sd]

    def average(function):
        def weighed(z):
            value = function(torch.tensor([z], dtype=torch.float64)).item()
            return value * math.exp(-(((z - mean) / sd) ** 2) / 2) / sd / math.sqrt(2 * math.pi)

        return sum(integrate.quad(weighed, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in pairwise(cuts))

    found = moments(activation, mean, variance)
    assert found.square == pytest.approx(average(lambda z: chosen.function(z) ** 2), rel=1e-9)
    assert found.slope_square == pytest.approx(average(lambda z: chosen.slope(z, chosen.function(z)) ** 2), rel=1e-9)
    assert found.mean == pytest.approx(average(chosen.function), rel=1e-9, abs=1e-12 * sd)


def test_relu_has_the_closed_form():
    """E[max(z, 0)^2] = q / 2, E[phi'^2] = 1/2, E[max(z, 0)] = sqrt(q / 2 pi)."""
    assert moments("relu", 0.0, 7.0) == pytest.approx((math.sqrt(7 / (2 * math.pi)), 3.5, 0.5), rel=1e-12)


@pytest.mark.parametrize(
    ("network", "name", "length", "chi"),
    [  # FACTS: fixed points and slopes, by hand or by an independent quadrature
        (Network(20, 64, "sigmoid", "torch"), "ordered", None, 0.020),
        (Network(20, 64, "sigmoid", "xavier"), "ordered", 0.2647, 0.0557),
        (Network(20, 64, "sigmoid", "he"), "ordered", 0.5553, 0.318**2),
        (Network(20, 64, "selu", "lecun"), "chaotic", 1.0, 1.0716),
        (Network(20, 64, "relu", "he"), "edge", None, 1.0),
        (Network(20, 64, "tanh", "xavier"), "edge", 0.0, 1.0),
        (Network(20, 64, "tanh", "normal", gain=0.9), "ordered", 0.0, 0.81),
        (Network(20, 64, "gelu", "he"), "ordered", 0.0, 0.5),
        (Network(20, 64, "relu", "he", gain=2.0), "chaotic", math.inf, 4.0),
        (Network(20, 64, "relu", "he", norm="batch"), "chaotic", None, math.pi / (math.pi - 1)),
        (Network(20, 64, "linear", "he", norm="batch"), "edge", None, 1.0),
    ],
)  # fmt: skip
def test_the_phase_is_the_known_one(network, name, length, chi):
    found = mean_field.phase(network)
    assert found.name == name
    assert found.chi == pytest.approx(chi, rel=5e-3)
    if length is not None:
        assert found.length == pytest.approx(length, rel=1e-3, abs=1e-3)
    if name == "edge":
        assert found.depth_scale == math.inf
    else:
        assert found.depth_scale == pytest.approx(1 / abs(math.log(found.chi)))


@pytest.mark.parametrize(
    ("weight_variance", "factor"), [(1.0, 0.871), (1.3, 0.938), (2.5, 1.065), (4.0, 1.159)]
)  # FACTS
def test_tanh_with_random_biases_goes_from_order_to_chaos(weight_variance, factor):
    """Schoenholz et al. 2017, with sigma_b^2 = 0.05."""
    found = mean_field.fixed_point("tanh", weight_variance, 0.05)
    assert math.sqrt(found.chi) == pytest.approx(factor, abs=1e-3)
    q = found.length  # a fixed point is one
    assert weight_variance * moments("tanh", 0.0, q).square + 0.05 == pytest.approx(q, rel=1e-10)


def test_the_logistic_is_on_the_edge_only_deep_in_saturation():
    """FACTS: with zero bias at sigma_w^2 = 103."""
    below, above = (mean_field.phase(Network(20, 64, "sigmoid", "normal", gain=math.sqrt(s))).chi for s in (98, 108))
    assert below < 1 < above


def test_normalization_makes_the_gain_irrelevant():
    for norm in ("batch", "layer"):
        small, large = (mean_field.per_layer_factor(Network(10, 64, "tanh", gain=g, norm=norm)) for g in (0.1, 10.0))
        assert small == pytest.approx(large, rel=0.01)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (Network(10, 64, init="zeros"), "weights of zero"),
        (Network(10, 64, residual="zero"), "unchanged"),
        (Network(1, 64), "no factor"),
        (Network(10, 4), "wide"),
    ],
)
def test_where_theory_has_nothing_to_say_it_says_so(network, says):
    for question in (mean_field.predict, mean_field.per_layer_factor, mean_field.phase):
        with pytest.raises(Fixable, match=says):
            question(network)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (Network(20, 64, "relu", "he", bias=-0.3), "dead|dies"),
        (Network(20, 64, "tanh", bias=1e9), "dead|dies"),
        (Network(20, 64, gain=1e200), "nearer to 1"),
        (Network(20, 64, "tanh", norm="batch", gain=1e-300), "range of numbers"),
    ],
)
def test_extreme_networks_get_a_sentence_and_no_invented_number(network, says):
    for question in (mean_field.per_layer_factor, mean_field.phase):
        with pytest.raises(Fixable, match=says):
            question(network)


@pytest.mark.parametrize("scale", ["a", float("nan"), 0, -1, 1e200])
def test_a_nonsense_input_scale_is_refused(scale):
    with pytest.raises(Fixable, match="input_scale"):
        mean_field.predict(Network(20, 64), input_scale=scale)


def test_nonsense_variances_are_refused():
    for arguments in (("foo", 1.0), ("relu", -1.0), ("relu", float("nan")), ("relu", 1.0, -0.1)):
        with pytest.raises(Fixable):
            mean_field.fixed_point(*arguments)


@pytest.mark.parametrize(
    ("activation", "weight_variance", "length"),
    [("softplus", 2.0, math.inf), ("tanh", 1.0, 0.0), ("softsign", 1.0, 0.0)],
)
def test_what_grows_or_shrinks_by_a_power_of_depth_only_is_on_the_edge(activation, weight_variance, length):
    found = mean_field.fixed_point(activation, weight_variance)
    assert (found.name, found.chi, found.length, found.depth_scale) == ("edge", 1.0, length, math.inf)


def test_residual_tanh_networks_are_on_the_edge():
    """Yang & Schoenholz 2017: gradients of residual tanh networks grow more slowly than exponentially."""
    assert mean_field.phase(Network(20, 64, "tanh", residual="plain")).name == "edge"
    assert mean_field.phase(Network(20, 64, "linear", residual="plain")).chi == pytest.approx(2, rel=1e-9)


def test_an_activation_with_two_fates_is_told_where_to_start():
    assert mean_field.fixed_point("silu", 2.5, start=0.1).length == 0
    assert mean_field.fixed_point("silu", 2.5, start=100.0).length == math.inf


def test_a_network_without_one_kind_of_layer_has_no_phase():
    for network in (Network(3, (64, 32, 64)), Network(3, 64, residual="scaled")):
        with pytest.raises(Fixable, match="has no phase"):
            mean_field.phase(network)


def test_on_points_in_the_plane_the_prediction_calls_itself_a_guide():
    assert "guide" in mean_field.predict(Network(), "circles").caveat
    assert not mean_field.predict(Network(10, 256), "gaussian").caveat
    assert "narrow" in mean_field.predict(Network(60, 64), "gaussian").caveat
    assert "batches" in mean_field.predict(Network(10, 256, norm="batch")).caveat


@pytest.mark.parametrize(("activation", "init", "lasts"), [("sigmoid", "xavier", 12), ("relu", "he", 4)])
def test_batch_normalization_of_points_in_the_plane_starts_with_a_transient_and_says_so(activation, init, lasts):
    network = Network(30, 32, activation, init, norm="batch")
    assert "two directions" in mean_field.predict(network, "circles").caveat
    assert "two directions" not in mean_field.predict(network, "gaussian").caveat
    deltas = [p.delta_norm for p in profiles([Experiment(network, seed=seed) for seed in range(15)])]
    found = np.exp(np.mean([np.log(d[:-1] / d[1:]) for d in deltas], axis=0)) / mean_field.predict(network).factor
    typical = [float(np.exp(np.log(part).mean())) for part in (found[1:4], found[lasts:])]
    assert typical[0] > 1.2
    assert typical[1] == pytest.approx(1, abs=0.12)


def test_layers_of_different_widths_follow_their_own_fans():
    network = Network(8, (256, 224, 192, 160, 128, 128, 96, 96), "tanh", "xavier")
    training = Training(task="gaussian", batch_size=256)
    deltas = [p.delta_norm for p in profiles([Experiment(network, training, seed) for seed in range(40)])]
    found = np.exp(np.mean([np.log(d[:-1] / d[1:]) for d in deltas], axis=0))
    expected = mean_field.predict(network).factor
    np.testing.assert_allclose(found[1:-2], expected[1:-2], rtol=0.04)  # one layer of one seed: about 6 %
    assert np.ptp(expected[1:-2]) > 0.05  # so that the order matters


ALIKE = {
    "relu": Network(10, 512, "relu", "he"),
    "leaky_relu": Network(10, 512, "leaky_relu", "he"),
    "tanh": Network(10, 512, "tanh", "torch"),
    "softsign": Network(10, 512, "softsign", "he", bias=0.5),
    "sigmoid": Network(10, 512, "sigmoid", "xavier"),
    "gelu": Network(10, 512, "gelu", "he"),
    "layer norm": Network(10, 512, "relu", "he", norm="layer"),
    "batch norm": Network(10, 512, "relu", "he", norm="batch"),
    "scaled skips": Network(10, 512, "relu", "he", residual="scaled"),
    "skips and batch norm": Network(10, 512, "tanh", "he", norm="batch", residual="plain"),
}


@pytest.mark.parametrize("network", ALIKE.values(), ids=ALIKE)
def test_how_alike_points_become_is_predicted_within_two_hundredths(network):
    training = Training(task="gaussian", batch_size=256)
    found = profiles([Experiment(network, training, seed) for seed in range(6)])
    said = mean_field.predict(network)
    for name in ("cosine", "correlation"):
        measured_alike = np.mean([getattr(p, f"activation_{name}") for p in found], axis=0)
        np.testing.assert_allclose(getattr(said, name), measured_alike, atol=0.02)


def test_the_correlation_map_of_relu_is_the_one_in_closed_form():
    """Cho and Saul 2009, "Kernel methods for deep learning": the arc-cosine kernel of degree 1."""
    said = mean_field.predict(Network(30, 256, "relu", "he")).cosine
    assert said[0] == pytest.approx(1 / math.pi, abs=1e-4)
    for before, after in pairwise(said):
        angle = math.acos(before)
        assert after == pytest.approx((math.sin(angle) + (math.pi - angle) * before) / math.pi, abs=2e-4)


def test_points_that_are_almost_the_same_are_told_apart():
    """1 - cosine shrinks by chi per layer (Schoenholz et al. 2017), also where it is far below the rounding of 1."""
    through = list(mean_field.layers(Network(2, 256, "tanh", "xavier", gain=0.5)))[20:24]
    shares = [layer.spread / layer.square for layer in through]
    assert shares == pytest.approx([1.0] * 4)  # without biases, tanh leaves independent points independent
    sigmoid = [layer.spread / layer.square for layer in list(mean_field.layers(Network(2, 256, "sigmoid")))[4:12]]
    assert sigmoid[-1] < 1e-9
    for before, after in pairwise(sigmoid):
        assert math.sqrt(after / before) == pytest.approx(0.236, abs=0.001)
