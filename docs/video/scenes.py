"""The film, chapter by chapter: what each is called, what is read in it, and how it is drawn.

Film, captions, chapters and transcript are all made from these. Every number in them is measured or worked out here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median_low
from typing import NamedTuple

import measured
import numpy as np
from canvas import Canvas
from charts import SMALL, Chart, decades, ease

from core import Network, Training
from core.figures.style import LIGHT
from core.lessons.claims import percent
from core.verdicts.reading import number

READ = 18  # characters of a caption that are read in a second
PAUSE = 0.7  # seconds, for finding it
LEAST = 3.0
DEEP = 30  # layers
MANY = 50
FALLS = decades(-6, 0, 2)
INITS = ("he", "xavier", "torch")


class Cue(NamedTuple):
    """A caption, and how much longer than it takes to read it stays, because there is something to watch."""

    words: str
    watch: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it stays, in quarters of a second."""
        return round(4 * (max(LEAST, PAUSE + len(self.words) / READ) + self.watch)) / 4


@dataclass(frozen=True)
class Now:
    """A moment of a chapter."""

    seconds: float
    starts: tuple[float, ...]

    def since(self, cue: int, over: float = 1.2, after: float = 0.3) -> float:
        """How far a movement is, from 0 to 1, that begins a little after a caption (the first is 0) appears."""
        return ease((self.seconds - self.starts[cue] - after) / over)

    def steadily(self, cue: int, over: float, after: float = 0.5) -> float:
        """The same at an even speed."""
        return min(max((self.seconds - self.starts[cue] - after) / over, 0.0), 1.0)

    def during(self, cue: int) -> float:
        """How strongly something shows that comes with one caption and goes with the next."""
        return self.since(cue, over=0.6) - self.since(cue + 1, over=0.6, after=0)


@dataclass(frozen=True)
class Scene:
    """A chapter."""

    title: str
    seen: str
    """what the pictures show, for those who do not see them"""
    cues: tuple[Cue, ...]
    draw: Callable[[Canvas, Now], None]
    headed: bool = True
    """whether the title stands above the picture"""

    @property
    def starts(self) -> tuple[float, ...]:
        """When each caption appears, in seconds from the start of the chapter."""
        return tuple(accumulate((cue.seconds for cue in self.cues[:-1]), initial=0.0))

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(cue.seconds for cue in self.cues)


def kept(words: str) -> str:
    """The same words, never broken over two lines."""
    return words.replace(" ", "\u00a0")


def times(factor: float) -> str:
    r"""A factor, as it is written in the film.

    >>> times(0.2304)
    '×\xa00.23'
    """
    return kept(f"× {factor:.2f}")


def few(value: float) -> str:
    """A number in two digits."""
    return kept(number(value, digits=2))


def headline(canvas: Canvas, words: str, strength: float = 1.0) -> None:
    """What the chart shows, under the title."""
    canvas.text(60, 118, words, size=SMALL, colour=LIGHT.faint, strength=strength)


SIGNAL = "Error signal, compared with the last layer"


def opening() -> Scene:
    """The title, over the picture that the film is about."""
    bars = measured.signal(depth=10, activation="sigmoid", init="xavier").arrives
    chart = Chart(-6.5, 0, left=60, top=310, bottom=560)

    def draw(canvas: Canvas, now: Now) -> None:
        canvas.text(60, 130, "Vanishing and", size=88, face="Film Serif")
        canvas.text(60, 232, "exploding gradients", size=88, face="Film Serif")
        chart.bars(canvas, bars, LIGHT.first, arrived=now.steadily(0, over=2.5, after=0))

    return Scene(
        "Vanishing and exploding gradients",
        "The title over ten bars, one for each layer. They fall evenly from right to left.",
        (Cue("Why do the first layers of a deep network sometimes not learn?"),),
        draw,
        headed=False,
    )


