"""What does not hold: `python -m core.check` reads every lesson, every quiz and the reference, which is written here."""
