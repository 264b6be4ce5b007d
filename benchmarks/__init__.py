"""How fast the trainer is, as ratios against peers that run in turn with it."""
