"""What is trained, and how: experiments, networks, their passes, the trainer and its results."""
