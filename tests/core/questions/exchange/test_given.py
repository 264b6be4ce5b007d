from pydantic import TypeAdapter
from ruamel.yaml import YAML

from core.questions.exchange.gift_reader import read
from core.questions.exchange.given import to_yaml
from core.questions.exchange.portable import Number, Portable
from core.questions.items import Item

GIFT = """::Prime::Is 7 prime? {T#It is.#Yes.}

Which are even? {~%50%2 ~%50%4 ~%-100%3#no, odd}

How much? {#3:0.3#yes =%0%30:1#ten times too much}

Match {=a -> {{x}} =b -> y = -> z}
"""


def items(portables, **more):
    text, left_out = to_yaml(portables, **more)
    loaded = YAML(typ="safe").load(text)
    assert loaded["imported"] is True
    return loaded["items"], left_out


def fits_our_form(item):
    """All but the answers is as in our own files: with a key in their place, the item is one of ours."""
    ours = {key: value for key, value in item.items() if key != "answer"}
    ours |= {} if item["type"] == "order" else {"key": "error_trend"}
    ours |= {"misconceptions": ["M1"], "plot": {"view": "error", "of": ["a"]}}
    if "rules" in ours:
        renamed = [{"equals" if key == "number" else key: value for key, value in r.items()} for r in ours["rules"]]
        ours["rules"] = [rule | {"equals": "sigmoid"} for rule in renamed]
    return TypeAdapter(Item).validate_python(ours)


def test_imported_questions_become_a_file_of_our_own_form():
    found, left_out = items(read(GIFT.replace("{{x}}", "x")).questions, section="here", misconceptions=["M1"])
    assert not left_out
    assert [item["type"] for item in found] == ["single", "multiple", "numeric", "match"]
    assert all(fits_our_form(item) for item in found)
    assert found[0]["answer"] == "option-1"
    assert found[1]["answer"] == ["option-1", "option-2"]
    assert (found[2]["answer"], found[2]["tolerance"], found[2]["between"]) == (3.0, 0, [[2.7, 3.3]])
    assert found[2]["rules"] == [{"number": 30.0, "say": "ten times too much", "between": [29.0, 31.0]}]
    assert found[3]["answer"] == {"row-1": "partner-1", "row-2": "partner-2"}
    assert list(found[3]["partners"].values()) == ["x", "y", "z"]
    assert [item["id"] for item in found][:2] == ["prime", "which-are-even"]


def test_our_own_questions_can_be_given_too(solved):
    found, left_out = items(solved)
    assert not left_out
    assert len({item["id"] for item in found}) == len(found)
    assert len(found) == len(solved)
    assert all(fits_our_form(item) for item in found)


def test_braces_of_a_teacher_are_not_filled_in():
    one = Portable(id="a", kind="numeric", stem="{{key}}", numbers=(Number(value=1),))
    assert items([one])[0][0]["stem"] == "{ {key}}"


def test_several_right_numbers_are_all_kept_with_their_replies():
    roots = (Number(value=2, reply="The positive one."), Number(value=-2))
    found, left_out = items([Portable(id="a", kind="numeric", stem="A root of 4?", numbers=roots)])
    assert not left_out
    assert found[0]["between"] == [[2, 2], [-2, -2]]
    assert found[0]["explain"] == "2: The positive one."


def test_a_margin_around_zero_is_a_range():
    found, left_out = items(read("The mean? {#0:0.05}\n\nSmall? {#-5..5~#Too far out.}").questions)
    assert not left_out
    assert [item["between"] for item in found] == [[[-0.05, 0.05]], [[-5, 5]]]
    assert found[1]["otherwise"] == "Too far out."
