"""The pages for those who teach: what they show, what can be taken along and brought in, and for everybody."""

import hashlib
import io
import random
import re
import zipfile

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from lxml import etree

from core.questions.bank import bank, slugs
from core.questions.exchange import gift_reader
from core.questions.exchange.packages import FORMATS
from core.questions.items import Numeric, Order, Pick
from core.store import Attempt, Store
from tests.pages.conftest import UVICORN, serving

pytestmark = pytest.mark.browser

SLUG = slugs()[0]
BANK = bank(SLUG)
OF_EACH_TYPE = list({item.type: item for item in reversed(BANK.items)}.values())
PHONE = {"width": 390, "height": 844}
GOOD = """::Prime::Is 7 prime? {T#It is.#Yes.}

Which *one* is big? {=$10^9$ ~$10^\\{-9\\}$#tiny}

A root of 4? {#2 =-2}
"""
BROKEN = "Is 7 prime? {T}\n\nWithout an end {=a ~b\n\nAn essay {}\n"
FEW = "number formats"  # a concept with questions that need no training


def text(visit):
    return visit.page.get_by_test_id("stMain").inner_text()


def table(visit, heading):
    return visit.page.locator("table").filter(has=visit.page.locator("th", has_text=heading))


# --- questions ---


def assert_all_of_it_is_there(visit, item):
    visit.page.get_by_text("The first 10 variants").wait_for(timeout=60_000)
    visit.page.get_by_text("Why.").first.wait_for()  # mathematics and tables come a moment later
    table(visit, "Variant").locator("tr").nth(10).wait_for()
    visit.settle()
    said = text(visit)
    assert f"version {item.version}" in said
    assert item.concept in said
    assert all(f"{name}." in said for name in item.beliefs)
    assert "Explained in" in said
    assert "The right answer:" in said
    assert all(f"Hint {n}." in said for n in range(1, len(item.hints) + 1))
    assert "Why." in said
    assert table(visit, "Variant").locator("tr").count() == 11
    badges = visit.page.locator(".stMarkdownBadge").all_inner_texts()
    given = [re.sub(r"^[a-z_]+\s*", "", badge) for badge in badges]  # without the name of the icon
    if isinstance(item, Numeric):
        assert sum(word in {"Wrong", "Asked again"} for word in given) == len(item.rules)
    elif isinstance(item, Pick):
        assert given.count("Wrong") == 2
    elif isinstance(item, Order):
        assert sum(word.startswith("Step ") for word in given) == len(item.options)
    else:
        assert sum(word in {"Right", "Wrong", "True", "False", "Row"} for word in given) == len(item.options)


@pytest.mark.parametrize("item", OF_EACH_TYPE, ids=lambda item: item.type)
def test_a_question_of_each_type_is_shown_with_key_replies_and_ten_variants(visit, item):
    visit.open(f"questions?question={item.id}")
    assert_all_of_it_is_there(visit, item)


def test_nothing_is_worked_out_before_a_question_is_opened(visit):
    visit.open("questions")
    folded = visit.page.get_by_test_id("stExpander")
    assert folded.filter(has_text="·").count() == len(BANK.items)
    assert visit.page.get_by_text("The right answer:").count() == 0
    folded.filter(has_text=BANK.items[0].id).first.locator("summary").click()
    assert_all_of_it_is_there(visit, BANK.items[0])
    assert visit.page.get_by_text("The right answer:").count() == 1


def test_the_list_is_filtered_by_words_concept_type_and_misconception(visit):
    visit.open("questions")
    page = visit.page
    page.get_by_label("Search").fill("slowest-layer")
    page.get_by_label("Search").press("Enter")
    page.get_by_text(f"1 of {len(BANK.items)}").wait_for()
    page.get_by_label("Search").fill("")
    page.get_by_label("Search").press("Enter")
    page.get_by_text(f"1 of {len(BANK.items)}").wait_for(state="detached")
    for label, chosen, fits in [
        ("Concept", "clipping", lambda item: item.concept == "clipping"),
        ("Type", "Type a number", lambda item: item.concept == "clipping" and item.type == "numeric"),
        ("Misconception", "M5", lambda i: i.concept == "clipping" and i.type == "numeric" and "M5" in i.beliefs),
    ]:
        page.get_by_role("combobox", name=label, exact=True).click()
        page.keyboard.type(chosen)
        page.keyboard.press("Enter")
        visit.settle()
        expected = [item.id for item in BANK.items if fits(item)]
        page.get_by_text(f"{len(expected)} of {len(BANK.items)}").wait_for()
    page.get_by_label("Search").fill("nonsense")
    page.get_by_label("Search").press("Enter")
    page.get_by_text("No question fits all of this.").wait_for()


def check_moodle(data, _):
    assert len(etree.fromstring(data).findall("question")) >= len(expected_items())


def check_gift(data, name):
    read = gift_reader.read(data)
    assert not read.mistakes
    assert len(read.questions) >= len(expected_items())
    assert name.endswith(".gift.txt")


