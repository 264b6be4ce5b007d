import subprocess
import sys
import warnings
from dataclasses import fields, replace

import numpy as np
import pytest

from core import Experiment, Fixable, Network, Training, gradient_profile, train
from core.networks.results import Run, recorded_steps
from core.networks.trainer import profiles
from core.verdicts.reading import first_to_last, per_layer

SIGMOID = Network(depth=10, activation="sigmoid", init="xavier")
RELU = Network(depth=10, activation="relu", init="he")


def same_run(one: Run, other: Run) -> None:
    for f in fields(Run):
        np.testing.assert_array_equal(getattr(one, f.name), getattr(other, f.name), err_msg=f.name, strict=True)


def stacks(width, batch_size):
    training = Training(steps=40, batch_size=batch_size, learning_rate=0.5)
    return [
        Experiment(Network(4, width, activation, init), replace(training, task=task), seed)
        for activation, init, task, seed in [
            ("sigmoid", "xavier", "circles", 0),
            ("relu", "he", "circles", 0),
            ("relu", "torch", "moons", 1),
            ("gelu", "orthogonal", "xor", 2),
            ("selu", "lecun", "spirals", 3),
            ("sigmoid", "he", "moons", 4),
        ]
    ]


@pytest.mark.parametrize(
    ("width", "batch_size"), [(8, 8), (32, 64), (64, 128), (40, 24), (128, 8), (8, 1024), (16, 56)]
)
def test_a_run_alone_and_stacked_are_equal_bit_for_bit(width, batch_size):
    experiments = stacks(width, batch_size)
    for alone, stacked in zip((train([e])[0] for e in experiments), train(experiments), strict=True):
        same_run(alone, stacked)


@pytest.mark.parametrize("residual", ["none", "scaled", "zero"])
@pytest.mark.parametrize("norm", ["batch", "layer"])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"optimizer": "momentum"},
        {"optimizer": "adam", "clip_norm": 0.1},
        {"optimizer": "adamw", "clip_value": 0.01},
    ],
)
def test_so_they_are_with_every_remedy(norm, residual, how):
    experiments = [
        replace(
            e,
            network=replace(e.network, norm=norm, residual=residual),
            training=replace(e.training, learning_rate=0.01 * (1 + e.seed), weight_decay=0.01 * e.seed,
                             warmup_steps=10 * e.seed, label_noise=0.05 * e.seed, **how),
        )
        for e in stacks(16, 32)
    ]  # fmt: skip
    for alone, stacked in zip((train([e])[0] for e in experiments), train(experiments), strict=True):
        same_run(alone, stacked)


@pytest.mark.parametrize(("width", "batch_size"), [(5, 7), (33, 50)])
def test_at_odd_sizes_they_are_equal_to_rounding(width, batch_size):
    calm = {"dtype": "float64", "learning_rate": 0.02}  # a diverging run amplifies rounding without limit
    experiments = [replace(e, training=replace(e.training, **calm)) for e in stacks(width, batch_size)]
    for alone, stacked in zip((train([e])[0] for e in experiments), train(experiments), strict=True):
        np.testing.assert_allclose(alone.loss, stacked.loss, rtol=1e-9)
        np.testing.assert_allclose(alone.grad_norm, stacked.grad_norm, rtol=1e-7)


def test_runs_come_back_in_the_order_asked_for_whatever_their_shape():
    experiments = [Experiment(Network(depth=d), Training(steps=3)) for d in (4, 2, 3, 2)]
    assert [run.experiment for run in train(experiments)] == experiments
    assert [profile.experiment for profile in profiles(experiments)] == experiments


def test_the_profile_is_the_first_step_of_training():
    experiment = Experiment(RELU, Training(steps=2, dtype="float64"))
    profile, run = profiles([experiment])[0], train([experiment])[0]
    np.testing.assert_array_equal(profile.weight_grad_norm, run.grad_norm[0])
    np.testing.assert_array_equal(profile.delta_norm, run.delta_norm[0])
    assert profile.loss == run.loss[0]


def test_twenty_sigmoid_layers_lose_eleven_to_twelve_orders_of_magnitude():
    ratios = [
        p.weight_grad_norm[1] / p.weight_grad_norm[-1]
        for p in (gradient_profile(Network(20, 32, "sigmoid", "xavier"), seed=seed) for seed in range(15))
    ]
    assert 3e-13 < np.median(ratios) < 3e-11


def test_twenty_relu_layers_with_he_keep_their_gradient():
    ratios = [
        p.weight_grad_norm[1] / p.weight_grad_norm[-1]
        for p in (gradient_profile(Network(20, 32, "relu", "he"), seed=seed) for seed in range(15))
    ]
    assert 0.15 < np.median(ratios) < 1.6


