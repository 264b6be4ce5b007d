import pytest

from core.errors import Fixable
from core.questions.bank import bank, slugs
from core.questions.exchange.packages import FORMATS, package


@pytest.mark.parametrize("name", FORMATS)
def test_every_bank_can_be_packed_in_every_format(name, lab):
    for slug in slugs():
        packed = package(bank(slug), lab, name)
        assert packed.filename.startswith(slug)
        assert packed.filename.endswith(FORMATS[name].ending)
        assert len(packed.data) > 1000
        assert not packed.left_out


def test_more_seeds_give_more_variants_but_none_twice(lab, own_bank):
    once = package(own_bank, lab, "gift", [0]).data.decode()
    often = package(own_bank, lab, "gift", range(40)).data.decode()
    assert once.count("[id:") == len(own_bank.items)
    assert often.count("[id:slope@") == 3
    assert often.count("[id:one@") == 1


def test_an_unknown_format_is_answered_with_those_there_are(lab):
    with pytest.raises(Fixable, match="moodle"):
        package(bank(slugs()[0]), lab, "modle")
