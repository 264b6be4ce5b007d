"""What a profile says, in words: computed from the numbers, so that text and figure cannot drift apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import isfinite

import numpy as np

from core.errors import Fixable
from core.networks.experiment import Experiment
from core.networks.results import Floats, Run

FAR = 100.0  # a first layer that is further than this from the last vanishes or explodes, in however many steps
NEAR = 10.0  # one that is nearer does neither
STEEP = 0.5  # in between, it does if a step changes by more than this on average,
STEADY = 0.8  # and is level if a step changes by less than this
TINY = 1e-4  # level, but with every gradient below this, is not healthy either
HUGE = 100.0

ROUNDED = 1e-13  # what is missing to 1 is no more than rounding

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Measure:
    """What is shown by layer: the field of the results that holds it, and its names."""

    label: str
    field: str
    run_field: str
    title: str
    noun: str
    first_comparable: int
    """Index of the first layer that has the shape of the last: the weights of layer 1 are 2 x width"""
    entries: Callable[[Experiment], int]
    """How many numbers the norm of the last hidden layer sums up"""
    share: bool = False
    """Whether it lies between 0 and 1, so that its bars stand on a linear axis"""


def _weights(experiment: Experiment) -> int:
    fan_in, fan_out = (2, *experiment.network.widths)[-2:]
    return fan_in * fan_out


def _signals(experiment: Experiment) -> int:
    return experiment.training.batch_size * experiment.network.widths[-1]


MEASURES = {
    "weights": Measure(
        label="Weight gradient",
        field="weight_grad_norm",
        run_field="grad_norm",
        title="Weight gradient ‖∂ℒ/∂W‖ (L2 norm)",
        noun="weight gradient",
        first_comparable=1,
        entries=_weights,
    ),
    "error": Measure(
        label="Error signal",
        field="delta_norm",
        run_field="delta_norm",
        title="Error signal ‖δ‖ (L2 norm)",
        noun="error signal",
        first_comparable=0,
        entries=_signals,
    ),
    "alike": Measure(
        label="How alike points are",
        field="activation_correlation",
        run_field="activation_correlation",
        title="Correlation of points",
        noun="correlation between the outputs of two points",
        first_comparable=0,
        entries=_signals,
        share=True,
    ),
}


def scientific(value: float) -> tuple[float, int]:
    """Mantissa, rounded to two digits, and exponent.

    >>> scientific(0.00000314)
    (3.1, -6)
    """
    mantissa, exponent = f"{value:.1e}".split("e")
    return float(mantissa), int(exponent)


def number(value: float, digits: int = 3) -> str:
    """A number for a sentence: two or three digits, powers of ten written out, zero and overflow named.

    >>> number(0.00000314), number(0.236), number(0.0), number(float("inf"))
    ('3.1 × 10⁻⁶', '0.236', 'exactly 0', 'infinite')
    """
    if value == 0:
        return "exactly 0"
    if not isfinite(value):
        return "infinite" if value in (float("inf"), float("-inf")) else "not a number"
    if 0.01 <= abs(value) < 1000:
        return f"{float(f'{value:.{digits}g}'):g}"
    mantissa, exponent = scientific(value)
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    return power if mantissa == 1 else f"{mantissa:g} × {power}"


def latex(value: float) -> str:
    r"""The same number as LaTeX, without dollar signs.

    >>> print(latex(0.00000314))
    3.1 \times 10^{-6}
    """
    if value == 0 or not isfinite(value):
        return rf"\text{{{number(value)}}}"
    if 0.01 <= abs(value) < 1000:
        return f"{value:.3g}"
    mantissa, exponent = scientific(value)
    return rf"10^{{{exponent}}}" if mantissa == 1 else rf"{mantissa:g} \times 10^{{{exponent}}}"


def first_to_last(values: Floats) -> float:
    """Layer 1's gradient divided by the last hidden layer's; NaN if that is 0 or not finite.

    >>> float(first_to_last(np.array([0.5, 1.0, 2.0])))
    0.25
    """
    return float(values[0] / values[-1]) if values[-1] and np.isfinite(values[[0, -1]]).all() else float("nan")


def per_layer(values: Floats, first: int = 0) -> float:
    """The factor by which the gradient changes from layer to layer towards the input, as a geometric mean.

    `first` is the index of the first layer compared; with fewer than two layers left there is no factor: NaN.

    >>> round(per_layer(np.array([7.0, 0.25, 0.5, 1.0]), first=1), 6)
    0.5
    """
    steps = len(values) - 1 - first
    if steps < 1:
        return float("nan")
    return float(first_to_last(values[first:]) ** (1 / steps))


@dataclass(frozen=True)
class Reading:
    """What one network's bars say."""

    verdict: str
    """vanishing, falling, level, rising, exploding, tiny, huge, zero, not finite, or single"""
    ratio: float
    factor: float
    sentence: str
    bare: str
    """the same without a word that judges"""


JUDGED = {"vanishing", "exploding", "falling", "rising", "level"}


