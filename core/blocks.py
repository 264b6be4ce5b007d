"""What a lesson consists of: its head, its prose, and one model for each kind of fence."""

import re
from typing import Literal

from pydantic import Field

from core.authoring import Written

ROLE = re.compile(r"\{claim\}`([^`]+)`")
"""A measured number in the prose."""


class Front(Written):
    """The head of a lesson file."""

    title: str
    menu: str
    summary: str
    you_will_be_able_to: list[str] = Field(min_length=1)
    left_out: list[str] = []


class Prose(Written):
    """Markdown, with claims still as roles."""

    text: str


class Equation(Written):
    """A formula, how to say it, and what its symbols mean."""

    latex: str
    says: str
    symbols: dict[str, str]


class Panel(Written):
    """A live experiment with only the controls that the paragraph is about."""

    title: str
    show: list[str] = Field(min_length=1, max_length=2)
    controls: list[Literal["depth", "width", "init", "activation", "seed", "task"]] = []
    measure: Literal["weights", "error"] = "weights"
    axis: Literal["log", "linear"] = "log"
    try_this: str = ""


class Powers(Written):
    """A factor applied again and again, with a slider for the factor."""

    title: str
    factor: float = 0.25
    terms: int = 10
    try_this: str = ""


class Predict(Written):
    """A guess on a log scale, then the measurement over it."""

    id: str
    ask: str
    claim: str
    """Names the claim that the measurement settles; the network drawn is its typical one"""
    decades: tuple[int, int] = (-12, 2)
    measure: Literal["weights", "error"] = "weights"
    then: str


Block = Prose | Equation | Panel | Powers | Predict

KINDS: dict[str, type[Block]] = {"equation": Equation, "experiment": Panel, "powers": Powers, "predict": Predict}


def claims_in(block: Block) -> list[str]:
    """The names of the claims in a block's text."""
    if isinstance(block, Predict):
        return [block.claim, *ROLE.findall(block.then)]
    return ROLE.findall(block.text) if isinstance(block, Prose) else []
