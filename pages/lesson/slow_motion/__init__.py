"""One training step in slow motion, as a component of the page."""

from pages.lesson.slow_motion.slow_motion import show

__all__ = ["show"]
