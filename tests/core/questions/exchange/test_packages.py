import pytest

from core.errors import Fixable
from core.questions.bank import bank, slugs
from core.questions.exchange.packages import FORMATS, package
from core.questions.exchange.portable import _drawn


@pytest.mark.parametrize("name", FORMATS)
def test_every_bank_can_be_packed_in_every_format(name, lab):
    for slug in slugs():
        questions = bank(slug)
        packed = package(questions, lab, name)
        assert packed.filename.startswith(slug)
        assert packed.filename.endswith(FORMATS[name].ending)
        assert len(packed.data) > 1000
        needy = [item.id for item in questions.items if item.plot] if not FORMATS[name].pictures else []
        assert [one.name for one in packed.left_out] == needy
        assert all("holds none" in one.why for one in packed.left_out)
        assert packed.questions == len(questions.items) - len(needy)


def test_a_question_whose_picture_would_lose_something_is_left_out_and_says_what(lab, own_bank, monkeypatch):
    from core.figures import painting

    monkeypatch.delitem(painting._PAINTERS, "bar")
    _drawn.cache_clear()
    packed = package(own_bank, lab, "moodle")
    assert [one.name for one in packed.left_out] == ["one", "layer"]
    assert "would lose something: there is a trace of the type 'bar'" in packed.left_out[0].why
    assert packed.questions == len(own_bank.items) - 2


def test_more_seeds_give_more_variants_but_none_twice(lab, own_bank):
    once = package(own_bank, lab, "moodle", [0]).data.decode()
    often = package(own_bank, lab, "moodle", range(40)).data.decode()
    assert once.count("<idnumber>") == len(own_bank.items)
    assert often.count("<idnumber>slope@") == 3
    assert often.count("<idnumber>one@") == 1


def test_an_unknown_format_is_answered_with_those_there_are(lab):
    with pytest.raises(Fixable, match="moodle"):
        package(bank(slugs()[0]), lab, "modle")
