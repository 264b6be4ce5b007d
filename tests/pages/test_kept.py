"""Numbers that an earlier version of the code has measured, as a reader sees them."""

import json
import shutil
from pathlib import Path

import pytest

from core.compute.fingerprint import fingerprint
from core.compute.kept import FILE
from core.evidence.evidence import claim_key
from core.lessons import library
from tests.pages.conftest import UVICORN, copy_of_the_app, serving

pytestmark = pytest.mark.browser

TINY = Path(__file__).parents[1] / "lessons"
LESSON = library.load(library.entries(TINY)[0].slug, TINY)


@pytest.fixture
def outdated(tmp_path):
    """The app with one small lesson, whose numbers come from another version of the code."""
    root = copy_of_the_app(tmp_path / "app")
    shutil.rmtree(root / "lessons")
    shutil.copytree(TINY, root / "lessons")
    stamp = {"fingerprint": "of another version", "day": "2020-02-02", "on": "an abacus"}
    values = [[*claim_key(LESSON, name), [0.5] * claim.seeds] for name, claim in LESSON.claims.items()]
    (root / "lessons" / LESSON.slug / FILE).write_text("".join(f"{json.dumps(line)}\n" for line in [stamp, *values]))
    with serving(*UVICORN, root=root, VANISHING_POINT_DATA=tmp_path / "data") as address:
        yield address, tmp_path / "data" / FILE


def test_an_old_number_says_so_until_it_has_been_measured_anew(outdated, visit):
    visit.address, own = outdated
    visit.open(LESSON.slug)
    number = visit.page.locator('a[data-says^="Measured by this page: error signal per layer"]')
    number.wait_for()
    assert "history" in number.inner_text()
    assert number.inner_text().startswith("0.5")
    says = number.get_attribute("data-says")
    assert "Measured on 2020-02-02 with an abacus, by an earlier version of this page; it is being measured" in says
    visit.page.wait_for_function(
        "() => document.querySelector('a[data-says*=\"with torch\"]')?.innerText.startsWith('0.9')", timeout=60_000
    )
    visit.settle()
    assert "history" not in visit.page.get_by_test_id("stMain").inner_text()
    for _ in range(300):  # it is written once the lesson's figures have been measured, too
        if own.exists():
            break
        visit.page.wait_for_timeout(200)
    assert json.loads(own.read_text(encoding="utf-8").splitlines()[0])["fingerprint"] == fingerprint()
