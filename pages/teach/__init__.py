"""For those who teach: all questions with their exports, and how they were answered."""
