"""The quiz: its page, the card of a question, what is due, the key."""
