"""A lesson that has been read: sections of blocks, its experiments and its claims."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from core.lessons.blocks import (
    Block,
    Equation,
    Front,
    Glossary,
    Notes,
    Panel,
    Prose,
    Reading,
    Source,
    Video,
)
from core.lessons.claims import Claim
from core.networks.experiment import Experiment

WORDS_A_MINUTE = 200
MINUTES_A_GLANCE = 0.1
MINUTES_A_FIGURE = 0.75


class Placed(NamedTuple):
    """A block and the line of lesson.md that it starts on."""

    line: int
    block: Block


@dataclass(frozen=True)
class Section:
    """What stands under one heading."""

    title: str
    blocks: tuple[Placed, ...]

    @property
    def anchor(self) -> str:
        """The part of the address after #."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    @property
    def minutes(self) -> float:
        """Reading time: prose, and a moment for whatever else the eye rests on."""
        read = [block for _, block in self.blocks if isinstance(block, Prose) and not isinstance(block, Notes)]
        others = len(self.blocks) - len(read)
        return sum(len(block.text.split()) for block in read) / WORDS_A_MINUTE + others * MINUTES_A_GLANCE

    @property
    def minutes_trying(self) -> float:
        """The time for its experiments and questions."""
        films = sum(block.minutes for _, block in self.blocks if isinstance(block, Video))
        return films + MINUTES_A_FIGURE * sum(
            not isinstance(block, Prose | Equation | Reading | Video) for _, block in self.blocks
        )


@dataclass(frozen=True, eq=False)
class Lesson:
    """One lesson, read and checked; the same as long as its files are, another one when they change."""

    slug: str
    path: Path
    front: Front
    sections: tuple[Section, ...]
    experiments: Mapping[str, Experiment]
    claims: Mapping[str, Claim]

    @property
    def blocks(self) -> list[Placed]:
        """The blocks of all sections."""
        return [placed for section in self.sections for placed in section.blocks]

    @property
    def minutes(self) -> int:
        """Reading time, without the experiments."""
        return round(sum(section.minutes for section in self.sections))

    @property
    def minutes_trying(self) -> int:
        """The time for experiments and questions."""
        return round(sum(section.minutes_trying for section in self.sections))

    @cached_property
    def terms(self) -> dict[str, str]:
        """The glossary."""
        return {
            term: said for _, block in self.blocks if isinstance(block, Glossary) for term, said in block.terms.items()
        }

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The reading list."""
        return {
            n: source for _, block in self.blocks if isinstance(block, Reading) for n, source in block.sources.items()
        }

    @property
    def panels(self) -> dict[str, Panel]:
        """The experiments on the page, by their ids."""
        return {block.id: block for _, block in self.blocks if isinstance(block, Panel)}
