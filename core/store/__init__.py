"""Memory without accounts: attempts, review cards and notes, kept in SQLite or PostgreSQL."""

from core.store.faults import Unavailable
from core.store.rows import AnswerTally, Attempt, Card, ItemTally, Note, Score
from core.store.store import Store, shared

__all__ = ["AnswerTally", "Attempt", "Card", "ItemTally", "Note", "Score", "Store", "Unavailable", "shared"]