def read(values: Floats, measure: Measure) -> Reading:
    """The verdict on one network's gradients (depth,) and the sentence that goes with the chart.

    Raises `Fixable` where there is no layer.
    """
    if not len(values):
        raise Fixable("There is no layer to read.", "Give the gradients of one layer or more, input side first.")
    if measure.share:
        return _read_share(values, measure)
    ratio, factor = first_to_last(values), per_layer(values, measure.first_comparable)
    verdict, last = _verdict(values, factor, measure), len(values)
    compared = f"layer 1's {measure.noun} is {number(ratio)} of layer {last}'s"
    since = f" from layer {measure.first_comparable + 1} on" if measure.first_comparable else ""
    per = f", × {number(factor)} per layer{since}" if isfinite(factor) else ""
    largest = values[~np.isnan(values)].max(initial=-np.inf)
    per += f"; the largest is {number(float(largest))}"
    lost, zero = _layers(~np.isfinite(values)), _layers(values == 0)
    sentences = {
        "single": f"the only hidden layer's {measure.noun} is {number(float(values[0]))}",
        "vanishing": f"{compared}: vanishing{per}",
        "exploding": f"{compared}: exploding towards the input{per}",
        "falling": f"{compared}: falling towards the input{per}",
        "rising": f"{compared}: rising towards the input{per}",
        "level": f"{compared}: about level{per}",
        "tiny": f"{compared}, but all are tiny: the largest is {number(float(values.max()))}",
        "huge": f"{compared}, but all are huge: the smallest is {number(float(values.min()))}",
        "zero": f"the {measure.noun} is exactly 0 in {zero}: it does not say where to step",
        "not finite": f"the {measure.noun} is no longer a finite number in {lost}",
    }
    bare = f"{compared}{per}" if verdict in JUDGED else sentences[verdict]
    return Reading(verdict, ratio, factor, sentences[verdict], bare)


def _read_share(values: Floats, measure: Measure) -> Reading:
    """Of what lies between 0 and 1, the two ends are told."""
    last = f" and {likeness(float(values[-1]))} in layer {len(values)}" if len(values) > 1 else ""
    sentence = f"the {measure.noun} is {likeness(float(values[0]))} in layer 1{last}"
    return Reading("level", first_to_last(values), float("nan"), sentence, sentence)


def likeness(correlation: float) -> str:
    """A correlation in words that tell how little is missing to 1.

    >>> likeness(0.25), likeness(0.99999), likeness(1.0)
    ('0.25', '1 less 10⁻⁵', '1')
    """
    if not isfinite(correlation) or abs(correlation) < 0.005:
        return "unknown" if not isfinite(correlation) else "about 0"
    missing = 1 - correlation
    return "1" if missing < ROUNDED else f"1 less {number(missing)}" if missing < 0.01 else number(correlation, 2)


def _verdict(values: Floats, factor: float, measure: Measure) -> str:
    if not np.isfinite(values).all():
        return "not finite"
    if (values == 0).any():
        return "zero"
    if len(values) == 1:
        return "single"
    compared = values[measure.first_comparable :] if isfinite(factor) else values
    span = float(compared[0] / compared[-1])
    change = min(span, 1 / span)  # at most 1, whichever way it goes
    step = min(factor, 1 / factor) if isfinite(factor) else 1.0
    if change < 1 / FAR or (change < 1 / NEAR and step < STEEP):
        return "vanishing" if span < 1 else "exploding"
    if values.max() < TINY or values.min() > HUGE:
        return "tiny" if values.max() < TINY else "huge"
    return "level" if step >= STEADY and change >= 1 / NEAR else "falling" if span < 1 else "rising"


def _layers(chosen: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> str:
    return layers_in_words((np.flatnonzero(chosen) + 1).tolist())


def layers_in_words(numbers: Sequence[int]) -> str:
    """Layer numbers for a sentence.

    >>> layers_in_words([3]), layers_in_words([1, 2, 3]), layers_in_words([1, 4])
    ('layer 3', 'layers 1 to 3', 'layers 1, 4')
    """
    if len(numbers) == 1:
        return f"layer {numbers[0]}"
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"layers {numbers[0]} to {numbers[-1]}"
    return f"layers {', '.join(map(str, numbers))}"


GUESSING = 0.6  # two balanced classes: below this share of right answers, nothing useful has been learned
LEARNED = 0.9
BY_HEART = 0.97  # of its own points


def outcome(run: Run) -> str:
    """How a run ended, as a sentence without its subject.

    A diverged run tells how far it got and what went first.
    """
    if run.diverged_at is None:
        loss, accuracy = number(float(np.mean(run.loss[-20:]))), run.accuracy[-1]
        did = "still guesses" if accuracy < GUESSING else "has learned a part" if accuracy < LEARNED else "has learned"
        if accuracy < LEARNED and run.train_accuracy[-1] >= BY_HEART:
            did = "knows its own points by heart"
        return (
            f"{did} after {len(run.loss)} steps: {100 * accuracy:.0f} % of held-out points are right, "
            f"and the mean training loss of the last 20 steps is {loss}."
        )
    lost = ~np.isfinite(run.grad_norm[-1])
    what = f"the gradient of {_layers(lost)}" if lost.any() else "the loss"
    if run.diverged_at == 0:
        return f"could not take a single step: {what} was out of the number format's range from the start."
    before = number(float(run.loss[run.diverged_at - 1]))
    return (
        f"diverged at step {run.diverged_at}: {what} was no longer a finite number. The last loss before was {before}."
    )


def table(
    names: Sequence[str], columns: Sequence[Floats], *, head: str = "Layer", rows: Sequence[object] | None = None
) -> str:
    """The numbers behind a figure as a Markdown table, a row for each layer, or for each of `rows`."""
    heads = [head, *names]
    marks = rows or range(1, 1 + max(map(len, columns), default=0))
    cells = [
        [str(mark), *("" if value is None else f"{value:.4g}" if value else "exactly 0" for value in row)]
        for mark, row in zip(marks, zip_longest(*columns), strict=True)  # networks may differ in depth
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, ["---:"] * len(heads), *cells])
