"""Solved questions: the lessons' own, and one of each of the seven types."""

import pytest
from pydantic import TypeAdapter

from core.networks.experiment import Experiment, Network
from core.questions.bank import Bank, bank, slugs
from core.questions.beliefs import beliefs
from core.questions.exchange.solving import portable
from core.questions.items import Item

COMMON = {"concept": "reading plots", "misconceptions": ["M1"], "section": "here", "explain": "It is {{key}}."}


def option(id_, says, **more):
    return {"id": id_, "says": says, "reply": f"About {says}: $a_1 < b_2$.", "misconception": "M2", **more}


OF_EACH_TYPE = [
    {
        "id": "one", "type": "single", "key": "error_trend", "stem": "What does it do?\n\nLook at $\\delta_1$.",
        "plot": {"view": "error", "of": ["ten sigmoids"], "names": ["P"]},
        "options": [option("falls", "It falls"), option("level", "It is *level*"), option("grows", "It grows")],
        "hints": ["Look at the **axis**.", "Left is the input."],
    },
    {
        "id": "many", "type": "multiple", "key": "what_multiplies", "stem": "Which count?",
        "options": [option(name, f"the {name}") for name in ("weights", "slopes", "rate", "steps")],
    },
    {
        "id": "four", "type": "kprim", "key": "all_zero_weights", "stem": "All weights are 0.",
        "code": "for layer in layers:\n    layer.weight.zero_()  # <&>\n\n    print(layer)",
        "options": [option(name, f"so: {name}") for name in ("no-gradient", "explodes", "guesses", "depth")],
    },
    {
        "id": "ordered", "type": "order", "stem": "One step back.",
        "options": [option("a", "first"), option("b", "then", needs=["a"]), option("c", "last", needs=["b"])],
    },
    {
        "id": "free", "type": "order", "stem": "Find out why.",
        "options": [option("a", "look"), option("b", "plan"), option("c", "act", needs=["a", "b"])],
    },
    {
        "id": "matched", "type": "match", "key": "steepest_slopes", "stem": "Which goes with which?",
        "partners": {"quarter": "$\\sqrt{1/16}$", "one": "about 1", "half": "none of these"},
        "options": [
            option("sigmoid", "S -> 1"), option("softmax", "Softmax"), option("tanh", "Tanh"), option("relu", "ReLU"),
        ],
    },
    {
        "id": "slope", "type": "numeric", "key": "sigmoid_slope", "stem": "At $z = {{z}}$?", "params": {"z": [0, 2, 4]},
        "scale": "relative", "tolerance": 0.01,
        "rules": [{"equals": "sigmoid", "say": "The value: $\\sigma({{z}})$.", "misconception": "M3"}],
    },
    {
        "id": "tiny", "type": "numeric", "key": "power", "stem": "{{r}} to the {{L}}?",
        "params": {"r": [0.25], "L": [20]},
        "scale": "relative", "tolerance": 0.05, "rules": [{"equals": "power_log10", "say": "Its logarithm."}],
    },
    {
        "id": "decades", "type": "numeric", "key": "power_log10", "stem": "As log10?",
        "params": {"r": [0.25], "L": [9, 10]},
        "scale": "log10", "tolerance": 0.06, "rules": [{"equals": "power_ln", "say": "That is ln.", "grade": "again"}],
    },
    {
        "id": "layer", "type": "pick", "key": "smallest_layer", "stem": "Where is it smallest?",
        "plot": {"view": "weights", "of": ["ten sigmoids"]}, "near": "Close: a neighbour.", "far": "Look again.",
    },
]  # fmt: skip


@pytest.fixture(scope="session")
def own_bank():
    items = [TypeAdapter(Item).validate_python(COMMON | item) for item in OF_EACH_TYPE]
    network = Experiment(Network(depth=6, activation="sigmoid", init="xavier"))
    return Bank(slug="own", items=tuple(items), experiments={"ten sigmoids": network}, beliefs=beliefs())


@pytest.fixture(scope="session")
def solved(own_bank, lab):
    """Portables of all questions, in six variants each, or two where there are figures to draw."""
    banks = [own_bank, *(bank(slug) for slug in slugs())]
    return [portable(b, b.draw(item, seed), lab)
            for b in banks for item in b.items for seed in range(2 if item.plot or item.shows else 6)]  # fmt: skip


@pytest.fixture(scope="session")
def by_id(solved):
    """The first variant of each."""
    return {one.id: one for one in reversed(solved)}
