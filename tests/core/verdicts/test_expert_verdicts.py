"""Verdicts that an expert would sign: networks whose trouble, or success, was once called by a wrong name."""

import numpy as np
import pytest

from core import Experiment, Fixable, Network, Training, train
from core.networks.trainer import profiles
from core.verdicts.diagnosis import KINDS, Signs, diagnose, of_profile, of_run
from core.verdicts.reading import MEASURES, likeness, read


def experiment(seed=0, net=(), **training):
    network = {"activation": "relu", "init": "he", **dict(net)}
    return Experiment(Network(**network), Training(**training), seed)


def before(one):
    return of_profile(profiles([one])[0])


def after(one):
    return of_run(train([one])[0])


SOON = {
    "gain 1.2": experiment(net={"depth": 20, "gain": 1.2}),
    "gain 1.5": experiment(net={"gain": 1.5}),
    "plain skips": experiment(net={"residual": "plain"}),
    "inputs": experiment(net={"depth": 5}, input_scale=100.0),
    "bias": experiment(net={"depth": 5, "bias": 5.0}),
}


@pytest.mark.parametrize("name", SOON)
def test_a_divergence_to_come_is_seen_before_the_first_step(name):
    for seed in range(3):
        one = Experiment(SOON[name].network, SOON[name].training, seed)
        assert before(one).word == "long step"
        assert after(one).word == "diverged"


def test_the_start_loss_is_named_where_it_is_far_above_guessing():
    assert "the loss starts at 8.65 (guessing: 0.693)" in before(SOON["gain 1.5"]).evidence
    assert "guessing" not in before(SOON["bias"]).evidence


LEARN = {
    "scaled skips 100": experiment(net={"depth": 100, "residual": "scaled"}),
    "scaled skips 50": experiment(net={"depth": 50, "residual": "scaled"}),
    "plain skips, layer norm": experiment(net={"depth": 50, "residual": "plain", "norm": "layer"}),
    "batch norm 10": experiment(net={"norm": "batch"}),
    "ReZero 20": experiment(net={"depth": 20, "residual": "zero"}),
    "sigmoid 4, Adam": experiment(
        net={"depth": 4, "activation": "sigmoid", "init": "xavier"}, optimizer="adam", learning_rate=0.003, steps=1000
    ),
    "tanh 20, plain skips": experiment(net={"depth": 20, "activation": "tanh", "init": "xavier", "residual": "plain"}),
}


@pytest.mark.parametrize("name", LEARN)
def test_success_is_judged_by_what_was_learned(name):
    verdict = after(LEARN[name])
    assert verdict.word == "healthy"
    assert "it has learned" in verdict.evidence.lower()
    assert not {"vanishing", "exploding"} & set(verdict.evidence.replace(":", " ").split())


@pytest.mark.parametrize("name", ["scaled skips 100", "scaled skips 50", "plain skips, layer norm", "batch norm 10"])
def test_nobody_is_told_to_do_what_has_been_done(name):
    verdict = before(LEARN[name])
    assert KINDS[verdict.word].tone != "bad"
    assert "initialization" not in verdict.remedy
    assert "exploding" not in verdict.evidence


def test_gates_that_start_at_0_are_no_vanishing_gradient():
    verdict = before(LEARN["ReZero 20"])
    assert verdict.word == "healthy"
    assert "by design" in verdict.evidence


@pytest.mark.parametrize(
    ("one", "word", "says", "advice"),
    [
        (experiment(net={"activation": "linear", "init": "xavier"}), "partly", "65 % of held-out", "ReLU"),
        (experiment(net={"depth": 1, "activation": "sigmoid", "init": "xavier"}), "partly", "62 % of held-out", "ReLU"),
        (experiment(net={"depth": 1, "width": 2}, task="xor", steps=3000), "partly", "69 % of held-out", "32 units"),
        (experiment(net={"gain": 0.5}), "vanishing", "before the training", "gain of 1"),
        (
            experiment(net={"depth": 50, "norm": "layer"}),
            "alike", "in the last layer, the outputs of two of them have a correlation of 1 less", "skip connections",
        ),
        (
            experiment(net={"depth": 50, "activation": "tanh", "init": "xavier"}),
            "vanishing", "the training has done this", "scaled branches",
        ),
        (
            experiment(net={"depth": 5, "activation": "tanh", "init": "xavier"}, learning_rate=100.0),
            "long step", "the first step would change the weights", "learning rate to 0.1",
        ),
        (
            experiment(net={"depth": 40, "width": 256, "activation": "linear", "init": "normal", "gain": 16.0}),
            "overflow", "leaves the number format's range in layer 32", "He's rule",
        ),
        (experiment(net={"depth": 3}, weight_decay=1.0), "decayed", "weight decay", "weight decay to 0"),
        (
            experiment(net={"depth": 3}, weight_decay=1.0, learning_rate=3.0),
            "diverged", "learning rate times weight decay", "weight decay to 0",
        ),
        (experiment(net={"init": "zeros"}), "same units", "all weights are 0", "draw the weights"),
    ],
)  # fmt: skip
def test_the_cause_is_named(one, word, says, advice):
    verdict = after(one)
    assert verdict.word == word
    assert says.lower() in verdict.evidence.lower()
    assert advice in verdict.remedy


def test_a_network_out_of_range_is_told_before_any_training_in_which_layer():
    one = experiment(net={"depth": 40, "width": 256, "activation": "linear", "init": "normal", "gain": 16.0})
    assert before(one).word == "overflow"


@pytest.mark.parametrize(
    "network", [Network(3, activation="sigmoid", init="xavier"), Network(10, activation="relu", init="torch")]
)
def test_weight_gradients_that_fall_as_well_are_not_said_to_hide_anything(network):
    verdict = before(Experiment(network))
    assert verdict.word == "vanishing"
    assert "do not show it" not in verdict.evidence


def test_a_network_that_knows_its_own_points_by_heart_lacks_points():
    one = experiment(net={"depth": 2, "activation": "tanh", "init": "xavier"}, task="gaussian", steps=1000)
    verdict = after(one)
    assert verdict.word == "by heart"
    assert "100 % of the training points are right" in verdict.evidence


@pytest.mark.filterwarnings("error")
def test_logs_with_no_number_or_no_layer_are_refused_in_words():
    assert diagnose(Signs(np.full(3, np.nan))).word == "exploding"
    with pytest.raises(Fixable, match="no layer"):
        diagnose(Signs(np.array([])))


def test_a_correlation_is_told_by_what_is_missing_to_1():
    sentence = read(np.array([0.1, 0.5, 1 - 2e-6]), MEASURES["alike"]).sentence
    assert sentence.endswith("is 0.1 in layer 1 and 1 less 2 × 10⁻⁶ in layer 3")
    assert likeness(float("nan")) == "unknown"
    assert likeness(-0.003) == "about 0"
