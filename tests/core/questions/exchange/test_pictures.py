"""What a question names is in the picture that goes along with it, which is read as XML, by its words and parts."""

import json
import math
import re

import pytest
from lxml import etree

from core.figures.pictures import CannotBeDrawn, picture
from core.questions.bank import bank, slugs

SVG = "{http://www.w3.org/2000/svg}"
SPEAKS_OF_IT = re.compile(
    r"\b(?:bars?|figure|picture|plot|curves?|axis|(?:dotted|dashed) line|norms?)\b", re.IGNORECASE
)


class Drawn:
    """A picture as it is found in a file."""

    def __init__(self, svg):
        self.root = etree.fromstring(svg.encode())
        found = ["".join(text.itertext()).strip() for text in self.root.iter(f"{SVG}text")]
        self.texts, self.words = found, "\n".join(found)
        self.ids = [part.get("id", "") for part in self.root.iter() if part.get("id")]

    def parts(self, pattern):
        return [id_ for id_ in self.ids if re.fullmatch(pattern, id_)]

    def points(self, id_):
        (group,) = [part for part in self.root.iter(f"{SVG}g") if part.get("id") == id_]
        path = next(group.iter(f"{SVG}path"), None)
        return [] if path is None else re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path.get("d"))

    def highest_number_across(self):
        return max(int(text) for text in self.texts if text.isdigit())


@pytest.fixture(scope="module")
def pictured(solved):
    """All questions with a figure, and their pictures."""
    return [(one, Drawn(one.picture.svg)) for one in solved if one.picture]


def test_every_question_with_a_plot_has_a_picture(pictured):
    of_bank = {item.id for slug in slugs() for item in bank(slug).items if item.plot}
    assert len(of_bank) >= 30
    assert of_bank <= {one.id for one, _ in pictured}


def test_everything_that_the_page_draws_is_in_the_picture(pictured):
    for one, drawn in pictured:
        for place, figure in enumerate(map(json.loads, one.picture.figures)):
            layout = figure["layout"]
            for axis in ("xaxis", "yaxis"):
                assert layout[axis]["title"]["text"] in drawn.words, one.name
                ticks = layout[axis].get("ticktext", [])
                low, high = layout[axis].get("range", (0, 0))
                values = layout[axis].get("tickvals", [])
                within = {text for text, at in zip(ticks, values, strict=True) if low <= at <= high}
                assert within <= set(drawn.texts), one.name
            for note in layout["annotations"]:
                assert all(line in drawn.words for line in note["text"].split("<br>")), (one.name, note["text"])
            assert len(drawn.parts(rf"figure-{place}-line-\d+")) == len(layout["shapes"])
            if "title" in layout:
                assert layout["title"]["text"] in drawn.texts
            for i, trace in enumerate(figure["data"]):
                traced(drawn, f"figure-{place}-{i}", trace, layout["yaxis"])
                if layout["showlegend"] and trace.get("showlegend", True) and "name" in trace:
                    assert trace["name"] in drawn.texts, one.name


def traced(drawn, name, trace, side):
    """Each bar and each point of a trace has its place; of a curve that leaves the axes, those within."""
    low, high = side.get("range", (-math.inf, math.inf)) if side.get("type") != "log" else (-math.inf, math.inf)
    known = sum(None not in (x, y) for x, y in zip(trace["x"], trace.get("y", []), strict=False))
    if trace["type"] == "bar":
        assert len(drawn.parts(rf"{name}-bar-\d+")) == known
    elif trace["type"] == "scatter" and "lines" in trace["mode"]:
        within = sum(y is not None and low <= y <= high for y in trace["y"])
        assert known >= len(drawn.points(f"{name}-curve")) >= within
        assert within == known > 100 or "diverged" in drawn.words or "up to" in drawn.words or known <= 2
    elif trace["type"] == "scatter":
        (group,) = [part for part in drawn.root.iter(f"{SVG}g") if part.get("id") == f"{name}-curve"]
        assert len(list(group.iter(f"{SVG}use"))) == known
    elif trace["type"] == "heatmap":
        assert drawn.parts(f"{name}-map")


