"""Figures to be drawn on with a pencil."""

from copy import deepcopy

from core.figures.style import Figure

ON_AXES = {"bar", "scatter"}


def emptied(figure: Figure) -> Figure | None:
    """The axes, the legend and the lines to compare with, without what was measured; None for a map, which has no axes.

    Words at the place of a bar would tell what is there; those at the edge of the picture belong to a line.
    """
    if {trace["type"] for trace in figure["data"]} - ON_AXES:
        return None
    empty = deepcopy(figure)
    for trace in empty["data"]:
        trace["y"] = [None] * len(trace["y"])
        trace.pop("error_y", None)
    notes = empty["layout"].get("annotations", [])
    empty["layout"]["annotations"] = [n for n in notes if n.get("xref") == "paper" and n.get("yref") != "paper"]
    return empty
