from dataclasses import replace

import numpy as np
import pytest

from core import Experiment, Network, Training, gradient_profile, train
from core.verdicts.diagnosis import KINDS, OUTCOMES, RULES, Signs, diagnose, of_profile, of_run, steps_to_change

LEVEL = np.array([0.5, 0.4, 0.5, 0.6])


@pytest.mark.parametrize(
    ("signs", "word"),
    [
        (Signs(LEVEL), "healthy"),
        (Signs(np.array([1e-9, 1e-8, 1e-4, 1.0])), "vanishing"),
        (Signs(np.array([1e9, 1e8, 1e4, 1.0])), "exploding"),
        (Signs(LEVEL, delta=np.array([20.0, 8.0, 3.0, 1.0])), "uneven"),
        (Signs(LEVEL, delta=np.array([20.0, 8.0, 3.0, 1.0]), accuracy=0.99, loss=(0.69, 0.01), steps=300), "healthy"),
        (Signs(LEVEL * 1e-6), "tiny"),
        (Signs(LEVEL * 1e6), "exploding"),
        (Signs(np.array([np.inf, 1.0, 1.0])), "exploding"),
        (Signs(LEVEL, dead=np.array([0.0, 1.0, 0.1, 0.0])), "dead"),
        (Signs(LEVEL, dead=np.array([0.4, 0.3, 0.4, 0.1])), "healthy"),
        (Signs(LEVEL, saturated=0.9), "saturated"),
        (Signs(LEVEL, clipped=1.0), "clipped"),
        (Signs(LEVEL, clipped=0.5), "healthy"),
        (Signs(LEVEL, diverged_at=7, lost="the loss"), "diverged"),
        (Signs(LEVEL, accuracy=0.5, loss=(0.69, 0.69), steps=300), "no signal"),
        (Signs(LEVEL, accuracy=0.5, loss=(0.69, 0.69), steps=30), "healthy"),
        (Signs(LEVEL * 1e-6, accuracy=1.0, loss=(0.69, 0.0), steps=300), "healthy"),
        (Signs(LEVEL, first=LEVEL * 1e6, accuracy=0.5, loss=(9.0, 0.69), steps=300), "exploding"),
        (Signs(LEVEL, first=LEVEL * 1e6, accuracy=1.0, loss=(9.0, 0.01), steps=300), "healthy"),
    ],
)
def test_each_pattern_has_its_word(signs, word):
    assert diagnose(signs).word == word


def test_every_rule_has_a_remedy_and_every_remedy_a_rule():
    assert RULES.keys() | OUTCOMES.keys() == set(KINDS)


def test_a_cause_goes_before_its_effect():
    """Dead units make gradients of exactly 0, and a threshold that is always reached hides what it clips."""
    assert diagnose(Signs(np.zeros(3), dead=np.ones(3))).word == "dead"
    assert diagnose(Signs(LEVEL * 1e6, clipped=1.0)).word == "clipped"
    assert diagnose(Signs(np.zeros(3))).word == "vanishing"


@pytest.mark.parametrize(
    ("network", "word"),
    [
        (Network(10), "vanishing"),
        (Network(10, activation="relu", init="he"), "healthy"),
        (Network(20, activation="relu", init="torch"), "vanishing"),
        (Network(30, activation="relu", init="xavier"), "tiny"),
        (Network(30, activation="relu", init="he", residual="plain"), "exploding"),
        (Network(5, activation="relu", init="he", bias=-10), "dead"),
        (Network(5, activation="tanh", init="normal", gain=30), "exploding"),
        (Network(3, activation="sigmoid", init="xavier", bias=10), "saturated"),
    ],
)
def test_untrained_networks_get_the_verdict_that_the_literature_gives_them(network, word):
    for seed in range(3):
        assert of_profile(gradient_profile(network, batch_size=64, seed=seed)).word == word


def test_the_consequence_is_the_number_of_steps_that_a_percent_takes():
    profile = gradient_profile(Network(10))
    update = 0.1 * profile.grad_to_weight[0]
    assert f"{0.01 / update:.1e}"[:3] in of_profile(profile).consequence
    experiment = Experiment(Network(10), Training(steps=3))
    (run,) = train([experiment])
    assert of_run(run).consequence == steps_to_change(run.update_to_weight[-1, 0])


def test_nobody_knows_the_first_step_of_adam_from_a_gradient_alone():
    experiment = Experiment(Network(10), Training(optimizer="adam"))
    profile = replace(gradient_profile(Network(10)), experiment=experiment)
    assert of_profile(profile).consequence == ""


def test_a_diverged_run_says_when_and_where():
    (run,) = train(
        [Experiment(Network(5, activation="relu", init="he"), Training(learning_rate=10.0, input_scale=100.0))]
    )
    verdict = of_run(run)
    assert verdict.word == "diverged"
    assert f"step {run.diverged_at}" in verdict.evidence
    assert verdict.consequence == ""


def test_steps_are_told_in_words_at_both_ends():
    assert steps_to_change(0.0) == "Layer 1 does not change at all."
    assert "One step changes layer 1 by 50 %" in steps_to_change(0.5)
    assert steps_to_change(float("nan")) == ""
