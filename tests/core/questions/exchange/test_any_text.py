"""Whatever a teacher writes can be taken to every program, and takes no file of this machine along."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from core.errors import Fixable
from core.questions.exchange import anki, gift, moodle, qti
from core.questions.exchange.portable import Answer, Portable, clean

MARKS = "\\{}=~#:$%[]()<>&;lpar!-\n\t |/*_` 1.ab+^"
texts = (st.text(max_size=40) | st.text(alphabet=MARKS, max_size=40)).filter(clean)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(texts, st.lists(texts, min_size=2, max_size=4, unique_by=clean), texts, texts)
@example("```\n1. a\n```", ["*a) b", "... c"], "END_GROUP", "COMMENT")
@example("![a](/etc/hostname)", ["!<!-- -->[x](/etc/hostname)", "b"], "GROUP", "Title: x")
def test_any_text_can_be_written_in_every_format(stem, options, reply, why):
    choices = tuple(Answer(text=text, reply=reply, right=i == 0) for i, text in enumerate(options))
    one = Portable(
        id="q", kind="single", stem=stem, code=reply, explanation=why, choices=choices, hints=(why,), tags=(stem,)
    )
    question = etree.fromstring(moodle.write([one], why)).find("question[@type='multichoice']")
    assert len(question.findall("answer")) == len(options)
    assert gift.write([one], why)
    assert anki.write([one], why)
    with zipfile.ZipFile(io.BytesIO(qti.write([one], why)[0])) as file:
        assert len(file.namelist()) == 4


def test_what_text2qti_refuses_is_answered_in_words():
    same = (Answer(text="*a*", right=True), Answer(text="_a_"))
    with pytest.raises(Fixable, match="Duplicate choice"):
        qti.write([Portable(id="q", kind="single", stem="?", choices=same)], "T")
