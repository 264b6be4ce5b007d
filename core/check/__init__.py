"""What does not hold: `python -m core.check` reads all lessons, all quizzes, and the reference that is written here."""
