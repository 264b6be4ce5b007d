import io
import math
import re
import zipfile
from html import unescape

import pytest
from lxml import etree

from core.errors import Fixable
from core.questions.exchange import qti
from core.questions.exchange.portable import Answer, Number, Portable
from core.questions.exchange.qti import interval, suited, write

IMS = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def unpacked(data):
    """The manifest, the questions, and the names of the files."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        names = file.namelist()
        manifest = etree.fromstring(file.read("imsmanifest.xml"))
        (name,) = [name for name in names if name.startswith("text2qti_assessment") and "meta" not in name]
        return manifest, list(etree.fromstring(file.read(name)).iter(f"{IMS}item")), names


@pytest.fixture(scope="module")
def packed(solved):
    return write(solved, "Vanishing Point")


@pytest.fixture(scope="module")
def items(packed):
    return unpacked(packed[0])[1]


def different(solved):
    return {(one.number, one.stem) for portable in solved for one in suited(portable)}


def test_the_manifest_names_files_that_are_there(packed):
    manifest, _, names = unpacked(packed[0])
    files = [part.get("href") for part in manifest.iter() if part.tag.endswith("}file")]
    assert files
    assert set(files) <= set(names)


def test_every_figure_is_a_file_that_its_question_shows_before_its_numbers(by_id):
    some = [one for one in by_id.values() if one.picture or one.shown][:6]
    data, _ = write(some, "T")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        shown = {file.read(name).decode() for name in file.namelist() if name.endswith(".svg")}
    assert shown == {picture.svg for one in some for picture in (one.picture, one.shown) if picture}
    for item in unpacked(data)[1]:
        one = by_id[item.get("title").split(",")[0]]
        texts = [text.text for text in item.iter(f"{IMS}mattext")]
        assert [len(re.findall(r"<img [^>]*images/[^>]*svg[^>]*>\s*</p>\s*<details>.*?<table>", text, re.DOTALL))
                for text in (texts[0], " ".join(texts[1:]))] == [bool(one.picture), bool(one.shown)]  # fmt: skip


def test_there_are_as_many_items_as_were_written(solved, packed, items):
    written = {unescape(one.stem) for portable in solved for one in suited(portable)}
    titles = {item.get("title") for item in items}
    assert len(items) >= len(written) - len(packed[1])
    for portable in solved:
        for one in suited(portable):
            out = {left.name for left in packed[1]}
            assert one.name in titles | out or any(title.startswith(one.id) for title in titles), one.name


def test_nothing_is_left_out_without_a_reason(packed):
    assert all(left.name and left.why.endswith(".") for left in packed[1])


def number_of(item):
    low = float(next(item.iter(f"{IMS}vargte")).text)
    return low, float(next(item.iter(f"{IMS}varlte")).text)


def test_numbers_keep_their_tolerance(solved, items):
    by_title = {item.get("title"): item for item in items}
    checked = 0
    for portable in solved:
        (one, *more) = suited(portable)
        if one.kind == "numeric" and not more and one.name in by_title and one.numbers[0].tolerance:
            low, high = number_of(by_title[one.name])
            key = one.numbers[0]
            assert low <= key.value - key.tolerance + 1e-9
            assert high >= key.value + key.tolerance - 1e-9
            assert high - low <= 3 * key.tolerance + 1e-9
            assert float(f"{low:.4f}") == low
            checked += 1
    assert checked >= 10


def test_a_tiny_number_is_asked_for_as_its_logarithm(by_id, items):
    (one,) = suited(by_id["tiny"])
    assert "logarithm" in one.stem
    low, high = number_of(next(item for item in items if item.get("title") == "tiny"))
    assert low <= 20 * math.log10(0.25) <= high
    assert high - low < 0.05


@pytest.mark.parametrize(("value", "tolerance"), [(2e-5, 1e-6), (0.0, 0.1), (0.00005, 0.1), (-1e-9, 1e-10)])
def test_what_canvas_would_round_away_is_not_given_as_it_is(value, tolerance):
    assert interval(Number(value=value, tolerance=tolerance)) is None


def test_what_cannot_be_asked_at_all_is_listed():
    zero = Portable(id="zero", kind="numeric", stem="0?", numbers=(Number(value=0, tolerance=0.1),))
    none = Portable(id="none", kind="kprim", stem="?", choices=(Answer(text="a"), Answer(text="b")))
    whole = Portable(id="whole", kind="numeric", stem="73?", numbers=(Number(value=73),))
    data, left_out = write([zero, none, whole], "T")
    assert [left.name for left in left_out] == ["zero", "none"]
    assert [item.get("title") for item in unpacked(data)[1]] == ["whole"]
    with pytest.raises(Fixable):
        write([zero], "T")


def test_a_match_is_a_question_on_each_row(items):
    titles = [item.get("title") for item in items]
    assert {"matched, row 1", "matched, row 2", "matched, row 3", "matched, row 4"} <= set(titles)


def test_variants_are_in_a_group_of_which_one_is_drawn(packed):
    with zipfile.ZipFile(io.BytesIO(packed[0])) as file:
        (name,) = [name for name in file.namelist() if name.startswith("text2qti_assessment") and "meta" not in name]
        text = file.read(name).decode()
    assert text.count("<selection_number>1</selection_number>") >= 2


@pytest.mark.parametrize("stem", ["![x]({})", "!<!-- -->[x]({})", "![x][y]\n\n[y]: {}", '<img src="{}">'])
def test_no_file_of_this_machine_gets_into_the_package(stem, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text("secret")
    one = Portable(
        id="a", kind="single", stem=stem.format(secret), choices=(Answer(text="b", right=True), Answer(text="c"))
    )
    assert not [name for name in unpacked(write([one], "T")[0])[2] if name.endswith(".svg")]


def test_a_package_with_a_foreign_picture_is_refused(tmp_path):
    (tmp_path / "secret.svg").write_text("secret")
    text = f"Quiz title: T\n\n1. ![x]({tmp_path / 'secret.svg'})\n*a) b\nb) c\n"
    with pytest.raises(Fixable):
        qti._zipped(text, set())
