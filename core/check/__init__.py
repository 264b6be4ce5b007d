"""What does not hold: `python -m core.check` reads every lesson and every quiz."""
