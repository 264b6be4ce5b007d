"""What each outcome says, in a sentence for authors.

The sentences stand apart from `core.verdicts.outcomes`, so that a better word does not make a measurement old.
"""

MEANINGS = {
    "first to last weight gradient": "The size of the first layer's weight gradient, divided by that of the last.",
    "first to last error signal": "The size of the error signal in layer 1, divided by that in the last hidden layer.",
    "error signal per layer": "What a step back multiplies the error signal by, on average over the steps.",
    "weight gradient per layer": "The same of the weight gradients, from layer 2 on.",
    "error signal of layer 1": "The size of the error signal in layer 1.",
    "largest weight gradient": "The size of the largest weight gradient of any layer.",
    "slopes per layer": "What the slopes of the activations do to the error signal in a step, on average.",
    "weights per layer": "What the weights do to the error signal in a step, on average.",
    "spread of the last layer": "The standard deviation of the outputs of the last hidden layer.",
    "correlation in the first layer": "How alike the points are there: the correlation of two points' outputs.",
    "correlation in the last layer": "The same in the last hidden layer.",
    "left to tell points apart": "One less that correlation.",
    "share switched off": "For a ReLU: the share of outputs that are off, over all layers.",
    "share saturated": "The share of outputs on the flat parts of the activation, over all layers.",
    "largest singular value": "The largest singular value of an initial weight matrix: the median from layer 2 on.",
    "largest eigenvalue": "The size of its largest eigenvalue, likewise.",
    "final loss": "The loss at the end: the mean of the last 20 steps.",
    "final accuracy": "The share of held-out points that are right at the end.",
    "share of dead units at the end": "The share of units that no point switches on any more, over all layers.",
    "diverged": "1 if the training diverged, and 0 if it did not.",
    "steps before it diverged": "How many steps it took to diverge; not a number if it did not.",
    "share of steps clipped": "The share of steps at which clipping changed the gradient.",
    "largest gradient": "The largest norm of the whole gradient at any recorded step, before clipping.",
    "update of layer 1": "The size of layer 1's first step, relative to its weights.",
    "update of the first layer to that of the last": "The same, divided by that of the last hidden layer.",
}
"""A sentence for every row of `OUTCOMES`."""