@pytest.mark.parametrize(
    ("activation", "init", "factor"),
    # FACTS: sqrt(weight variance x fan-in x E[phi'^2]) along the length map
    [("sigmoid", "torch", 0.141), ("sigmoid", "xavier", 0.236), ("sigmoid", "he", 0.318),
     ("relu", "torch", 0.408), ("relu", "xavier", 0.707), ("relu", "he", 1.0)],
)  # fmt: skip
def test_the_factor_per_layer_is_the_one_that_mean_field_theory_gives(activation, init, factor):
    network = Network(20, 256, activation, init)
    measured = np.median([per_layer(gradient_profile(network, seed=s).delta_norm[2:-2]) for s in range(5)])
    assert measured == pytest.approx(factor, rel=0.05)  # 2-D inputs and drawn biases: theory is only a guide here


def test_with_small_weights_relu_hides_its_vanishing_from_the_weight_gradients():
    """Glorot & Bengio 2010, eqs 13-14: the error signal shrinks backwards, the activations forwards."""
    network = Network(20, 128, "relu", "normal", gain=3**-0.5)
    profile = gradient_profile(network)
    assert first_to_last(profile.delta_norm) < 1e-5
    assert 0.1 < per_layer(profile.weight_grad_norm, 1) ** 18 < 10
    assert profile.weight_grad_norm.max() < 1e-5


def test_zero_weights_give_no_gradient_to_any_hidden_layer():
    profile = gradient_profile(Network(init="zeros"))
    assert not profile.weight_grad_norm.any()
    assert profile.loss == pytest.approx(np.log(2))


def test_ten_relu_layers_learn_the_circles_and_ten_sigmoid_layers_do_not():
    sigmoid, relu = train([Experiment(SIGMOID), Experiment(RELU)])
    assert relu.accuracy[-1] > 0.95
    assert sigmoid.accuracy[-1] < 0.6
    assert np.mean(sigmoid.loss[-20:]) == pytest.approx(np.log(2), abs=0.02)


@pytest.mark.parametrize("rate", [1e3, 1e6])
def test_a_run_that_diverges_says_when_and_invents_nothing_after(rate):
    experiment = Experiment(RELU, Training(steps=100, learning_rate=rate))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = train([experiment])[0]
    end = run.diverged_at
    assert end is not None
    assert len(run.loss) == end + 1
    assert run.recorded_steps[-1] == end
    assert np.isfinite(run.loss[:-1]).all()
    assert np.isfinite(run.grad_norm[:-1]).all()
    assert not (np.isfinite(run.loss[-1]) and np.isfinite(run.grad_norm[-1]).all())
    if np.isnan(run.output_std[-1]):  # a network without an output is not one that is always wrong
        assert np.isnan([run.accuracy[-1], run.train_accuracy[-1], run.accuracy_training_mode[-1]]).all()


def test_one_network_diverging_does_not_touch_the_other_in_its_stack():
    calm = Experiment(RELU, Training(steps=60, learning_rate=0.1))
    wild = Experiment(RELU, Training(steps=60, learning_rate=1e6))
    together = train([wild, calm])
    assert together[0].diverged_at is not None
    same_run(together[1], train([calm])[0])


def test_the_last_steps_before_a_divergence_are_recorded_one_by_one():
    wild = Experiment(Network(10, 32, "selu", "lecun"), Training(steps=1000, learning_rate=0.1, optimizer="momentum"))
    run, other = train([wild, replace(wild, training=replace(wild.training, learning_rate=1e-4))])
    end = run.diverged_at
    assert end > 12
    assert run.recorded_steps[-11:].tolist() == list(range(end - 10, end + 1))
    assert run.snapshot_steps[-1] == end
    for name in ("grad_norm", "delta_norm", "raw_norm", "activation_std", "update_to_weight", "weight_norm"):
        assert np.isfinite(getattr(run, name)[:-1]).all(), name
    assert other.diverged_at is None
    assert other.recorded_steps.tolist() == recorded_steps(1000)


def test_out_of_range_from_the_start_is_a_divergence_at_step_zero():
    run = train([Experiment(Network(100, 32, "relu", "he", gain=3.0))])[0]
    assert run.diverged_at == 0
    assert len(run.loss) == 1


def test_a_long_run_keeps_a_bounded_number_of_records():
    assert recorded_steps(5) == [0, 1, 2, 3, 4]
    steps = recorded_steps(10_000)
    assert len(steps) == 101
    assert (steps[0], steps[-1]) == (0, 9_999)
    assert steps == sorted(set(steps))


