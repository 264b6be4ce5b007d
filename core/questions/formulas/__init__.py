"""Keys that follow from a formula, and the wrong numbers that follow from a mistake in it; a file for each topic."""
