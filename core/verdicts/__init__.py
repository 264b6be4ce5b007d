"""What the numbers mean: readings, outcomes, diagnoses, and why one bar is as high as it is."""
