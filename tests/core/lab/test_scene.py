import base64
import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from core import Experiment, Network, Training
from core.figures.maps import spread
from core.lab import scene
from core.lab.panels import draw_panels
from core.lab.race import PANELS, Race
from core.networks import trainer
from core.networks.results import Theory

RACE = Race().with_setting("depth", 4).with_setting("steps", 30).viewed(panels=tuple(PANELS))
BURSTS = replace(
    Race().with_setting("depth", 4).with_setting("rate", 10.0).with_setting("scale", 100.0).with_setting("steps", 300),
    view=RACE.view,
).with_setting("activation", "relu").with_setting("init", "he")  # fmt: skip


def made(race):
    profiles = trainer.profiles(race.experiments)
    runs = trainer.train(race.experiments)
    return profiles, runs, scene.film(race, profiles, runs)


def unpacked(column):
    return np.frombuffer(base64.b64decode(column["float64"]), "<f8").reshape(column["shape"])


def figures(film):
    yield film["figure"]
    for panel in film["panels"]:
        for picture in panel["pictures"]:
            yield picture["figure"]


@pytest.mark.parametrize(
    "race", [RACE, BURSTS, RACE.with_setting("task", "gaussian"), RACE.viewed(axis="linear", panels=tuple(PANELS))]
)
def test_every_picture_is_one_that_plotly_accepts_and_json_can_hold(race):
    _, _, film = made(race)
    json.dumps(film, allow_nan=False)
    for figure in figures(film):
        go.Figure(figure)


def test_the_film_has_the_numbers_of_the_runs():
    _, runs, film = made(RACE)
    columns = unpacked(film["columns"])
    for run, column in zip(runs, columns, strict=True):
        np.testing.assert_array_equal(column, run.grad_norm)
    for row, step in enumerate(film["steps"]):
        assert film["losses"][row] == [float(run.loss[step]) for run in runs]


def test_the_axis_of_a_film_has_room_for_every_moment_of_it():
    _, runs, film = made(RACE)
    low, high = film["figure"]["layout"]["yaxis"]["range"]
    values = np.log10(np.concatenate([run.grad_norm.ravel() for run in runs]))
    assert low < values.min() < values.max() < high


def test_nothing_is_shown_after_a_network_has_diverged():
    _, runs, film = made(BURSTS)
    burst = next(row for row, run in enumerate(runs) if run.diverged_at is not None)
    stop = runs[burst].diverged_at
    columns = unpacked(film["columns"])[burst]
    after = [row for row, step in enumerate(film["steps"]) if step > stop]
    assert np.isnan(columns[after]).all()
    assert [one["step"] for one in film["stops"]] == [run.diverged_at for run in runs if run.diverged_at is not None]
    if after:
        assert "diverged" in film["readings"][after[0]][burst]
        assert film["losses"][after[0]][burst] is None
    here = film["steps"].index(stop)
    assert any("not a number" in note["text"] or "infinite" in note["text"] for note in film["marks"][here])


def test_bars_over_seeds_are_medians_and_the_verdict_is_about_the_same_numbers():
    race = RACE.viewed(seeds=5)
    profiles = trainer.profiles(race.seeded())
    shown = scene.start(race, profiles)
    for row, group in enumerate(scene.by_network(race, profiles)):
        columns = np.array([p.weight_grad_norm for p in group])
        assert shown["figure"]["data"][row]["y"] == np.median(columns, axis=0).tolist()
    assert "medians of 5 seeds" in shown["when"]


def test_neighbours_are_what_the_lab_would_show_there():
    wanted = [RACE.with_setting("depth", depth) for depth in (3, 5)]
    profiles = [trainer.profiles(race.seeded()) for race in wanted]
    found = scene.along(RACE, "depth", [3, 5], profiles)
    assert [one["value"] for one in found] == [3, 5]
    for one, race, several in zip(found, wanted, profiles, strict=True):
        assert {k: v for k, v in one.items() if k != "value"} == scene.start(race, several)


def test_theory_starts_at_the_last_layer_and_goes_down_by_its_factors():
    race = RACE.viewed(measure="error")
    profiles = trainer.profiles(race.seeded())
    shown = scene.start(race, profiles, [Theory(np.array([0.5, 0.25, 0.5]), ""), Theory(None, "not here")])
    lines = [trace for trace in shown["figure"]["data"] if trace["type"] == "scatter"]
    last = profiles[0].delta_norm[-1]
    assert len(lines) == 1
    np.testing.assert_allclose(lines[0]["y"], last * np.array([0.0625, 0.125, 0.5, 1.0]))


def test_theory_is_drawn_over_the_error_signal_only():
    profiles = trainer.profiles(RACE.seeded())
    shown = scene.start(RACE, profiles, [Theory(np.ones(3), "")] * 2)
    assert [trace["type"] for trace in shown["figure"]["data"]] == ["bar", "bar"]


def test_instruments_before_training_show_what_is_known_by_then():
    panels = draw_panels(RACE, trainer.profiles(RACE.experiments), [], [])
    assert {panel["word"] for panel in panels} == set(PANELS)
    assert {panel["word"] for panel in panels if panel["pictures"]} == {"signal", "saturation", "activations", "alike"}


def test_no_point_is_lost_when_layers_get_a_common_axis():
    (profile,) = trainer.profiles(RACE.experiments[:1])
    shares = np.array(spread(profile.histogram, profile.histogram_range, (-1.0, 2.0)), dtype=float)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, atol=0.02)


def test_words_come_from_the_numbers_that_are_drawn():
    profiles = trainer.profiles(RACE.seeded())
    said = scene.start(RACE.viewed(measure="error"), profiles)["verdicts"][0]
    assert said["reading"].startswith("Layer 1's error signal is")
    assert "weight gradient" in said["evidence"]


ALIKE = Race.of(
    Experiment(Network(10, 32, "relu", "he"), Training(steps=3)), Experiment(Network(10), Training(steps=3))
).viewed(measure="alike", panels=("alike",))


def test_how_alike_points_are_stands_on_an_axis_from_0_to_1_with_what_theory_says():
    profiles = trainer.profiles(ALIKE.experiments)
    said = Theory(np.ones(9), "", np.linspace(0, 0.9, 10))
    shown = scene.start(ALIKE, profiles, [said, Theory(None, "not here")])
    assert shown["figure"]["layout"]["yaxis"]["range"] == [0, 1.02]
    assert shown["figure"]["layout"]["yaxis"]["type"] == "linear"
    assert shown["figure"]["data"][0]["y"][-1] == profiles[0].activation_correlation[-1]
    assert shown["figure"]["data"][2]["y"] == pytest.approx(np.linspace(0, 0.9, 10))
    assert "1 less" in shown["verdicts"][1]["reading"]  # ten sigmoid layers leave next to nothing
    assert shown["figure"]["layout"]["annotations"] == []  # a correlation of 0 is a bar without height


def test_the_film_of_how_alike_points_are_marks_only_what_is_unknown():
    runs = trainer.train(ALIKE.experiments)
    film = scene.film(ALIKE, trainer.profiles(ALIKE.experiments), runs)
    assert film["marks"] == {}
    assert film["readings"][-1][0].startswith("the correlation between the outputs of two points is")
    (panel,) = film["panels"]
    assert [picture["kind"] for picture in panel["pictures"]] == ["bars", "bars"]
    assert panel["says"].startswith("At the end, A: the correlation")
