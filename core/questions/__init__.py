"""The quiz: items as authors write them, their keys as functions, and the grading of answers."""
