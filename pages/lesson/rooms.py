"""Room for the boxes of a lesson until they are filled, so that nothing below them moves."""

from functools import lru_cache

from core.lessons.blocks import Panel, Powers
from core.lessons.lesson import Lesson
from pages.lesson import blocks

WIDE, NARROW = {"slider": 17, "choices": 20.5}, {"slider": 20.5, "choices": 25}
"""Heights in rem of a prediction that has still to be made, on a screen and on a phone; the rest is in lesson.css"""


@lru_cache(maxsize=32)
def style(lesson: Lesson) -> str:
    """The style sheet that gives every prediction its room."""
    boxes: dict[str, list[str]] = {}
    for line, block in lesson.blocks:
        if isinstance(block, Panel | Powers) and block.predict:
            kind = "choices" if isinstance(block, Panel) and block.predict.choices else "slider"
            boxes.setdefault(kind, []).append(f".st-key-{blocks.name(lesson.slug, line, block)}")

    def rules(heights: dict[str, float]) -> str:
        return " ".join(f"{', '.join(those)} {{ min-height: {heights[kind]}rem; }}" for kind, those in boxes.items())

    return f"<style>{rules(WIDE)} @media (max-width: 640px) {{ {rules(NARROW)} }}</style>"
