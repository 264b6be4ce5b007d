from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment, Network, Training
from core.lab.race import LETTERS, PANELS, TABS, Race, View, from_query
from core.lab.settings import SETTINGS, STARTS, Number, Words, experiment, settings_of


def any_value(setting):
    if isinstance(setting, Words):
        return st.sampled_from(setting.stops)
    if setting.whole:
        return st.integers(int(setting.low), min(int(setting.high), 500))
    return st.floats(setting.low, setting.high)


any_settings = st.fixed_dictionaries({word: any_value(setting) for word, setting in SETTINGS.items()})


@st.composite
def races(draw):
    settings = draw(any_settings)
    words = draw(st.lists(st.sampled_from(list(SETTINGS)), min_size=1, max_size=4, unique=True))
    words.sort(key=list(SETTINGS).index)
    count = draw(st.integers(0, 3))
    others = tuple({w: draw(any_value(SETTINGS[w])) for w in words} for _ in range(count))
    names = tuple(draw(st.sampled_from(["", "mine", "a, b: c & d"])) for _ in range(count + 1))
    view = View(
        seeds=draw(st.integers(1, 15)), measure=draw(st.sampled_from(["weights", "error"])),
        panels=tuple(draw(st.lists(st.sampled_from(list(PANELS)), unique=True))), tab=draw(st.sampled_from(list(TABS))),
        theory=draw(st.booleans()), predict=draw(st.booleans()),
        lock=tuple(draw(st.lists(st.sampled_from(list(SETTINGS)), unique=True))),
    )  # fmt: skip
    return Race(settings, others, names, view)


@given(races())
def test_a_link_brings_back_exactly_what_it_was_made_from(race):
    assert from_query(race.query()) == (race, [])


@given(any_settings)
def test_settings_and_experiments_say_the_same(values):
    again = settings_of(experiment(values))
    if values["clip"] == "none":
        values = values | {"threshold": STARTS["threshold"]}
    assert again == values


def test_the_lab_opens_with_sigmoid_beside_relu_and_an_empty_link():
    race = Race()
    assert race.labels == ["A: Sigmoid · Xavier", "B: ReLU · He"]
    assert race.query() == {}
    assert from_query({}) == (race, [])


def test_only_what_differs_from_the_first_network_is_in_a_label():
    race = Race().comparing(["activation", "init", "norm"]).with_setting("norm", "batch", 1)
    assert race.labels == ["A: Sigmoid · Xavier · No normalization", "B: ReLU · He · Batch normalization"]
    same = race.with_setting("activation", "sigmoid", 1).with_setting("init", "xavier", 1)
    assert same.labels == ["A: No normalization", "B: Batch normalization"]
    assert Race().with_copy(0).labels[2] == "C: same as A"


def test_a_setting_that_is_not_compared_is_changed_for_all():
    race = Race().with_setting("depth", 30, row=1)
    assert [e.network.depth for e in race.experiments] == [30, 30]


def test_a_network_can_be_copied_removed_and_named():
    race = Race().with_copy(1).with_setting("activation", "gelu", 2).named(2, "  my\nnet ")
    assert race.labels[2] == "C: my net"
    assert [e.network.activation for e in race.experiments] == ["sigmoid", "relu", "gelu"]
    assert race.without(0).labels == ["A: ReLU", "B: my net"]
    alone = race.without(1).without(1)
    assert alone.labels == ["A: Sigmoid · Xavier"]
    assert from_query(alone.query())[0] == alone
    assert len(alone.with_copy(0).lanes) == 2


def test_four_networks_fit_and_each_has_its_letter():
    race = Race().with_copy(0).with_copy(1)
    assert [label[0] for label in race.labels] == list(LETTERS)


def test_all_seeds_of_a_network_stand_together():
    seeds = [e.seed for e in Race().with_setting("seed", 5).viewed(seeds=3).seeded()]
    assert seeds == [5, 6, 7, 5, 6, 7]


def test_an_experiment_of_the_lesson_opens_as_it_is():
    one = Experiment(Network(7, 20, "tanh", "lecun"), Training("moons", 100, learning_rate=0.05, clip_norm=2.0), 3)
    other = replace(one, network=replace(one.network, norm="layer"))
    race = Race.of(one, other)
    assert race.experiments == (one, other)
    assert race.compared == ("norm",)
    assert from_query(race.query())[0].experiments == (one, other)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"depth": "500"}, "depth=500: the range is 1 to 100. Showing 100."),
        ({"depth": "many"}, "'many' is not a whole number"),
        ({"rate": "nan"}, "'nan' is not a number"),
        ({"activation": "sigmod"}, "Did you mean 'sigmoid'"),
        ({"b": "activation:relu,colour:red"}, "b=colour:red: the lab has no setting of that name."),
        ({"b": "init:hee"}, "There is no initialization called 'hee'"),
        ({"colour": "red"}, "the lab has no setting of that name"),
        ({"at": "17"}, "at=17: that step is not recorded. Showing 18."),
        ({"panels": "loss,gloss"}, "There is no instrument called 'gloss'"),
        ({"theory": "perhaps"}, "There is no switch position called 'perhaps'"),
        ({"seeds": "99"}, "the range is 1 to 15. Showing 15."),
        ({"depth": "1e999"}, "the range is 1 to 100. Showing 100."),
    ],
)
def test_what_a_link_gets_wrong_is_corrected_and_said(query, said):
    race, notes = from_query(query)
    assert any(said in note for note in notes)
    assert race.experiments


@given(
    st.dictionaries(
        st.sampled_from([*SETTINGS, "b", "c", "d", "at", "panels", "hide", "name_b", "x"]), st.text(max_size=30)
    )
)
def test_no_link_breaks_the_lab(query):
    race, _ = from_query(query)
    assert from_query(race.query())[0].experiments == race.experiments


def test_every_stop_of_every_setting_makes_an_experiment():
    for word, setting in SETTINGS.items():
        stops = (
            setting.stops
            if not isinstance(setting, Number) or len(setting.stops) < 300
            else (setting.low, setting.high)
        )
        for value in stops:
            assert experiment({**STARTS, word: value})
            assert setting.parse(setting.write(value)) == (value, "")
