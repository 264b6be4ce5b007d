from dataclasses import replace

import pytest

from core.lab.race import Race, from_query
from core.lab.scenarios import Scenario, Try, everyone, keys, ticked
from core.networks import trainer
from core.verdicts.diagnosis import of_profile, of_run

NAMES = list(everyone())
SEEDS = range(8)


def test_there_are_at_least_fourteen_and_each_has_a_key_of_its_own():
    assert len(NAMES) >= 14
    assert set(keys().values()) == set(NAMES)


def _before(experiment):
    """The verdict on it before training, for each seed."""
    return [of_profile(p).word for p in trainer.profiles([replace(experiment, seed=seed) for seed in SEEDS])]


def _after(experiment):
    return [of_run(run).word for run in trainer.train([replace(experiment, seed=seed) for seed in SEEDS])]


@pytest.mark.parametrize("name", NAMES)
def test_the_verdicts_are_those_that_the_file_states_whatever_the_seed(name):
    scenario = everyone()[name]
    experiments = scenario.start().experiments
    assert [_before(e) for e in experiments] == [[word] * len(SEEDS) for word in scenario.verdict]
    if scenario.after:
        assert [_after(e) for e in experiments] == [[word] * len(SEEDS) for word in scenario.after]


def test_a_verdict_that_depends_on_the_seed_would_be_found():
    """And the lesson's table says of these twenty layers that some learn and some guess."""
    race = {"depth": "20", "activation": "relu", "init": "he", "rate": "0.1", "steps": "1000", "b": "none"}
    chance, _ = from_query(race)
    assert len(set(_after(chance.experiments[0]))) > 1


@pytest.mark.parametrize("name", NAMES)
def test_its_link_opens_it_and_nothing_is_ticked_yet(name):
    race = everyone()[name].start()
    assert from_query(race.query()) == (race, [])
    assert not any(ticked(step, race, set()) for step in everyone()[name].steps)


def test_steps_tick_when_all_of_their_conditions_hold():
    deeper = Try(do="", when={"depth": "> 19", "b.activation": "not relu", "panels": "update", "done": "trained"})
    race = Race().with_setting("depth", 20).with_setting("activation", "tanh", 1).viewed(panels=("loss", "update"))
    assert ticked(deeper, race, {"trained"})
    assert not ticked(deeper, race, set())
    assert not ticked(deeper, race.with_setting("depth", 19), {"trained"})
    assert not ticked(deeper, race.with_setting("activation", "relu", 1), {"trained"})
    assert not ticked(deeper, race.viewed(panels=()), {"trained"})
    assert not ticked(Try(do="", when={"d.init": "he"}), race, set())


@pytest.mark.parametrize(
    "wrong", [{"race": {"depth": "500"}}, {"race": {"colour": "red"}}, {"verdict": ["sick"]}, {"name": "Two Words"}]
)
def test_a_mistake_in_a_scenario_is_refused(wrong):
    right = {
        "name": "x", "title": "X", "goal": "See.", "race": {"depth": 3}, "verdict": ["healthy"],
        "try": [{"do": "Go.", "when": {"depth": "4"}}], "notice": "Well.",
    }  # fmt: skip
    assert Scenario.model_validate(right)
    with pytest.raises(ValueError):  # noqa: PT011  pydantic's own
        Scenario.model_validate(right | wrong)
