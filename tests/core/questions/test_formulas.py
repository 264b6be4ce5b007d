"""Every formula against a number that was worked out in another way: by torch, by sampling, or by hand."""

import math
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from core.networks.activations import ACTIVATIONS
from core.questions.formulas import (
    activations,
    backpropagation,
    clipping,
    initializations,
    optimizers,
    precision,
    products,
    sequences,
)
from core.questions.keys import FORMULAS, KEYS, _functions

near = pytest.approx
CHECKED = {}


def checks(*names):
    """Note which formulas a test is about."""

    def note(test):
        CHECKED.update(dict.fromkeys(names, test.__name__))
        return test

    return note


def slope(function, z):
    """By automatic differentiation."""
    at = torch.tensor(float(z), dtype=torch.float64, requires_grad=True)
    function(at).backward()
    return at.grad.item()


@checks("sigmoid", "sigmoid_slope", "tanh_slope", "slope_ceiling", "steepest_slopes")
def test_slopes():
    for z in (-2, 0, 1, 4):
        assert activations.sigmoid(z) == near(torch.sigmoid(torch.tensor(float(z), dtype=torch.float64)).item())
        assert activations.sigmoid_slope(z) == near(slope(torch.sigmoid, z))
        assert activations.tanh_slope(z) == near(slope(torch.tanh, z))
    assert activations.slope_ceiling() == ACTIVATIONS["sigmoid"].steepest == 0.25
    partners = {"quarter": 0.25, "half": 0.5, "one": 1.0}
    steepest = activations.steepest_slopes()
    assert {name: partners[steepest[name]] for name in ("sigmoid", "tanh", "relu")} == {
        name: ACTIVATIONS[name].steepest for name in ("sigmoid", "tanh", "relu")
    }
    shares = [slope(lambda a: torch.softmax(torch.stack([a, torch.zeros_like(a)]), 0)[0], z / 10) for z in range(-9, 9)]
    assert partners[steepest["softmax"]] == near(max(shares))


@checks("kept_whole", "nothing", "threshold", "plain_step", "one_more", "clipping_factor", "clipped_layers_factor")
def test_what_somebody_might_think():
    assert clipping.clipping_factor(6.5) == 0.5
    assert clipping.clipped_layers_factor(5) == near(0.1, rel=1e-6)
    assert clipping.clipped_layers_factor(60) == 1
    assert (products.kept_whole(), products.nothing(), products.one_more(0.25)) == (1, 0, 1.25)
    assert (clipping.threshold(0.5), optimizers.plain_step(1e-9)) == (0.5, 1e-9)


@checks(
    "slope_product_log10", "slope_product_ln", "slope_product_positive", "slope_mean_product_log10",
    "half_slopes_log10", "equal_amounts_log10", "sign_forgotten_log10",
    "power_log10", "power_ln", "power", "added_log10", "lost", "power_positive", "one_factor_log10", "power_in_percent",
    "ceiling_ln",
)  # fmt: skip
def test_products_of_one_factor():
    ten = Fraction(1, 4) ** 10
    assert products.slope_product_log10(10) == near(math.log10(ten)) == near(-6.0206)
    assert products.slope_product_ln(10) == near(math.log(ten))
    assert products.slope_product_positive(10) == near(6.0206)
    assert products.slope_mean_product_log10(3) == near(math.log10(Fraction(1, 512)))
    assert products.half_slopes_log10(depth=4) == near(math.log10(Fraction(1, 512)))
    assert products.equal_amounts_log10(depth=10) == near(math.log10(1 - 9 * 0.1))
    assert products.sign_forgotten_log10(depth=11) == near(6.0206)
    assert products.power_log10(0.8, 30) == near(math.log10(Fraction(4, 5) ** 30)) == near(-2.9073, abs=1e-4)
    assert products.power_ln(0.5, 3) == near(-2.0794, abs=1e-4)
    assert products.power(1.1, 50) == near(float(Fraction(11, 10) ** 50)) == near(117.39, abs=0.01)
    assert products.added_log10(0.25, 40) == 1
    assert products.lost(0.5, 3) == 0.875
    assert products.power_positive(0.8, 30) == near(2.9073, abs=1e-4)
    assert products.one_factor_log10(0.01) == -2
    assert products.power_in_percent(0.5, 3) == 12.5
    assert products.ceiling_ln(depth=11) == near(math.log(ten))