def check_canvas(data, _):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "imsmanifest.xml" in archive.namelist()


def check_anki(data, _):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "collection.anki2" in archive.namelist()


CHECKS = {"moodle": check_moodle, "gift": check_gift, "canvas": check_canvas, "anki": check_anki}


def expected_items():
    return [item for item in BANK.items if item.concept == FEW]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_for_each_program_can_be_made_and_downloaded(visit, name):
    visit.open("questions")
    page, form = visit.page, FORMATS[name]
    page.get_by_role("tab", name="Take along").click()
    panel = page.get_by_role("tabpanel", name="Take along")
    panel.get_by_text(form.title, exact=True).click()
    panel.get_by_role("combobox", name="Which questions?").click()
    page.keyboard.type(FEW)
    page.keyboard.press("Enter")
    panel.get_by_text("3", exact=True).click()
    visit.settle()
    panel.get_by_role("button", name="Make the file").click()
    with page.expect_download(timeout=120_000) as waiting:
        panel.get_by_role("button", name="Download").click(timeout=120_000)
    download = waiting.value
    assert download.suggested_filename == f"{SLUG}{form.ending}"
    with open(download.path(), "rb") as file:  # noqa: PTH123  a path of Playwright's
        CHECKS[name](file.read(), download.suggested_filename)


def upload(visit, content):
    visit.open("questions")
    visit.page.get_by_role("tab", name="Bring in").click()
    file = {"name": "mine.gift.txt", "mimeType": "text/plain", "buffer": content}
    visit.page.locator("input[type=file]").set_input_files(file)


def test_a_gift_file_is_shown_and_becomes_a_file_of_ours(visit):
    upload(visit, GOOD.encode())
    page = visit.page
    page.get_by_text("3 questions read.").wait_for()
    assert "had to be left out" not in text(visit)
    page.get_by_test_id("stExpander").filter(has_text="A root of 4?").last.locator("summary").click()
    page.get_by_text("exactly -2").wait_for()
    assert f"lessons/{SLUG}/quiz/imported.yaml" in text(visit)
    page.get_by_test_id("stExpander").filter(has_text="Prime").last.locator("summary").click()
    page.get_by_test_id("stExpander").filter(has_text="Prime").last.get_by_text("Is 7 prime?").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download imported.yaml").click()
    with open(waiting.value.path(), encoding="utf-8") as file:  # noqa: PTH123
        written = file.read()
    read = yaml.safe_load(written)
    assert read["imported"] is True
    kept = [(item["type"], len(item.get("options", item.get("between", [])))) for item in read["items"]]
    assert kept == [("single", 2), ("single", 2), ("numeric", 2)]
    assert read["items"][0]["id"] == "prime"


def test_what_cannot_be_read_is_said_with_its_line_and_the_rest_is_kept(visit):
    upload(visit, BROKEN.encode())
    visit.page.get_by_text("2 could not be read").wait_for()
    assert "1 question read." in text(visit)
    assert "Line 3: " in text(visit)
    assert "Line 5: " in text(visit)


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfe\x00", "not a text file"), (b"// nothing", "no question in")])
def test_a_file_of_something_else_is_refused_in_words(visit, content, said):
    upload(visit, content)
    visit.page.get_by_text(said).wait_for()


# --- statistics ---


def fill(folder, learners=60):
    """Learners of every ability; of three questions one is answered by 60, one by 30, and one by 5."""
    store, dice = Store.open(f"sqlite:///{folder}/learners.sqlite3"), random.Random(1)  # noqa: S311
    asked = [("slowest-layer", 60, "first", ["last", "middle"]), ("what-multiplies", 60, "weights+slopes", ["rate"]),
             ("singular-value", 30, "falls", ["grows"]), ("product-bound", 5, None, [])]  # fmt: skip
    for n in range(learners):
        able = dice.random()
        for id_, count, best, others in asked:
            if n < count:
                right = dice.random() < able
                store.record(hashlib.sha256(str(n).encode()).hexdigest(), Attempt(
                    f"{n}-{id_}", f"{SLUG}/{id_}", (best if right else dice.choice(others)) if others else "x",
                    "right" if right else "wrong", confidence=1 + n % 3,
                ))  # fmt: skip
    store.close()


def server(**variables):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with serving(*UVICORN) as address:
            yield address


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answered")
    fill(folder)
    yield from server(VANISHING_POINT_DATA=str(folder))


@pytest.fixture(scope="module")
def unanswered(tmp_path_factory):
    yield from server(VANISHING_POINT_DATA=str(tmp_path_factory.mktemp("unanswered")))


