"""Why is this bar as high as it is? One layer's error signal, taken apart into what the layers above it did."""

from dataclasses import dataclass

import numpy as np

from core.networks.results import Floats, GradientProfile
from core.theory.decomposition import Decomposition, decompose
from core.verdicts.reading import latex, number

PARTS = {"weight": "weights", "skip": "skip", "branch": "branch", "activation": "slope φ′", "norm": "normalization"}
"""The parts of a ratio, in the order in which the error signal meets them, and their names in a table."""
SYMBOLS = {
    "weight": "W",
    "skip": r"\text{skip}",
    "branch": r"\text{branch}",
    "activation": r"\varphi'",
    "norm": r"\text{norm}",
}


@dataclass(frozen=True)
class Why:
    """The explanation of one bar, as Markdown and LaTeX."""

    sentence: str
    rule: str
    """the recursion, for this layer"""
    numbers: str
    """the same with the norms of this very network"""
    table: str
    """every layer above, a row each, and the running product"""


def explain(profile: GradientProfile, layer: int) -> Why:
    """Why layer `layer` (1 is on the input side) of this network has the error signal that it has."""
    depth, deltas = len(profile.delta_norm), profile.delta_norm
    if layer == depth:
        return _of_last(profile)
    parts = decompose(profile)
    used = [name for name in PARTS if name in {"weight", "activation"} or not _is_one(getattr(parts, name))]
    factors = " · ".join(f"{number(float(getattr(parts, name)[layer - 1]))} ({PARTS[name]})" for name in used)
    product = float(np.prod(parts.ratio[layer - 1 :]))
    if not np.isfinite(parts.ratio[layer - 1]):
        return _of_nothing(profile, layer, used)
    sentence = (
        f"Layer {layer} gets {number(float(parts.ratio[layer - 1]))} of layer {layer + 1}'s error signal: {factors}. "
        f"From layer {depth} down to layer {layer} that makes {number(product)}"
        f"{_shares(parts, layer, used)}. " + _bar(profile, layer)
    )
    return Why(sentence, _rule(layer, used), _numbers(parts, deltas, layer, used), _table(parts, deltas, layer, used))


def _of_last(profile: GradientProfile) -> Why:
    """The last hidden layer hears the output layer directly."""
    depth = len(profile.delta_norm)
    sentence = (
        f"Layer {depth} is the last hidden layer: its error signal, {number(float(profile.delta_norm[-1]))}, comes "
        f"straight from the loss through the output layer. {_bar(profile, depth)}"
    )
    rule = rf"\delta^{{({depth})}} = \frac{{\partial \mathcal{{L}}}}{{\partial z^{{({depth})}}}}"
    return Why(sentence, rule, rf"\lVert\delta^{{({depth})}}\rVert = {latex(float(profile.delta_norm[-1]))}", "")


def _of_nothing(profile: GradientProfile, layer: int, used: list[str]) -> Why:
    """Where nothing arrives from above there is nothing to take apart."""
    above = float(profile.delta_norm[layer])
    sentence = (
        f"Layer {layer + 1}'s error signal is {number(above)}: there is nothing to pass on, and nothing to take apart. "
        f"{_bar(profile, layer)}"
    )
    return Why(sentence, _rule(layer, used), rf"\lVert\delta^{{({layer + 1})}}\rVert = {latex(above)}", "")


def _is_one(values: Floats) -> bool:
    return bool(np.allclose(values[np.isfinite(values)], 1.0, rtol=1e-12))


def _shares(parts: Decomposition, layer: int, used: list[str]) -> str:
    """Which part did how much over the whole way."""
    if len(parts.ratio) - layer < 1:
        return ""
    whole = {name: float(np.prod(getattr(parts, name)[layer - 1 :])) for name in used}
    return ", of which " + ", ".join(f"the {PARTS[name]} did × {number(value)}" for name, value in whole.items())


def _bar(profile: GradientProfile, layer: int) -> str:
    """From the error signal to the weight gradient."""
    below = f"the activations of layer {layer - 1}" if layer > 1 else "the inputs"
    return (
        f"Its weight gradient, {number(float(profile.weight_grad_norm[layer - 1]))}, is the error signal, "
        f"{number(float(profile.delta_norm[layer - 1]))}, times {below}."
    )


def _rule(layer: int, used: list[str]) -> str:
    """The recursion; what goes beyond weights and slope is named in the numbers."""
    above = layer + 1
    inner = rf"(W^{{({above})}})^\top \delta^{{({above})}}"
    if "skip" in used:
        inner = rf"\bigl[{inner} + \text{{skip}}\bigr]"
    rule = rf"\delta^{{({layer})}} = {inner} \odot \varphi'(z^{{({layer})}})"
    return rf"\text{{norm}}^\top\bigl[{rule.split(' = ')[1]}\bigr] = \delta^{{({layer})}}" if "norm" in used else rule


def _numbers(parts: Decomposition, deltas: Floats, layer: int, used: list[str]) -> str:
    factors = " ".join(
        rf"\times \underbrace{{{latex(float(getattr(parts, name)[layer - 1]))}}}_{{{SYMBOLS[name]}}}" for name in used
    )
    below, above = (latex(float(deltas[i])) for i in (layer - 1, layer))
    left = rf"\underbrace{{{below}}}_{{\lVert\delta^{{({layer})}}\rVert}}"
    return rf"{left} = \underbrace{{{above}}}_{{\lVert\delta^{{({layer + 1})}}\rVert}} {factors}"


def _table(parts: Decomposition, deltas: Floats, layer: int, used: list[str]) -> str:
    """From the last layer down: the factors of each step, and what is left."""
    depth = len(deltas)
    head = ["Step", *(PARTS[name] for name in used), "together", "what is left: ‖δ‖"]
    rows = [[f"layer {depth}", *("" for _ in used), "", f"{deltas[-1]:.3g}"]]
    for below in range(depth - 1, layer - 1, -1):
        factors = [f"{getattr(parts, name)[below - 1]:.3g}" for name in used]
        rows.append([f"{below + 1} → {below}", *factors, f"{parts.ratio[below - 1]:.3g}", f"{deltas[below - 1]:.3g}"])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---:"] * len(head), *rows])