def refresher() -> Scene:
    """Two geometric sequences."""
    small, large, rounds, many = 0.25, 1.1, 10, 100
    falling = small ** np.arange(rounds + 1)
    rising = large ** np.arange(0, many + 1, 10)
    down = Chart(-7, 0.3, FALLS, columns=len(falling))
    up = Chart(-0.3, 5, decades(0, 4, 2), columns=len(rising))

    def draw(canvas: Canvas, now: Now) -> None:
        first = 1 - now.since(2, over=0.6, after=0)
        if first > 0:
            down.frame(canvas, first)
            down.ends(canvas, "start", f"round {rounds}", first)
            for column in range(len(falling)):
                seen = now.since(0 if column == 0 else 1, over=0.8, after=0.3 + 0.28 * column)
                x, y = down.x(rounds - column), down.y(falling[column])
                canvas.box(
                    x - 32,
                    down.bottom - seen * (down.bottom - y),
                    x + 32,
                    down.bottom,
                    fill=LIGHT.first,
                    strength=first,
                )
            canvas.text(
                1210, 200, f"{small} each time", size=48, colour=LIGHT.first, align="right", strength=now.during(1)
            )
            left = now.since(1, after=3.5) * first
            canvas.text(1210, 262, f"left: {few(small**rounds)}", size=48, align="right", strength=left)
        second = now.since(2, over=0.6)
        up.frame(canvas, second)
        up.ends(canvas, "start", f"round {many}", second)
        for column in range(len(rising)):
            seen = now.since(2, over=0.8, after=0.6 + 0.2 * column)
            x, y = up.x(len(rising) - 1 - column), up.y(rising[column])
            canvas.box(x - 32, up.bottom - seen * (up.bottom - y), x + 32, up.bottom, fill=LIGHT.second)
        canvas.text(200, 200, f"{large} each time", size=48, colour=LIGHT.second, strength=second)
        canvas.text(200, 262, f"in the end: {large**many:,.0f}", size=48, strength=now.since(2, after=3.2))

    return Scene(
        "A quick refresher",
        f"Bars on a logarithmic axis. For the factor {small} they go down in equal steps, "
        f"for the factor {large} they go up in equal steps.",
        (
            Cue("Start with 1, and multiply by the same factor again and again."),
            Cue(f"Factor {small}: after {rounds} rounds {few(small**rounds)} is left, less than a millionth."),
            Cue(f"Factor {large}: after {many} rounds you hold {large**many:,.0f}.", watch=1),
            Cue("What counts is on which side of 1 the factor lies."),
        ),
        draw,
    )


