"""Keys that are measured hold for other seeds too, so that none of them is an accident."""

from dataclasses import replace

import pytest

from core.networks.experiment import Network
from core.questions.keys import MEASUREMENTS
from core.theory import mean_field


class OtherSeeds:
    """A laboratory whose networks all have another seed than they were asked for."""

    def __init__(self, lab, more):
        self.lab, self.more = lab, more

    def profiles(self, experiments):
        return self.lab.profiles([replace(e, seed=e.seed + self.more) for e in experiments])

    def runs(self, experiments):
        return self.lab.runs([replace(e, seed=e.seed + self.more) for e in experiments])


NUMBERS = {"sigmoid_measured_log10", "normalized_inner_factor"}
WORDS = sorted(set(MEASUREMENTS) - NUMBERS)


@pytest.mark.parametrize("name", WORDS)
def test_another_seed_gives_the_same_key(name, lab):
    key = MEASUREMENTS[name](lab)
    assert [MEASUREMENTS[name](OtherSeeds(lab, more)) for more in (10, 20)] == [key, key]


@pytest.mark.parametrize("depth", [6, 10, 16])
def test_the_measured_number_stays_within_the_tolerance(depth, lab):
    measure = MEASUREMENTS["sigmoid_measured_log10"]
    assert measure(OtherSeeds(lab, 10), depth=depth) == pytest.approx(measure(lab, depth=depth), abs=0.5)


def test_normalized_sigmoids_neither_vanish_nor_explode_where_the_points_fill_many_dimensions(lab):
    measure = MEASUREMENTS["normalized_inner_factor"]
    found = [measure(lab), *(measure(OtherSeeds(lab, more)) for more in (10, 20, 30))]
    theory = mean_field.per_layer_factor(Network(10, 32, "sigmoid", norm="batch"))
    assert found == pytest.approx([theory] * len(found), abs=0.03)
