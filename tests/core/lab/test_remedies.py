import numpy as np
import pytest

from core.lab.cost import in_words, seconds
from core.lab.race import Race
from core.lab.remedies import LADDER, Rung, changed, log, mended, patient, surprises
from core.lab.settings import SETTINGS, STARTS
from core.lab.slow import moments
from core.networks import trainer
from core.verdicts.reading import per_layer
from core.verdicts.why import explain


def rung(settings, *words):
    experiment = patient(settings, words)
    return Rung(words, trainer.profiles([experiment])[0], trainer.train([experiment])[0], 1.0)


@pytest.mark.parametrize("word", LADDER)
def test_every_remedy_sets_what_there_is_to_set(word):
    for setting, value in mended(STARTS, [word]).items():
        assert SETTINGS[setting].parse(SETTINGS[setting].write(value)) == (value, "")
    assert patient(STARTS, [word])


def test_of_two_remedies_for_one_thing_the_later_counts():
    assert mended(STARTS, ["he", "xavier"])["init"] == "xavier"
    assert mended(STARTS, ["xavier", "he"])["init"] == "he"


def test_the_log_has_the_numbers_of_the_runs():
    before, after = rung(STARTS), rung(STARTS, "he", "relu")
    text = log([before, after])
    assert text.count("\n") == 3
    assert f"{100 * after.run.accuracy[-1]:.0f} %" in text
    assert f"× {per_layer(before.profile.delta_norm):.3g}" in text
    assert "Final loss: 0.69" in changed(before, after)


@pytest.mark.parametrize(
    ("settings", "words", "said"),
    [
        ({"depth": 20, "activation": "relu", "init": "he"}, ["batch"], "slopes the bars the other way"),
        ({"depth": 30, "activation": "relu"}, ["he", "skip"], "look at the size"),
        ({"depth": 10}, ["layer"], "Layer normalization keeps the activations in shape"),
        ({"depth": 10}, ["clip"], "only makes gradients smaller"),
        ({"depth": 10}, ["adam"], "hidden, not gone"),
    ],
)
def test_what_is_surprising_is_said_where_it_is_measured(settings, words, said):
    assert any(said in one for one in surprises(rung({**settings, "steps": 100}, *words)))


def test_a_mended_network_has_no_surprises():
    assert surprises(rung({"depth": 5, "steps": 30}, "relu", "he")) == []


def test_the_explanation_of_a_bar_is_the_product_down_from_the_last_layer():
    (profile,) = trainer.profiles(Race().with_setting("depth", 6).experiments[:1])
    why = explain(profile, 2)
    rows = [line.split("|")[1:-1] for line in why.table.splitlines()[2:]]
    factors = [float(row[-2]) for row in rows[1:]]
    assert len(factors) == 4
    np.testing.assert_allclose(np.prod(factors), profile.delta_norm[1] / profile.delta_norm[-1], rtol=0.01)
    assert float(rows[-1][-1]) == pytest.approx(profile.delta_norm[1], rel=0.005)
    for row in rows[1:]:
        assert float(row[1]) * float(row[2]) == pytest.approx(float(row[-2]), rel=0.01)


def test_skips_and_normalization_have_their_part_in_the_explanation():
    race = Race().with_setting("depth", 6).with_setting("norm", "batch").with_setting("residual", "plain")
    (profile,) = trainer.profiles(race.experiments[:1])
    assert "skip" in explain(profile, 2).table
    assert "normalization" in explain(profile, 2).table


def test_the_last_layer_hears_the_loss_directly():
    for depth in (1, 5):
        (profile,) = trainer.profiles(Race().with_setting("depth", depth).experiments[:1])
        assert "last hidden layer" in explain(profile, depth).sentence


def test_slow_motion_goes_up_to_the_loss_and_back_down_and_then_changes_the_weights():
    race = Race().with_setting("depth", 3).with_setting("steps", 2)
    (experiment,) = race.experiments[:1]
    told = moments(trainer.profiles([experiment])[0], trainer.train([experiment])[0])
    assert [(m.phase, m.layer) for m in told] == [
        ("forward", 1), ("forward", 2), ("forward", 3), ("loss", 4), ("backward", 3), ("backward", 2), ("backward", 1),
        ("update", 1), ("update", 2), ("update", 3), ("update", 4),
    ]  # fmt: skip


def test_only_long_waits_are_announced():
    assert in_words(Race().experiments) == ""
    big = Race().with_setting("depth", 100).with_setting("width", 256).with_setting("steps", 3000)
    assert "minutes" in in_words(big.experiments)
    assert seconds(big.experiments) > seconds(big.experiments[:1]) > 60