def core_problem() -> Scene:
    """The error signal walks back, and the formula of one step."""
    layers, size, stride, top = 10, 70, 94, 160

    def left(layer: int) -> float:
        return 174 + (layer - 1) * stride

    def draw(canvas: Canvas, now: Now) -> None:
        walked = now.steadily(1, over=4.0) * layers
        canvas.text(60, top + 52, "input")
        canvas.text(1220, top + 52, "loss", align="right")
        for layer in range(1, layers + 1):
            lit = ease(walked - (layers - layer))
            x = left(layer)
            if layer < layers:
                canvas.line((x + size, x + stride), (top + 38, top + 38), colour=LIGHT.faint, width=3)
            canvas.box(x, top, x + size, top + 76, fill=LIGHT.paper, edge=LIGHT.faint)
            canvas.box(x, top, x + size, top + 76, fill=LIGHT.first, strength=lit)
            canvas.text(x + size / 2, top + 51, str(layer), align="center", strength=1 - lit)
            canvas.text(x + size / 2, top + 51, str(layer), align="center", colour=LIGHT.paper, strength=lit)
        walking = now.since(1, over=0.5) - now.since(2, over=0.5, after=0)
        tip = left(layers) + stride * (0.9 - walked)
        canvas.line((tip + 60, tip), (top + 116, top + 116), colour=LIGHT.first, width=6, strength=walking)
        canvas.line(
            (tip + 16, tip, tip + 16), (top + 104, top + 116, top + 128), colour=LIGHT.first, width=6, strength=walking
        )
        formula(canvas, now.since(2), now.since(2, after=1.2), now.since(2, after=2.4))

    def formula(canvas: Canvas, whole: float, weights: float, slope: float) -> None:
        y = 424
        x = canvas.formula(130, y, r"\delta^{(l)} \,=\, ", strength=whole)
        begin = x + 8
        x = canvas.formula(begin, y, r"\left( W^{(l+1)\top} \; \delta^{(l+1)} \right)", strength=whole)
        canvas.line((begin, x), (y + 46, y + 46), colour=LIGHT.second, width=5, strength=weights)
        canvas.text(
            (begin + x) / 2, y + 100, "the weights", colour=LIGHT.second, size=44, align="center", strength=weights
        )
        begin = canvas.formula(x + 22, y, r"\odot", strength=whole) + 22
        x = canvas.formula(begin, y, r"\varphi^{\prime} \! \left( z^{(l)} \right)", strength=whole)
        canvas.line((begin, x), (y + 46, y + 46), colour=LIGHT.first, width=5, strength=slope)
        canvas.text((begin + x) / 2, y + 100, "the slope", colour=LIGHT.first, size=44, align="center", strength=slope)

    return Scene(
        "The core problem",
        "Ten boxes in a row, layer 1 on the left, the loss on the right. The layers light up one after another, "
        "from the right. Then the formula of one step: the error signal of layer l is the one of layer l + 1, "
        "carried back through the weights, times the slope of the activation, unit by unit.",
        (
            Cue("Each layer learns from its error signal δ: how the loss changes when the layer's sums z change."),
            Cue("The error signal starts at the loss and walks back to layer 1.", watch=1),
            Cue("Each step back multiplies twice: by the weights, and by the slope of the activation.", watch=1),
        ),
        draw,
    )


def product() -> Scene:
    """What the weights and the slopes of one real network multiply the signal by, step by step."""
    depth = 10
    parts = measured.parts(depth=depth, activation="sigmoid", init="xavier")
    weights, slopes, ratios = (measured.typical(part) for part in (parts.weight, parts.activation, parts.ratio))
    arrives = float(np.prod(parts.ratio))
    chart = Chart(-0.85, 0.3, {"1": 1, "0.5": 0.5, "0.25": 0.25}, columns=depth - 1)

    def draw(canvas: Canvas, now: Now) -> None:
        headline(canvas, "What each step back multiplies by")
        chart.frame(canvas)
        chart.bars(canvas, parts.weight, LIGHT.second, arrived=now.steadily(1, over=2.5), place=(0, 2), base=1)
        chart.bars(canvas, parts.activation, LIGHT.first, arrived=now.steadily(2, over=2.5), place=(1, 2), base=1)
        y = chart.y(1)
        canvas.line((chart.left, chart.right), (y, y), colour=LIGHT.faint)
        chart.ends(canvas, "to layer 1", f"from layer {depth}")
        canvas.text(170, 186, f"weights {times(weights)}", size=42, colour=LIGHT.second, strength=now.since(1))
        canvas.text(560, 186, f"slopes {times(slopes)}", size=42, colour=LIGHT.first, strength=now.since(2))
        canvas.text(1220, 186, f"both {times(ratios)}", size=42, align="right", strength=now.since(3))

    return Scene(
        "A product over layers",
        "Nine pairs of bars, one for each step back, on a line at 1. The bars of the weights stay near it: "
        f"their typical factor is {weights:.2f}. The bars of the slopes hang down to {slopes:.2f}.",
        (
            Cue(f"A real network before training: {depth} sigmoid layers, {depth - 1} steps back."),
            Cue(f"Its weights change the signal by {times(weights)} a step, on average.", watch=1),
            Cue(f"Its slopes, by {times(slopes)}. A sigmoid's slope is never above 0.25.", watch=0.5),
            Cue(f"Both together: {times(ratios)} a step. After {depth - 1} steps, {few(arrives)} is left."),
        ),
        draw,
    )


