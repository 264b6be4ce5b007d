"""The figure of a question: drawn from real networks, and silent about them until the question is answered."""

from dataclasses import replace
from typing import Any

from core.figures.pictures import in_words
from core.lab.race import Race
from core.lessons.views import VIEWS, Drawing
from core.questions.item_parts import Plot
from core.questions.keys import Lab
from core.questions.variants import Variant, measured

UNNAMED = "a network"
SAYS = {
    "weights": "Bar chart of the weight gradient by layer",
    "error": "Bar chart of the error signal by layer",
    "alike": "How alike two points are in each layer",
    "factors": "What each step back multiplies by",
    "activations": "How the outputs of each layer are spread, before training",
    "saturation": "Shares of saturated and of dead units by layer, before training",
    "saturation at the end": "Shares of saturated and of dead units by layer, at the end of the training",
    "loss": "Loss and accuracy by step of the training",
    "norms": "Norm of the whole gradient by step of the training",
    "update": "Update divided by weights, by layer, at the first step",
    "surface": "What each network says about every point of the plane, at the end of the training",
}
"""What can be told of a figure without giving the answer away"""
IN_TABLE = {
    "loss": "the numbers of a dozen steps",
    "norms": "the numbers of a dozen steps",
    "activations": "the standard deviation of each layer",
    "surface": "the share of held-out points that are right",
}
"""What the table has of a figure that has more"""


def question(variant: Variant, lab: Lab) -> Drawing | None:
    """The plot of a question, if it has one: networks by letters alone, no verdict, the numbers in a table."""
    plot = variant.item.plot
    if plot is None:
        return None
    drawn = _drawn(plot, variant, lab, plot.names or [UNNAMED] * len(plot.of))
    table = f"The table below it has {IN_TABLE.get(plot.view, 'all its numbers')}."
    pictures = [
        {**picture, "alt": f"{SAYS[plot.view]}. {in_words([picture['figure']])} {table}"} for picture in drawn.pictures
    ]
    return drawn._replace(pictures=pictures, verdicts=[], says="")


def explanation(variant: Variant, lab: Lab) -> Drawing | None:
    """The experiment that bears the answer out, with everything that is to be said of it."""
    plot = variant.item.shows
    return _drawn(plot, variant, lab, plot.names) if plot else None


def race(plot: Plot, variant: Variant) -> Race:
    """The networks of a plot, for a link to the lab."""
    return Race.of(*(variant.experiments[name] for name in plot.of))


def _drawn(plot: Plot, variant: Variant, lab: Lab, names: list[str]) -> Drawing:
    shown = race(plot, variant).viewed(axis=plot.axis)
    shown = replace(shown, names=tuple(names)) if names else shown
    drawn = VIEWS[plot.view].draw(shown, measured(plot, variant.experiments, lab))
    return drawn._replace(pictures=[_at_the_end(picture) for picture in drawn.pictures])


def _at_the_end(picture: dict[str, Any]) -> dict[str, Any]:
    """A picture that is exchanged during a training, as it is at the end of it."""
    if picture.get("kind") != "frames":
        return picture
    figure, last = picture["figure"], picture["frames"][-1]
    data = [{**trace, "z": z} for trace, z in zip(figure["data"], last["z"], strict=True)]
    return {**picture, "figure": {**figure, "data": data}, "frames": []}
