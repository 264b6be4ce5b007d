"""What should come out: mean-field theory, and one pass taken apart."""