def vanishing() -> Scene:
    """Ten sigmoid layers become thirty."""
    kind = {"activation": "sigmoid", "init": "xavier"}
    ten, deep = (float(measured.signal(depth=depth, **kind).arrives[0]) for depth in (10, DEEP))
    growth = 6.0

    def draw(canvas: Canvas, now: Now) -> None:
        headline(canvas, SIGNAL)
        depth = 10 + (DEEP - 10) * now.since(2, over=growth)
        bars = measured.between_depths(depth, **kind)
        low = -7.5 - 13 * (depth - 10) / (DEEP - 10)
        chart = Chart(low, 0.4, decades(-20, 0, 5), columns=depth)
        chart.frame(canvas)
        whole = round(depth)
        chart.ends(canvas, "layer 1", f"layer {whole}")
        chart.bars(canvas, bars, LIGHT.first, arrived=now.steadily(0, over=3.0))
        arrives = float(measured.signal(depth=whole, **kind).arrives[0])
        canvas.text(190, 222, f"layer 1 gets {few(arrives)}", size=44, colour=LIGHT.first, strength=now.since(1))

    return Scene(
        "The sigmoid case",
        "Bars for the error signal in each layer, compared with the last, on a logarithmic axis. Their tops fall on a "
        f"straight line from right to left. The network grows from 10 to {DEEP} layers, and the line goes on falling.",
        (
            Cue("Ten sigmoid layers: how much of the error signal arrives in each?"),
            Cue(f"Layer 1 gets {few(ten)} of what layer 10 gets. The signal vanishes."),
            Cue("Now one more layer at a time. Each costs about the same factor again.", watch=growth - 4),
            Cue(f"With {DEEP} layers, layer 1 gets {few(deep)}."),
        ),
        draw,
    )


class Way(NamedTuple):
    """One of a few networks that are compared: its name, its colour, its error signal, the caption it comes with."""

    name: str
    colour: str
    signal: measured.Signal
    cue: int


def compare(canvas: Canvas, now: Now, chart: Chart, ways: Sequence[Way]) -> None:
    """A line for each network, drawn from the last layer to the first, and named where it arrives."""
    headline(canvas, SIGNAL)
    chart.frame(canvas)
    depth = len(ways[0].signal.arrives)
    begin, y = chart.x(depth - 1), chart.bottom + 46
    canvas.text(begin, y, "layer 1", size=SMALL, colour=LIGHT.faint, align="center")
    canvas.text(chart.right, y, f"layer {depth}", size=SMALL, colour=LIGHT.faint, align="right")
    for way in ways:
        chart.path(canvas, way.signal.arrives, way.colour, now.steadily(way.cue, over=2.0))
        words, place = f"{way.name} {times(way.signal.factor)}", chart.y(float(way.signal.arrives[0])) + 13
        seen = now.since(way.cue, over=0.8, after=2.0)
        canvas.text(begin - 24, place, words, size=38, colour=way.colour, align="right", strength=seen)


def initialized(activation: str, first: int) -> tuple[Way, Way, Way]:
    """Ten layers with the three usual initializations, in the order in which their weights shrink."""
    he, xavier, torch = (measured.signal(depth=10, activation=activation, init=init) for init in INITS)
    return (
        Way("He", LIGHT.first, he, first),
        Way("Xavier", LIGHT.second, xavier, first + 1),
        Way("PyTorch", LIGHT.third, torch, first + 2),
    )


def told(ways: Sequence[Way]) -> str:
    """The lines of a comparison, in words."""
    return "; ".join(f"{way.name}, {times(way.signal.factor)} a layer" for way in ways)


def weights_add() -> Scene:
    """Sigmoid layers with three initializations."""
    he, xavier, torch = ways = initialized("sigmoid", first=1)

    def draw(canvas: Canvas, now: Now) -> None:
        compare(canvas, now, Chart(-8.5, 0.5, decades(-8, 0, 2), columns=17), ways)

    return Scene(
        "What the weights add",
        f"Three lines fall from layer 10 to layer 1 of a sigmoid network: {told(ways)}.",
        (
            Cue("The initialization decides how large the first weights are."),
            Cue(f"Ten sigmoid layers with He's: {times(he.signal.factor)} per layer."),
            Cue(f"Xavier's are smaller, and more is lost: {times(xavier.signal.factor)}."),
            Cue(f"PyTorch's default is smaller still: {times(torch.signal.factor)}. With sigmoids, all three vanish."),
        ),
        draw,
    )