def test_the_watcher_sees_every_record_of_every_experiment():
    seen = []
    experiments = [Experiment(SIGMOID, Training(steps=10)), Experiment(RELU, Training(steps=10))]
    runs = train(experiments, lambda e, step, loss, norms, signals: seen.append((e, step, loss, norms, signals)))
    for run in runs:
        mine = [told for e, *told in seen if e == run.experiment]
        assert [step for step, *_ in mine] == run.recorded_steps.tolist()
        np.testing.assert_array_equal([loss for _, loss, *_ in mine], run.loss[run.recorded_steps])
        np.testing.assert_array_equal([norms for _, _, norms, _ in mine], run.grad_norm)
        np.testing.assert_array_equal([signals for *_, signals in mine], run.delta_norm)


def test_the_row_of_a_step_is_its_last_record():
    run = train([Experiment(SIGMOID, Training(steps=300))])[0]
    assert run.recorded_steps[run.row_at(0)] == 0
    assert run.recorded_steps[run.row_at(299)] == 299
    assert run.recorded_steps[run.row_at(10**6)] == 299
    assert all(run.recorded_steps[run.row_at(step)] <= step for step in range(300))


def test_what_is_no_list_of_experiments_is_refused_in_a_sentence():
    for mistaken in (Experiment(), [RELU], [Experiment(), 3]):
        with pytest.raises(Fixable, match="list of experiments"):
            train(mistaken)


def test_a_diverged_network_has_no_accuracy_and_no_share_of_dead_units():
    run = train([Experiment(RELU, Training(learning_rate=30.0))])[0]
    assert run.diverged_at == 2
    assert np.isnan(run.accuracy[-1])
    assert np.isfinite(run.accuracy[:-1]).all()
    lost = np.isnan(run.activation_mean[-1])
    assert np.isnan(run.dead[-1][lost]).all()


def test_a_training_that_takes_too_long_is_stopped_with_a_sentence():
    with pytest.raises(Fixable, match=r"stopped after 0.2 seconds, at step \d+ of 100000"):
        train([Experiment(Network(10, 32), Training(steps=100_000))], seconds=0.2)


MEMORY = """
import resource, sys
from core import Experiment, Fixable, Network, Training, train
train([Experiment(Network(10, 32, "relu", "he"), Training(steps=int(sys.argv[1])))])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_a_long_run_takes_no_more_memory_than_a_short_one():
    pytest.importorskip("resource", reason="Windows does not tell how much memory a process took")
    peaks = [
        int(subprocess.run([sys.executable, "-c", MEMORY, str(steps)], check=True, capture_output=True).stdout)
        for steps in (300, 10_000)
    ]
    assert peaks[1] - peaks[0] < 20, f"{peaks} MB"


def test_with_a_squared_error_the_output_layer_vanishes_too_where_it_is_wrong_and_sure():
    network = Network(2, 32, "relu", "he", gain=20.0)
    bce, mse = (train([Experiment(network, Training(steps=1, loss=loss))])[0] for loss in ("bce", "mse"))
    assert bce.accuracy[0] < 0.8
    assert mse.raw_norm[0] < 0.05 * bce.raw_norm[0]


def test_a_large_negative_bias_kills_relus():
    run = train([Experiment(Network(4, 32, "relu", "he", bias=-8.0), Training(steps=30))])[0]
    assert (run.dead[:, 1:] == 1).all()
    assert not run.grad_norm[:, 1:].any()


def test_unscaled_inputs_saturate_the_first_layer():
    plain, unscaled = (train([Experiment(SIGMOID, Training(steps=1, input_scale=s))])[0] for s in (1.0, 100.0))
    assert plain.saturated[0, 0] < 0.05
    assert unscaled.saturated[0, 0] > 0.8


def test_without_a_signal_training_points_are_learned_by_heart_and_held_out_ones_are_not():
    network = Network(3, 64, "relu", "he")
    run = train([Experiment(network, Training("no_signal", steps=1500, optimizer="adam", learning_rate=0.01))])[0]
    assert run.train_accuracy[-1] > 0.6
    assert abs(run.accuracy[-1] - 0.5) < 0.08
    assert run.test_loss[-1] > run.train_loss[-1] + 0.1


def test_stale_running_statistics_make_the_output_collapse_at_first_and_not_later():
    network = Network(6, 32, "sigmoid", "xavier", norm="batch")
    run = train([Experiment(network, Training(steps=300, learning_rate=0.05))])[0]
    share = run.output_std / run.output_std_training_mode
    assert share[0] < 0.05
    assert 0.8 < share[-1] < 1.25
    plain = train([Experiment(RELU, Training(steps=5))])[0]
    np.testing.assert_array_equal(plain.accuracy, plain.accuracy_training_mode)