@pytest.fixture(scope="module")
def storeless(tmp_path_factory):
    yield from server(DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")


def choose(visit, name):
    visit.take("Question", name)
    visit.settle()


def test_statistics_of_sixty_learners(visit, answered):
    visit.address = answered
    visit.open("statistics")
    page = visit.page
    page.get_by_text("4 questions answered.").wait_for()
    assert "as they do in 1 of the rows" in text(visit)
    choose(visit, "slowest")
    page.get_by_text("Of 60 learners").wait_for()
    table(visit, "Verdict").wait_for()
    rows = table(visit, "Verdict").locator("tbody tr").all_inner_texts()
    assert len(rows) == 3
    assert "Layer 1, next to the input" in " ".join(rows)
    assert "Layer 1 is the one beside the output" in " ".join(rows)
    assert "Hardly anybody chooses “All layers move at about the same pace”" in text(visit)
    choose(visit, "singular")
    page.get_by_text("With 20 more, the best can be set beside the weakest").wait_for()
    assert table(visit, "Verdict").locator("th").all_inner_texts() == ["Answer", "Verdict", "All", "Speaks of"]
    choose(visit, "product")
    page.get_by_text("With 5 more, their answers are listed").wait_for()
    assert table(visit, "Verdict").count() == 0


def test_the_table_as_a_file_says_nothing_of_few_learners(visit, answered):
    visit.address = answered
    visit.open("statistics")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="The table, as CSV").click()
    with open(waiting.value.path(), encoding="utf-8") as file:  # noqa: PTH123
        head, *rows = [line.strip().split(",") for line in file]
    by_id = {row[1]: dict(zip(head, row, strict=False)) for row in rows}
    assert by_id["slowest-layer"]["facility"]
    assert by_id["slowest-layer"]["discrimination"]
    assert by_id["singular-value"]["facility"]
    assert not by_id["singular-value"]["discrimination"]
    assert by_id["product-bound"]["learners"] == "5"
    assert not by_id["product-bound"]["facility"]


def test_the_question_itself_is_one_link_away(visit, answered):
    visit.address = answered
    visit.open("statistics")
    choose(visit, "what-multiplies")
    visit.page.get_by_text("Of 60 learners").wait_for()
    visit.page.get_by_role("link", name="The question with its answers").click()
    visit.page.get_by_text("The right answer:").wait_for()
    assert "what-multiplies" in text(visit)
    visit.page.get_by_role("button", name="All questions").click()
    visit.page.get_by_label("Search").wait_for()


def test_before_anybody_has_answered(visit, unanswered):
    visit.address = unanswered
    visit.open("statistics")
    visit.page.get_by_text("Nobody has answered a question yet.").wait_for()


def test_without_a_store_it_says_so(visit, storeless):
    visit.address = storeless
    visit.open("statistics")
    visit.page.get_by_text("The answers cannot be counted at the moment.").wait_for(timeout=60_000)


# --- for everybody ---


def serious(page):
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, answered, theme):
    visit.address = answered
    visit.page.emulate_media(color_scheme=theme)
    found = []
    for item in OF_EACH_TYPE:
        visit.open(f"questions?question={item.id}")
        visit.page.get_by_text("The first 10 variants").wait_for(timeout=60_000)
        visit.settle()
        found += [f"{item.id}: {one}" for one in serious(visit.page)]
    upload(visit, (GOOD + BROKEN).encode())
    visit.page.get_by_text("could not be read").wait_for()
    visit.settle()
    found += [f"bring: {one}" for one in serious(visit.page)]
    visit.page.get_by_role("tab", name="Take along").click()
    found += [f"take: {one}" for one in serious(visit.page)]
    visit.open("statistics")
    choose(visit, "slowest")
    found += [f"statistics: {one}" for one in serious(visit.page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_nothing_is_wider_than_a_phone(visit, answered):
    visit.address = answered
    for path in ("questions", "questions?question=backward-order", "questions?question=product-bound", "statistics"):
        visit.open(path)
        if "=" in path:
            visit.page.get_by_text("The first 10 variants").wait_for(timeout=60_000)
        wide = visit.page.evaluate(
            "() => { const main = document.querySelector('.stMain'); return main.scrollWidth - main.clientWidth; }"
        )
        assert wide <= 0, path


def test_the_menu_fits_without_folding(visit):
    visit.open("questions")
    links = visit.page.get_by_test_id("stTopNavLink")
    boxes = [link.bounding_box() for link in links.all()]
    assert len(boxes) == len(set(slugs())) + 6
    assert all(box and box["x"] + box["width"] < 1200 and box["y"] < 60 for box in boxes)


def test_both_pages_by_keyboard(visit, answered):
    visit.address = answered
    visit.open("questions")
    page = visit.page
    page.get_by_label("Search").focus()
    page.keyboard.type("slowest-layer")
    page.keyboard.press("Enter")
    page.get_by_text(f"1 of {len(BANK.items)}").wait_for()
    for _ in range(8):  # past the three lists and their buttons
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    page.get_by_text("The right answer:").wait_for()
    page.get_by_role("tab", name="All questions").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Make the file").wait_for()
    visit.open("statistics")
    visit.take("Question", "singular")
    page.get_by_text("With 20 more").wait_for()