def relu() -> Scene:
    """What a ReLU passes on, its bars beside the sigmoid's, and units that are dead."""
    sigmoid = measured.signal(depth=10, activation="sigmoid", init="xavier")
    rectified = measured.signal(depth=10, activation="relu", init="he")
    bias = -10.0
    dead = measured.mean_over_seeds("dead", depth=10, activation="relu", init="he", bias=bias)
    nothing = measured.sizes(depth=10, activation="relu", init="he", bias=bias)

    def draw(canvas: Canvas, now: Now) -> None:
        kink(canvas, now.during(0))
        bars(canvas, now, now.since(1, over=0.6) - now.since(2, over=0.6, after=0))
        shown = now.since(2, over=0.6)
        headline(canvas, f"Error signal, every bias at −{-bias:.0f}", shown)
        chart = Chart(-6.5, 0.6)
        canvas.line(
            (chart.left, chart.right), (chart.bottom, chart.bottom), colour=LIGHT.faint, width=3, strength=shown
        )
        chart.ends(canvas, "layer 1", "layer 10", shown)
        chart.bars(canvas, nothing, LIGHT.second, arrived=now.steadily(2, over=2.5))
        middle = (chart.left + chart.right) / 2
        canvas.text(middle, 340, "exactly 0", size=72, colour=LIGHT.second, align="center", strength=now.since(3))

    def kink(canvas: Canvas, strength: float) -> None:
        canvas.line((160, 1120), (440, 440), colour=LIGHT.grid, width=3, strength=strength)
        canvas.line((640, 640), (130, 500), colour=LIGHT.grid, width=3, strength=strength)
        canvas.line((200, 640, 920), (440, 440, 160), colour=LIGHT.second, width=9, strength=strength)
        canvas.text(420, 410, "off: slope 0", size=44, align="center", strength=strength)
        canvas.text(840, 330, "on: slope 1", size=44, strength=strength)

    def bars(canvas: Canvas, now: Now, strength: float) -> None:
        chart = Chart(-6.5, 1.6, FALLS)
        headline(canvas, SIGNAL, strength)
        chart.frame(canvas, strength)
        chart.ends(canvas, "layer 1", "layer 10", strength)
        arrived = now.steadily(1, over=3.0)
        chart.bars(canvas, sigmoid.arrives, LIGHT.first, arrived=arrived, place=(0, 2), strength=strength)
        chart.bars(canvas, rectified.arrives, LIGHT.second, arrived=arrived, place=(1, 2), strength=strength)
        canvas.text(170, 190, f"sigmoid {times(sigmoid.factor)}", size=42, colour=LIGHT.first, strength=strength)
        words = f"ReLU {times(rectified.factor)}"
        canvas.text(1220, 190, words, size=42, colour=LIGHT.second, align="right", strength=strength)

    return Scene(
        "The ReLU answer",
        "The curve of a ReLU: flat on the left, rising on the right. Then two bars for each of ten layers: "
        "those of the sigmoid fall towards layer 1, those of ReLU stay about level. "
        "At last ten layers with a 0 where a bar would be.",
        (
            Cue("The rectified linear unit (ReLU): where it is on, its slope is 1, where it is off, 0."),
            Cue(f"With He's weights the signal keeps its size: {times(rectified.factor)} per layer.", watch=1),
            Cue("A unit that is off at every point is dead. No gradient reaches its weights."),
            Cue(f"With every bias at −{-bias:.0f}, {percent(dead)} are dead. Not tiny: exactly 0."),
        ),
        draw,
    )


