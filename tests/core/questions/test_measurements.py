"""Keys that are measured hold for other seeds too, so that none of them is an accident."""

from dataclasses import replace

import pytest

from core.questions.keys import MEASUREMENTS


class OtherSeeds:
    """A laboratory whose networks all have another seed than they were asked for."""

    def __init__(self, lab, more):
        self.lab, self.more = lab, more

    def profiles(self, experiments):
        return self.lab.profiles([replace(e, seed=e.seed + self.more) for e in experiments])

    def runs(self, experiments):
        return self.lab.runs([replace(e, seed=e.seed + self.more) for e in experiments])


WORDS = sorted(set(MEASUREMENTS) - {"sigmoid_measured_log10"})


@pytest.mark.parametrize("name", WORDS)
def test_another_seed_gives_the_same_key(name, lab):
    key = MEASUREMENTS[name](lab)
    assert [MEASUREMENTS[name](OtherSeeds(lab, more)) for more in (10, 20)] == [key, key]


@pytest.mark.parametrize("depth", [6, 10, 16])
def test_the_measured_number_stays_within_the_tolerance(depth, lab):
    measure = MEASUREMENTS["sigmoid_measured_log10"]
    assert measure(OtherSeeds(lab, 10), depth=depth) == pytest.approx(measure(lab, depth=depth), abs=0.5)
