"""Every figure of a lesson has its numbers in a table beside it."""

import math

import pytest

from core import Experiment, Network, Training
from core.lab.race import Race
from core.lessons.views import VIEWS
from core.networks import trainer

RACE = Race.of(
    Experiment(Network(4), Training(steps=30)),
    Experiment(Network(4, activation="relu", init="he"), Training(steps=30, learning_rate=1e6)),
)


@pytest.fixture(scope="module")
def results():
    return {"profile": trainer.profiles(list(RACE.experiments)), "run": trainer.train(list(RACE.experiments))}


def cells(drawing):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in drawing.table.splitlines()]


@pytest.mark.parametrize("name", VIEWS)
def test_every_figure_has_a_table_with_a_column_for_each_network(name, results):
    view = VIEWS[name]
    head, _, *rows = cells(view.draw(RACE, results[view.needs]))
    assert all(any(label in cell for cell in head) for label in RACE.labels)
    assert rows
    assert all(len(row) == len(head) for row in rows)


def test_the_table_of_the_bars_holds_the_bars(results):
    rows = cells(VIEWS["weights"].draw(RACE, results["profile"]))[2:]
    for row, measured in zip(rows, results["profile"][1].weight_grad_norm, strict=True):
        assert float(row[2]) == pytest.approx(measured, rel=1e-3)


def test_after_a_divergence_the_table_by_step_says_so_and_goes_on_for_the_others(results):
    tame, wild = results["run"]
    assert wild.diverged_at is not None
    rows = cells(VIEWS["loss"].draw(RACE, results["run"]))[2:]
    assert int(rows[-1][0]) == 29
    assert float(rows[-1][1]) == pytest.approx(tame.loss[29], rel=1e-3)
    assert math.isnan(float(rows[-1][3]))


def test_lines_for_number_formats_are_explained_where_they_are_drawn():
    deep = Race.of(Experiment(Network(60)))
    shallow = Race.of(Experiment(Network(3)))
    for race, lines in [(deep, True), (shallow, False)]:
        drawn = VIEWS["weights"].draw(race, trainer.profiles(list(race.experiments)))
        assert bool(drawn.caption) is lines
        assert bool(drawn.pictures[0]["figure"]["layout"]["shapes"]) is lines


def test_an_update_is_that_of_the_first_step_in_the_picture_and_in_its_table(results):
    drawn = VIEWS["update"].draw(RACE, results["run"])
    first = results["run"][0].update_to_weight[0]
    assert drawn.pictures[0]["figure"]["data"][0]["y"] == pytest.approx(first.tolist())
    assert [float(row[1]) for row in cells(drawn)[2:]] == pytest.approx(first.tolist(), rel=1e-3)
