"""The verdicts: what each is called, how serious it is, and what is usually tried first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a verdict is called, and the first thing to try where nothing else is known of the network."""

    title: str
    tone: str
    """good, fair or bad"""
    icon: str
    remedy: str


KINDS = {
    "healthy": Kind("Healthy", "good", "check_circle", "Nothing to mend."),
    "uneven": Kind("Uneven", "fair", "signal_cellular_alt", "Nothing urgent: networks like this one can learn."),
    "overflow": Kind(
        "Out of range", "bad", "error",
        "First try: initial weights that fit the activation (Xavier or He, gain 1). No learning rate helps here.",
    ),
    "same units": Kind(
        "All units the same", "bad", "content_copy",
        "First try: draw the weights at random. Units that start equal get equal gradients, and stay equal.",
    ),
    "long step": Kind(
        "First step too long", "bad", "running_with_errors",
        "First try: initial weights that fit the activation and standardized inputs; then a lower learning rate.",
    ),
    "vanishing": Kind(
        "Vanishing", "bad", "trending_down",
        "First try: ReLU with He initialization; with more than ten layers, skips with scaled branches as well.",
    ),
    "exploding": Kind(
        "Exploding", "bad", "trending_up",
        "First try: initial weights that fit the activation (Xavier or He, gain 1); between skips, scaled branches.",
    ),
    "dead": Kind(
        "Dead units", "bad", "block",
        "First try: initial bias 0 and a lower learning rate; leaky ReLU keeps a way back open.",
    ),
    "saturated": Kind(
        "Saturated", "bad", "horizontal_rule",
        "First try: standardized inputs, biases of 0 and Xavier's weights; then batch normalization.",
    ),
    "tiny": Kind(
        "All weight gradients tiny", "bad", "compress",
        "First try: standardized inputs, and an initialization that fits the activation (He for ReLU).",
    ),
    "alike": Kind(
        "Points alike", "bad", "join_inner",
        "First try: skips with scaled branches, which carry the differences past the layers.",
    ),
    "decayed": Kind("Weights decayed", "bad", "compress", "First try: a weight decay of 0."),
    "clipped": Kind(
        "Clipped all the time", "fair", "content_cut",
        "First try: a higher threshold; one that is always reached only sets another learning rate.",
    ),
    "diverged": Kind(
        "Diverged", "bad", "error",
        "First try: a learning rate ten times lower; then smaller initial weights, warm-up or clipping.",
    ),
    "no signal": Kind(
        "No signal", "fair", "signal_disconnected",
        "First try: more steps, or another learning rate. Then ask whether the labels depend on the inputs at all (can "
        "it learn ten points by heart?), and whether this network can represent what it should learn.",
    ),
    "by heart": Kind(
        "Learned by heart", "fair", "psychology",
        "Nothing to mend in the gradients: this network knows its own points, and has seen too few of them. A simpler "
        "network may do better on others.",
    ),
    "partly": Kind(
        "Unfinished", "fair", "clock_loader_60",
        "First try: more steps, or Adam. Then ask whether this network has units enough for what it should learn.",
    ),
}  # fmt: skip