def initialization() -> Scene:
    """ReLU layers with three initializations."""
    he, xavier, torch = ways = initialized("relu", first=1)
    off = measured.mean_over_seeds("saturated", depth=10, activation="relu", init="he")

    def draw(canvas: Canvas, now: Now) -> None:
        compare(canvas, now, Chart(-4.4, 0.4, decades(-4, 0, 1), columns=17), ways)

    return Scene(
        "Initialization",
        f"Three lines from layer 10 to layer 1 of a ReLU network: {told(ways)}.",
        (
            Cue(f"At any point about {percent(off)} of ReLU units are off. The weights must make up for it."),
            Cue(f"He's initialization is made for that: {times(he.signal.factor)} per layer."),
            Cue(f"Xavier's weights are too small for ReLU: {times(xavier.signal.factor)}."),
            Cue(f"PyTorch's default, smaller still: {times(torch.signal.factor)}. ReLU alone is half the answer."),
        ),
        draw,
    )


def residual() -> Scene:
    """Fifty layers without skips, with plain ones, and with scaled ones."""
    kind = {"depth": MANY, "activation": "relu", "init": "torch"}
    blocks = sum(Network(residual="scaled", **kind).skips)
    none, scaled = (measured.signal(residual=skip, **kind) for skip in ("none", "scaled"))
    plain = measured.signal(residual="plain", **(kind | {"init": "he"}))
    ways = (
        Way("no skips", LIGHT.first, none, 0),
        Way("scaled", LIGHT.third, scaled, 2),
        Way("plain, He", LIGHT.second, plain, 3),
    )

    def draw(canvas: Canvas, now: Now) -> None:
        compare(canvas, now, Chart(-21, 11.5, decades(-20, 10, 10), columns=80), ways)
        plus = now.since(1) - now.during(2)
        canvas.formula(190, 440, "a = F(x) + x", size=52, strength=plus)
        canvas.formula(190, 440, rf"a = F(x) / \sqrt{{{blocks}}} + x", size=52, strength=now.during(2))

    return Scene(
        "Residual connections",
        f"Three lines for {MANY} ReLU layers: {told(ways)}. The line of the scaled skips is level up to layer 2; "
        "layer 1 has no skip, and nothing divides its signal.",
        (
            Cue(f"{MANY} ReLU layers with PyTorch's default: layer 1 gets {few(float(none.arrives[0]))}."),
            Cue("A skip adds a layer's input x to its output F(x). The signal gets a second way back."),
            Cue(
                f"With each F(x) divided by √{blocks}, it arrives: "
                f"layer 1 gets {few(float(scaled.arrives[0]))} times the last layer's."
            ),
            Cue(f"Skips alone are no cure: plain ones with He's weights explode, by {few(float(plain.arrives[0]))}."),
        ),
        draw,
    )


def exploding() -> Scene:
    """The gain of the first weights rises, and the bars tilt."""
    gains = np.linspace(0.9, 1.1, 11)
    kind = {"depth": MANY, "width": 64, "activation": "linear", "init": "normal"}
    low, high = (measured.signal(gain=float(gain), **kind) for gain in gains[[0, -1]])
    growth = 6.0

    def draw(canvas: Canvas, now: Now) -> None:
        headline(canvas, SIGNAL)
        gain = float(gains[0] + (gains[-1] - gains[0]) * now.since(1, over=growth))
        chart = Chart(-3.4, 3.4, decades(-2, 2, 2), columns=MANY)
        chart.frame(canvas)
        chart.ends(canvas, "layer 1", f"layer {MANY}")
        bars = measured.between_gains(gain, gains, **kind)
        chart.bars(canvas, bars, LIGHT.first, arrived=now.steadily(0, over=2.5))
        canvas.text(1210, 210, f"weights × {gain:.2f}", size=48, align="right")

    return Scene(
        "Exploding gradients",
        f"{MANY} bars fall towards layer 1 at first. As the weights grow, they tilt, and rise towards layer 1.",
        (
            Cue(f"{MANY} layers without activations. Only the weights multiply: {times(low.factor)} per layer."),
            Cue("Now make the weights a little larger. The factor passes 1.", watch=growth - 3.5),
            Cue(
                f"{times(high.factor)} per layer: "
                f"layer 1 gets {float(high.arrives[0]):.0f} times the last layer's signal."
            ),
        ),
        draw,
    )