# What a sentence about a figure may name, and what must then be seen there
NAMED = {
    r"float16|16-bit": lambda d: "float16" in d.words and d.parts(r"figure-\d-line-\d+"),
    r"dashed line": lambda d: {"usual:", "10⁻³"} <= set(d.texts) and d.parts(r"figure-\d-line-\d+"),
    r"(?:bars are|shows) the \*weight gradients": lambda d: "Weight gradient" in d.words,
    r"(?:bars are|shows) the \*error signals": lambda d: "Error signal" in d.words,
    r"takes each step": lambda d: {"Multiplied by, log", "Step back to layer …"} <= set(d.texts),
    r"\bloss\b|training of": lambda d: "Loss" in d.texts and "guessing: ln 2" in d.words,
    r"accuracy|training of": lambda d: "Held-out accuracy" in d.texts,
    r"norm of the whole gradient|norm before clipping": lambda d: "‖gradient‖, all layers, log" in d.texts,
    r"after clipping": lambda d: "A: a network, clipped" in d.texts,
    r"saturated|flat part": lambda d: "Saturated: slope below 5 %" in d.texts,
    r"\bdead (?:units|layers)": lambda d: "Dead: no slope at any point" in d.texts or "‖update‖" in d.words,
    r"outputs of each layer are spread": lambda d: "activation a" in d.texts,
    r"point of the plane": lambda d: {"first input", "second input", "P(class 1)"} <= set(d.texts),
    r"first step .*moved": lambda d: "‖update‖ / ‖weights‖, log" in d.texts,
    r"\*linear\* axis": lambda d: ", log" not in d.words,
    r"axis is logarithmic|powers of ten": lambda d: ", log" in d.words or "usual:" in d.texts,
    r"input side": lambda d: "1 = input side" in d.words or "Step back to layer" in d.words,
    r"\bstep\b.*clipping|by step": lambda d: "Step" in d.texts,
}  # fmt: skip


def sentences(one):
    """What a question says of its figure: in its stem, and in its choices."""
    said = re.split(r"(?<=[.?!;:])\s+", one.stem)
    return [text for text in [*said, *(choice.text for choice in one.choices)] if SPEAKS_OF_IT.search(text)]


def test_what_a_question_says_of_its_figure_is_seen_there(pictured):
    met = set()
    for one, drawn in pictured:
        for sentence in sentences(one):
            for pattern, seen in NAMED.items():
                if re.search(pattern, sentence):
                    met.add(pattern)
                    assert seen(drawn), (one.name, pattern, sentence, drawn.texts)
    assert len(met) >= 15, set(NAMED) - met


def test_the_layers_and_networks_that_a_question_names_are_in_its_picture(pictured):
    layers = networks = 0
    for one, drawn in pictured:
        said = " ".join([one.stem, *(choice.text for choice in one.choices)])
        if "Layer (1 = input side)" in drawn.texts:
            for layer in map(int, re.findall(r"\b[Ll]ayer (\d+)", said)):
                layers += 1
                bar = f"figure-0-0-bar-{layer - 1}" in drawn.ids
                column = drawn.parts("figure-0-0-map") or "exactly 0" in drawn.words
                assert bar or (column and layer <= drawn.highest_number_across()) or f"{layer}" in drawn.texts, (
                    one.name,
                    layer,
                )
        for letter in re.findall(
            r"\b(?:[Nn]etworks?|and) ([A-D])\b|\b([A-D])(?: and [A-D])?\b is what|^([A-D]) has", said
        ):
            networks += 1
            name = next(filter(None, letter))
            assert any(re.match(rf"{name}(?:: |$)", text) for text in drawn.texts), (one.name, name, drawn.texts)
    assert layers > 20
    assert networks > 10


def test_the_alternative_text_names_axes_and_lines_and_not_the_answer(pictured):
    for one, drawn in pictured:
        for figure in map(json.loads, one.picture.figures):
            assert figure["layout"]["yaxis"]["title"]["text"] in one.picture.alt
        if "float16" in drawn.words:
            assert re.search(r"A line across it at [\d.]+ × 10\S+: float16 ends\.", one.picture.alt)
        assert "table below it" in one.picture.alt
        for word in ("vanish", "explod", "healthy", "falls", "grows"):
            assert word not in one.picture.alt.lower(), one.name


def test_two_figures_of_one_question_have_an_axis_each(by_id):
    drawn = Drawn(by_id["plot-loss-at-chance"].picture.svg)
    assert {"Loss", "Held-out accuracy"} <= set(drawn.texts)
    assert len(drawn.points("figure-0-0-curve")) == 1000
    assert drawn.highest_number_across() == 800  # the last tick of an axis that ends at step 999
    assert {"0%", "100%"} <= set(drawn.texts)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("layout", "yaxis2"), {}, "yaxis2"),
        (("layout", "shapes"), [{"type": "circle", "line": {}}], "circle"),
        (("layout", "barmode"), "group", "group"),
        (("data", 0, "type"), "pie", "pie"),
        (("data", 0, "texttemplate"), "%{y}", "texttemplate"),
    ],
)
def test_a_figure_with_something_else_is_refused_and_not_drawn_without_it(by_id, path, value, says):
    figure = json.loads(by_id["one"].picture.figures[0])
    at = figure
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(CannotBeDrawn, match=says):
        picture([figure])


def test_a_picture_can_be_had_as_pixels_too_and_is_the_same_each_time(by_id):
    figures = [json.loads(figure) for figure in by_id["one"].picture.figures]
    assert picture(figures, "png").startswith(b"\x89PNG")
    assert picture(figures) == picture(figures)