@checks("first_below", "exact_below", "last_above", "equal_amounts_below")
def test_when_it_is_below():
    for r in (0.25, 0.5, 0.8, 0.9):
        for t in (1e-4, 1e-5):
            n, value = 0, Fraction(1)
            while value >= Fraction(str(t)):
                n, value = n + 1, value * Fraction(str(r))
            assert (products.first_below(r, t), products.last_above(r, t)) == (n, n - 1)
            assert r ** products.exact_below(r, t) == near(t)
    assert products.equal_amounts_below(0.8, 1e-3) == 5  # 1, 0.8, 0.6, 0.4, 0.2, 0


@checks("factor_of_fall", "decades_per_layer", "decades_without_sign", "factor_of_rise", "equal_amounts")
def test_a_line_on_the_log_axis():
    line = np.logspace(0, -6, 11)  # six decades in ten steps
    assert products.factor_of_fall(6, 10) == near(line[1] / line[0]) == near(0.2512, abs=1e-4)
    assert products.factor_of_rise(6, 10) == near(line[0] / line[1])
    assert products.decades_per_layer(6, 10) == near(np.diff(np.log10(line))[0])
    assert products.decades_without_sign(6, 20) == 0.3
    assert products.equal_amounts(10) == near(np.linspace(1, 0, 11)[1])


