"""What is asked of whom, and when again: one sitting, what is remembered of it, spaced repetition."""
