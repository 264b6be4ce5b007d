"""A lesson as it is read: its page, blocks, predictions, words, contents, slow motion."""