@checks(
    "he_std", "he_variance", "lecun_std", "he_root_of_two_only", "he_halved",
    "xavier_std", "xavier_bound", "xavier_variance", "xavier_bound_of_inputs",
)  # fmt: skip
def test_initial_weights_are_those_of_torch():
    for n, m in ((300, 100), (64, 128)):
        weight = torch.empty(m, n)
        rules = [
            (torch.nn.init.kaiming_normal_, initializations.he_std(n)),
            (torch.nn.init.xavier_normal_, initializations.xavier_std(n, m)),
            (lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"), initializations.lecun_std(n)),
        ]
        for rule, std in rules:
            torch.manual_seed(0)
            assert torch.stack([rule(weight).clone() for _ in range(50)]).std().item() == near(std, rel=0.01)
        even = torch.nn.init.xavier_uniform_(torch.empty(m, n))
        assert even.abs().max().item() == near(initializations.xavier_bound(n, m), rel=0.005)
        assert even.abs().max().item() <= initializations.xavier_bound(n, m) * (1 + 1e-6)
        assert initializations.xavier_variance(n, m) == near(initializations.xavier_std(n, m) ** 2)
        assert initializations.xavier_bound_of_inputs(n) == near(initializations.xavier_bound(n, n))
        assert initializations.he_root_of_two_only(n) * n == near(math.sqrt(2))
        assert initializations.he_halved(n) * 2 == near(initializations.he_std(n))
    assert initializations.he_variance(512) == near(initializations.he_std(512) ** 2) == near(0.0625**2)


def carried(activation, variance, n=3000):
    """By what a step back through a wide random layer multiplies the root of the mean square, by sampling."""
    dice = np.random.default_rng(0)
    z, delta = dice.standard_normal(n), dice.standard_normal(n)
    weight = dice.standard_normal((n, n)) * math.sqrt(variance / n)
    back = (weight.T @ delta) * (z > 0 if activation == 0 else np.where(z > 0, 1, activation))
    return math.sqrt((back**2).mean() / (delta**2).mean())


@checks(
    "relu_default_log10", "relu_default_squared", "relu_default_half_only", "relu_default_weights_only",
    "relu_lecun_log10", "relu_lecun_squared", "relu_gain", "leaky_gain", "leaky_gain_without_square",
    "leaky_gain_squared", "leaky_gain_without_half",
)  # fmt: skip
def test_steps_back_through_relu_by_sampling_a_wide_layer():
    assert initializations.relu_default_log10(1) == near(math.log10(carried(0, 1 / 3)), abs=0.02)
    assert initializations.relu_lecun_log10(1) == near(math.log10(carried(0, 1)), abs=0.02)
    assert carried(0, initializations.relu_gain() ** 2) == near(1, abs=0.03)
    assert initializations.relu_default_log10(20) == near(-7.7815, abs=1e-4)
    assert initializations.relu_default_squared(20) == near(2 * initializations.relu_default_log10(20))
    assert initializations.relu_default_half_only(20) == initializations.relu_lecun_log10(20) == near(-3.0103, abs=1e-4)
    assert initializations.relu_lecun_squared(20) == near(-6.0206)
    assert initializations.relu_default_weights_only(2) == near(math.log10(1 / 3))
    for a in (0.4, 0.8):
        assert carried(a, initializations.leaky_gain(a) ** 2) == near(1, abs=0.03)
        assert initializations.leaky_gain(a) == near(torch.nn.init.calculate_gain("leaky_relu", a))
        assert initializations.leaky_gain_without_square(a) < initializations.leaky_gain(a)
        assert math.sqrt(initializations.leaky_gain_squared(a)) == near(initializations.leaky_gain(a))
        assert carried(a, initializations.leaky_gain_without_half(a) ** 2) == near(math.sqrt(0.5), abs=0.03)
    assert initializations.leaky_gain_without_square(1.0) == 1


@checks(
    "steps_back_log10", "layers_back_log10", "slopes_back_log10", "weights_back_log10", "single_step_back_log10",
    "steps_back_ln",
)  # fmt: skip
def test_steps_back_are_one_fewer_than_layers():
    size, steps = 1.0, 0
    for _ in range(6, 1, -1):  # from layer 6 to layer 1
        size, steps = size * 0.8 * 0.25, steps + 1
    assert steps == 5
    assert products.steps_back_log10(0.8, 0.25, 6) == near(math.log10(size))
    assert products.layers_back_log10(0.8, 0.25, 6) == near(math.log10(size * 0.8 * 0.25))
    assert products.slopes_back_log10(0.25, 6) == near(math.log10(0.25**5))
    assert products.weights_back_log10(0.8, 6) == near(math.log10(0.8**5))
    assert products.single_step_back_log10(0.8, 0.25) == near(math.log10(size) / 5)
    assert products.steps_back_ln(0.8, 0.25, 6) == near(math.log(size))


@checks("swapping_log10", "stretched_log10", "swapping_twice_log10", "shrunk_log10", "swapping_ln")
def test_swapping():
    assert products.swapping_log10(3, 0.2, 10) == near(5 * math.log10(0.6))
    assert products.stretched_log10(3, 10) == near(10 * math.log10(np.linalg.norm([[0, 3], [0.2, 0]], 2)))
    assert products.swapping_twice_log10(3, 0.2, 10) == near(10 * math.log10(0.6))
    assert products.shrunk_log10(0.2, 10) == near(10 * math.log10(np.linalg.norm([[0, 3], [0.2, 0]], -2)))
    assert products.swapping_ln(3, 0.2, 10) == near(5 * math.log(0.6))


@checks(
    "recent_share", "older_share", "equal_share", "total_log10", "unheard", "gate_statements",
    "recent_sum", "recent_percent",
)  # fmt: skip
def test_sums_over_time():
    parts = [Fraction(9, 10) ** k for k in range(100)]
    assert sequences.recent_share(0.9, 10, 100) == near(float(sum(parts[:10]) / sum(parts))) == near(0.6513, abs=1e-4)
    assert sequences.older_share(0.9, 10, 100) == near(float(sum(parts[10:]) / sum(parts)))
    assert sequences.equal_share(10, 100) == 0.1
    assert sequences.recent_sum(0.9, 10) == near(float(sum(parts[:10])))
    assert sequences.recent_percent(0.9, 10, 100) == near(65.13, abs=0.01)
    assert sequences.total_log10(0.9, 99) == near(math.log10(sum(parts)))
    assert sum(parts[50:]) < 0.01 * sum(parts)
    assert sum(parts) > 1
    assert sequences.unheard(0.9, 100) == "far"
    assert sequences.unheard(1.0, 100) == "none"
    assert sequences.unheard(1.5, 100) == "near"
    assert sequences.gate_statements() == {"recent"}
    left = [gate**100 for gate in (0.95, 0.99)]
    assert left == near([0.0059, 0.366], abs=1e-3)


@checks("gate_for_half", "forgetting_for_half", "half_shared_out", "forgetting_in_percent")
def test_a_gate_that_keeps_half():
    for steps in (10, 100):
        kept = 1.0
        for _ in range(steps):
            kept *= sequences.gate_for_half(steps)
        assert kept == near(0.5)
        assert sequences.forgetting_for_half(steps) == near(-math.expm1(math.log(0.5) / steps))
        assert sequences.half_shared_out(steps) * steps == 0.5
    assert sequences.gate_for_half(100) == near(0.9931, abs=1e-4)
    assert sequences.forgetting_in_percent(100) == near(0.69, abs=0.01)


@checks(
    "clipped_entry", "clipped_by_value", "clipped_over_one_norm", "unclipped_entry", "value_clip_cosine", "length_kept",
    "value_clip_product", "value_clip_degrees",
)  # fmt: skip
def test_clipping_is_torchs():
    for c in (2.6, 5.0):
        weight = torch.nn.Parameter(torch.zeros(3, dtype=torch.float64))
        raw = torch.tensor([3.0, 4.0, 12.0], dtype=torch.float64)
        weight.grad = raw.clone()
        torch.nn.utils.clip_grad_norm_([weight], c)
        assert clipping.clipped_entry(c) == near(weight.grad[2].item(), rel=1e-5)
        weight.grad = raw.clone()
        torch.nn.utils.clip_grad_value_([weight], c)
        assert clipping.clipped_by_value(c) == weight.grad[2].item()
        assert clipping.value_clip_cosine(c) == near(torch.cosine_similarity(raw, weight.grad, dim=0).item())
        assert clipping.value_clip_product(c) == near(torch.dot(raw, weight.grad).item())
        between = torch.arccos(torch.cosine_similarity(raw, weight.grad, dim=0))
        assert clipping.value_clip_degrees(c) == near(torch.rad2deg(between).item())
        assert clipping.length_kept(c) == near((weight.grad.norm() / raw.norm()).item())
        assert clipping.clipped_over_one_norm(c) == near(12 * c / 19)
    assert clipping.unclipped_entry() == 12
    assert clipping.value_clip_cosine(5) == near(0.925, abs=1e-3)


@checks("clipped_first_layer", "unclipped_first_layer", "clipping_statements", "lifted_first_layer")
def test_clipping_layers_together_is_torchs():
    layers = [torch.nn.Parameter(torch.zeros(1, dtype=torch.float64)) for _ in clipping.LAYERS]
    for layer, norm in zip(layers, clipping.LAYERS, strict=True):
        layer.grad = torch.tensor([norm], dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_(layers, 1.0)
    clipped = [layer.grad.item() for layer in layers]
    assert clipping.clipped_first_layer(1.0) == near(clipped[0], rel=1e-6) == near(2e-8, rel=1e-6)
    assert clipping.unclipped_first_layer() == clipping.LAYERS[0]
    assert clipping.lifted_first_layer(1.0) == near(clipping.LAYERS[0] * 50, rel=1e-6)
    assert clipped[0] / clipped[2] == near(clipping.LAYERS[0] / clipping.LAYERS[2])
    assert math.hypot(*clipped) == near(1, rel=1e-5)
    assert clipping.clipping_statements() == {"ratios", "direction", "length"}


@checks("clipped_path", "unclipped_path", "path_without_rate", "single_clipped_step", "clipped_path_at_random")
def test_how_far_clipped_steps_lead():
    weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    descent = torch.optim.SGD([weight], lr=0.1)
    for _ in range(100):
        weight.grad = torch.tensor([-5.0], dtype=torch.float64)
        torch.nn.utils.clip_grad_norm_([weight], 0.01)
        descent.step()
    assert clipping.clipped_path(0.1, 0.01, 100) == near(weight.item(), rel=1e-6)
    assert clipping.unclipped_path(0.1, 5, 100) == near(50)
    assert clipping.path_without_rate(0.01, 100) == near(1)
    assert clipping.single_clipped_step(0.1, 0.01) == near(weight.item() / 100, rel=1e-6)
    turns = np.random.default_rng(0).standard_normal((200, 100, 50))
    turns *= 0.001 / np.linalg.norm(turns, axis=-1, keepdims=True)
    typical = np.linalg.norm(turns.sum(axis=1), axis=-1).mean()
    assert clipping.clipped_path_at_random(0.1, 0.01, 100) == near(typical, rel=0.02)


@checks("adam_step", "step_over_epsilon", "share_of_epsilon")
def test_the_step_of_adam():
    for g in (1e-10, 1e-8, 1e-7):
        weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
        adam = torch.optim.Adam([weight], lr=1.0)
        for _ in range(50):
            before = weight.item()
            weight.grad = torch.tensor([g], dtype=torch.float64)
            adam.step()
        assert optimizers.adam_step(g) == near(before - weight.item(), rel=1e-6)
    assert optimizers.step_over_epsilon(3e-9) == near(0.3)
    assert optimizers.share_of_epsilon(3e-8) == near(0.25)


@checks(
    "branch_product", "branch_sum", "scaled_branch_product", "branch_product_log10", "branches_without_skips",
    "factor_times_count", "root_scaled_branch_product",
)  # fmt: skip
def test_blocks_with_skips():
    signal = summed = scaled = 1.0
    for _ in range(50):
        signal, summed, scaled = signal + 0.1 * signal, summed + 0.1, scaled + 0.1 / 50 * scaled
    assert products.branch_product(0.1, 50) == near(signal) == near(117.39, abs=0.01)
    assert products.branch_sum(0.1, 50) == near(summed)
    assert products.scaled_branch_product(0.1, 50) == near(scaled) == near(1.105, abs=1e-3)
    assert products.branch_product_log10(0.1, 50) == near(math.log10(signal))
    assert products.branches_without_skips(0.1, 50) == near(1e-50)
    assert products.factor_times_count(0.1, 50) == near(55)
    assert products.root_scaled_branch_product(0.1, 100) == near(1.01**100)


@checks(
    "half_precision_end", "half_precision_last", "single_precision_end",
    "loss_scale_log2", "loss_scale_all_digits_log2", "loss_scale_back_to_one_log2",
    "half_precision_digits_end", "loss_scale_one_short_log2", "loss_scale",
)  # fmt: skip
def test_where_number_formats_end():
    for r in (0.5, 0.25, 0.125):
        for form, end in (
            (torch.float16, precision.half_precision_end),
            (torch.float32, precision.single_precision_end),
        ):
            signal, steps = torch.tensor(1.0, dtype=form), 0
            while signal != 0:
                signal, steps = signal * r, steps + 1
            assert end(r) == steps
        assert precision.half_precision_last(r) == precision.half_precision_end(r) - 1
        digits = int(precision.half_precision_digits_end(r))
        assert r**digits < torch.finfo(torch.float16).tiny <= r ** (digits - 1)
    assert precision.half_precision_end(0.25) == 13
    for depth in (13, 20):
        s = int(precision.loss_scale_log2(0.25, depth))
        assert torch.tensor(2.0 ** (s - 2 * depth)).half() > 0
        assert torch.tensor(2.0 ** (s - 1 - 2 * depth)).half() == 0
        assert 2.0 ** (precision.loss_scale_all_digits_log2(0.25, depth) - 2 * depth) == torch.finfo(torch.float16).tiny
        assert 2.0 ** precision.loss_scale_back_to_one_log2(0.25, depth) * 0.25**depth == 1
    assert precision.loss_scale_log2(0.25, 20) == 16
    assert precision.loss_scale_one_short_log2(0.25, 20) == 15
    assert precision.loss_scale(0.25, 20) == 65_536


@checks("mse_gradient")
def test_the_gradient_of_half_the_squared_error():
    for z in (1, 4):
        assert backpropagation.mse_gradient(z) == near(slope(lambda at: torch.sigmoid(at) ** 2 / 2, z))


@checks("cross_entropy", "cross_entropy_slope_for_one")
def test_the_cross_entropy_and_its_slope_are_torchs():
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    for z in (1, 4):
        score = torch.tensor(float(z), dtype=torch.float64)
        assert backpropagation.cross_entropy(z) == near(loss(score, torch.zeros_like(score)).item())
        assert backpropagation.cross_entropy_slope_for_one(z) == near(
            slope(lambda at: loss(at, torch.ones_like(at)), z)
        )


@checks("all_of_them", "all_but_zeros", "half_of_those_that_move")
def test_how_many_tensors_there_are():
    layers = [torch.nn.Linear(2, 8), *(torch.nn.Linear(8, 8) for _ in range(2)), torch.nn.Linear(8, 1)]
    assert backpropagation.all_of_them(3) == len(list(torch.nn.Sequential(*layers).parameters()))
    for layer in layers[:3]:
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    left = sum(bool(p.any()) for p in torch.nn.Sequential(*layers).parameters())
    assert backpropagation.all_but_zeros(3, 3) == left == 2
    assert backpropagation.half_of_those_that_move(3, 3) == len(layers) - 2  # the output, and the last layer of zeros


CODE = {"zero_start_moves", "fix_of_the_loop", "nan_source", "printed_gradients"}  # test_code_items runs the code


def test_no_formula_goes_unchecked():
    assert set(CHECKED) | CODE == set(FORMULAS)


def test_every_file_of_formulas_is_in_the_table():
    files = {path.stem for path in Path(products.__file__).parent.glob("*.py")} - {"__init__"}
    assert {function.__module__.rpartition(".")[2] for function in FORMULAS.values()} == files


def test_no_two_key_functions_share_a_name():
    modules = {function.__module__ for function in KEYS.values()}
    assert len(KEYS) == sum(len(_functions(import_module(name))) for name in modules)