def clipping() -> Scene:
    """One network trained with and without clipping."""
    network, limit = Network(depth=20, activation="relu", init="he", gain=1.2), 1.0
    free = measured.runs(network, Training(steps=1000))
    clipped = measured.runs(network, Training(steps=1000, clip_norm=limit))
    lasted = median_low(run.diverged_at for run in free)
    shown = next(run for run in free if run.diverged_at == lasted)
    finite = shown.loss[np.isfinite(shown.loss)]
    together = 20  # steps, the mean of whose losses is a point of the curve
    falling = np.median([run.loss.reshape(-1, together).mean(axis=1) for run in clipped], axis=0)
    right = median_low(float(run.accuracy[-1]) for run in clipped)
    top, low = int(np.ceil(np.log10(finite.max()))), int(np.floor(np.log10(falling.min())))
    high = Chart(-1, top, decades(0, top, 10), columns=6)
    down = Chart(low, 0.5, decades(low, 0, 1))

    def draw(canvas: Canvas, now: Now) -> None:
        first, second = 1 - now.since(2, over=0.6, after=0), now.since(2, over=0.6)
        overflow(canvas, now, first)
        headline(canvas, f"Loss with clipping, median of {len(clipped)} runs", second)
        down.frame(canvas, second)
        down.ends(canvas, "step 0", f"step {len(clipped[0].loss)}", second)
        down.curve(canvas, falling, LIGHT.second, now.steadily(2, over=5.0))

    def overflow(canvas: Canvas, now: Now, strength: float) -> None:
        headline(canvas, "Loss without clipping", strength)
        high.frame(canvas, strength)
        for step, loss in enumerate(finite):
            seen = strength * now.since(0, after=1.0 + step)
            x, y = high.x(5 - step), high.y(float(loss))
            canvas.box(
                x - 60, high.bottom - seen * (high.bottom - y), x + 60, high.bottom, fill=LIGHT.first, strength=strength
            )
            canvas.text(
                x, high.bottom + 46, f"step {step}", size=SMALL, colour=LIGHT.faint, align="center", strength=strength
            )
        x, seen = high.x(5 - len(finite)), strength * now.since(1)
        canvas.text(
            x, high.bottom + 46, f"step {lasted}", size=SMALL, colour=LIGHT.faint, align="center", strength=seen
        )
        canvas.text(x - 60, high.bottom - 24, "overflow", size=48, colour=LIGHT.first, strength=seen)

    return Scene(
        "Clipping",
        f"Bars for the loss without clipping: it leaps by powers of ten, and overflows at step {lasted}. "
        f"Then the curve of the loss with clipping, which falls. Each of its points is the mean of {together} steps.",
        (
            Cue(
                f"{network.depth} ReLU layers, weights {percent(network.gain - 1)} above He's. "
                "With each step the loss grows a lot.",
                watch=0.5,
            ),
            Cue(f"At step {lasted} the numbers overflow. Training is over."),
            Cue(f"Clipping shortens every gradient that is longer than {limit:.0f}. The direction stays.", watch=1),
            Cue(f"Now it learns: {percent(right)} of new points right. But it is no cure for vanishing."),
        ),
        draw,
    )


