"""The table of contents of a lesson: where the reader is, and how far along."""

from pathlib import Path

from core.lessons.lesson import Lesson
from pages.parts.scripted import scripted

_contents = scripted(
    Path(__file__).with_suffix(".js"),
    html="""
    <nav aria-label="Sections of this lesson">
      <p class="contents-again" hidden></p>
      <ol class="contents"></ol>
      <div class="contents-progress" aria-hidden="true"></div>
    </nav>
    """,
    css="""
    .contents { list-style: none; margin: 0; padding: 0; }
    .contents a { display: block; padding: 0.45rem 0.8rem; border-left: 3px solid var(--st-border-color);
      color: var(--st-text-color); text-decoration: none; line-height: 1.3; }
    .contents a:hover { border-left-color: var(--st-text-color); }
    .contents a[aria-current] { border-left-color: var(--st-primary-color); color: var(--st-primary-color);
      font-weight: 600; }
    .contents a:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
    .contents small { opacity: 0.75; white-space: nowrap; }
    .contents a.read::after { content: " ✓"; color: var(--st-green-text-color); }
    .contents-again { margin: 0 0 0.6rem; }
    .contents-progress { position: fixed; inset: 0 0 auto 0; height: 3px; background: var(--st-primary-color);
      transform: scaleX(0); transform-origin: left; z-index: 1000000; }
    """,
)


def contents(lesson: Lesson) -> None:
    """Show the sections and mark the one on screen."""
    sections = [
        {"anchor": s.anchor, "title": s.title, "minutes": max(round(s.minutes + s.minutes_trying), 1)}
        for s in lesson.sections
    ]
    _contents({"sections": sections, "lesson": lesson.slug}, key=f"contents:{lesson.slug}")
