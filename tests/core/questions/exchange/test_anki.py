import base64
import io
import re
import sqlite3
import zipfile

import pytest

from core.questions.exchange.anki import back, front, write


def notes(data):
    """For each note its guid, its fields, and its tags."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.read("media") == b"{}"
        collection = file.read("collection.anki2")
    database = sqlite3.connect(":memory:")
    database.deserialize(collection)
    found = database.execute("select guid, flds, tags from notes").fetchall()
    assert database.execute("select count(*) from cards").fetchone() == (len(found),)
    database.close()
    return found


@pytest.fixture(scope="module")
def packed(solved):
    return write(solved, "Vanishing Point")


def test_there_are_as_many_notes_as_questions_each_with_an_id_of_its_own(solved, packed):
    found = notes(packed)
    assert len(found) == len(solved)
    assert len({guid for guid, _, _ in found}) == len(solved)


def test_a_question_keeps_its_id_when_its_words_change_and_loses_it_with_its_version(by_id):
    one = by_id["one"]
    ((before, _, _),) = notes(write([one], "T"))
    ((reworded, _, _),) = notes(write([one.model_copy(update={"stem": "Other words?"})], "T"))
    ((newer, _, _),) = notes(write([one.model_copy(update={"version": 2})], "T"))
    assert before == reworded != newer


def test_tags_are_the_concept_and_the_misconceptions(by_id):
    ((_, _, tags),) = notes(write([by_id["one"]], "T"))
    assert tags.split() == ["reading-plots", "M1", "M2"]


def test_the_key_is_on_the_back_only(by_id):
    assert "✓ <strong>It falls</strong>" in back(by_id["one"])
    assert "✓" not in front(by_id["one"])
    assert "0.01766" in back(by_id["slope"])
    assert "<strong>about 1</strong>" in back(by_id["matched"])
    assert "<li>first</li>\n<li>then</li>" in back(by_id["ordered"])


def test_what_is_said_of_many_layers_is_said_once(by_id):
    assert back(by_id["layer"]).count("Look again.") == 1


def test_figures_are_on_the_card_itself_and_in_numbers_too(by_id):
    card, picture = front(by_id["one"]), by_id["one"].picture
    code = re.search(r'<img src="data:image/svg\+xml;base64,([^"]*)" alt="[^"]+"><details>.*<table>', card, re.DOTALL)
    assert base64.b64decode(code[1]).decode() == picture.svg
    assert "zero_()" in front(by_id["four"])


def test_mathematics_is_in_brackets_that_anki_reads(by_id):
    assert "\\(\\delta_1\\)" in front(by_id["one"])