def normalization() -> Scene:
    """Sigmoid layers without normalization, with that over the layer, and with that over the batch."""
    none, layer, batch = (
        measured.signal(depth=10, activation="sigmoid", norm=norm) for norm in ("none", "layer", "batch")
    )
    ways = (
        Way("no norm", LIGHT.first, none, 1),
        Way("layer norm", LIGHT.second, layer, 2),
        Way("batch norm", LIGHT.third, batch, 3),
    )

    def draw(canvas: Canvas, now: Now) -> None:
        compare(canvas, now, Chart(-6.5, 2.2, decades(-6, 2, 2), columns=17), ways)

    return Scene(
        "Normalization",
        f"Three lines from layer 10 to layer 1 of a sigmoid network: {told(ways)}. The last factor is the mean of ten "
        "layers, for points in a plane: the first layers grow most, and with more layers the mean is lower.",
        (
            Cue("Normalization brings the sums z to mean 0 and spread 1, before the activation."),
            Cue(f"Ten sigmoid layers without it: {times(none.factor)} per layer."),
            Cue(f"Layer normalization, over the units: {times(layer.factor)}. It still vanishes."),
            Cue(f"Batch normalization, over the points: {times(batch.factor)}. It grows, most in the first layers."),
        ),
        draw,
    )


def glance() -> Scene:
    """All factors on one line."""
    ten = {"depth": 10}
    rows = (
        ("sigmoid, PyTorch", LIGHT.first, measured.signal(activation="sigmoid", init="torch", **ten)),
        ("sigmoid, Xavier", LIGHT.first, measured.signal(activation="sigmoid", init="xavier", **ten)),
        ("ReLU, PyTorch", LIGHT.first, measured.signal(activation="relu", init="torch", **ten)),
        ("ReLU, He", LIGHT.third, measured.signal(activation="relu", init="he", **ten)),
        (
            "ReLU, scaled skips",
            LIGHT.third,
            measured.signal(activation="relu", init="torch", residual="scaled", depth=MANY),
        ),
        ("sigmoid, batch norm", LIGHT.second, measured.signal(activation="sigmoid", norm="batch", **ten)),
        (
            "ReLU, plain skips",
            LIGHT.second,
            measured.signal(activation="relu", init="he", residual="plain", depth=MANY),
        ),
    )
    left, right, top, stride = 470, 1080, 176, 52

    def x(factor: float) -> float:
        return left + (right - left) * (np.log(factor) - np.log(0.12)) / (np.log(2) - np.log(0.12))

    def draw(canvas: Canvas, now: Now) -> None:
        headline(canvas, "The factor per layer")
        bottom = top + stride * len(rows) - 20
        canvas.line((x(1), x(1)), (top - 30, bottom), colour=LIGHT.faint)
        canvas.text(x(1), top - 42, "1", size=SMALL, colour=LIGHT.faint, align="center")
        for row, (name, colour, signal) in enumerate(rows):
            y, seen = top + row * stride, now.since(0, over=0.8, after=0.3 + 0.4 * row)
            canvas.text(446, y + 12, name, size=SMALL, align="right", strength=seen)
            canvas.line((x(1), x(signal.factor)), (y, y), colour=colour, width=6, strength=seen)
            canvas.dot(x(signal.factor), y, colour=colour, size=24, strength=seen)
            canvas.text(1220, y + 12, times(signal.factor), size=SMALL, colour=colour, align="right", strength=seen)
        canvas.text(x(1) - 24, bottom + 34, "← vanish", colour=LIGHT.first, align="right", strength=now.since(1))
        canvas.text(x(1) + 24, bottom + 34, "explode →", colour=LIGHT.second, strength=now.since(1))

    return Scene(
        "At a glance",
        f"The factors of {len(rows)} networks, each a dot on a line, left or right of 1: "
        + "; ".join(f"{name}, {times(signal.factor)}" for name, _, signal in rows)
        + ". That of batch norm holds for ten layers and points in a plane.",
        (
            Cue("Each step back multiplies. What counts is the factor per layer."),
            Cue("Left of 1, gradients vanish. Right of 1, they explode."),
            Cue("Near 1, every layer can learn. Initialization, skips and normalization aim for that."),
            Cue("Clipping only shortens steps that are too long. The factor stays."),
        ),
        draw,
    )


CHAPTERS = (
    opening, refresher, core_problem, product, vanishing, weights_add, relu, initialization, residual, exploding,
    clipping, normalization, glance,
)  # fmt: skip
