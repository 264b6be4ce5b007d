"""Keys that are measured on networks of their own."""

import math
from dataclasses import replace
from statistics import median

import numpy as np

from core.networks.experiment import Experiment, Network, Training
from core.questions.lab import Lab
from core.questions.readings import error_trend
from core.theory.decomposition import decompose
from core.verdicts import diagnosis
from core.verdicts.reading import FAR, LEARNED, MEASURES, TINY, first_to_last, per_layer, read

TEN_SIGMOIDS = Experiment(Network(depth=10, activation="sigmoid", init="xavier"))


def sigmoid_measured_log10(lab: Lab, depth: int) -> float:
    """log10 of the error signal of layer 1 against the last hidden layer's: median of five measured networks."""
    network = replace(TEN_SIGMOIDS.network, depth=depth)
    profiles = lab.profiles([Experiment(network, seed=seed) for seed in range(5)])
    return median(math.log10(first_to_last(profile.delta_norm)) for profile in profiles)


def normalized_inner_factor(lab: Lab) -> float:
    """The error signal's factor for a step between inner layers of ten sigmoid layers with batch normalization.

    The points have many features; it is the median of five measured networks.
    """
    network = replace(TEN_SIGMOIDS.network, norm="batch")
    networks = [Experiment(network, Training(task="gaussian"), seed=seed) for seed in range(5)]
    return median(per_layer(profile.delta_norm, first=1) for profile in lab.profiles(networks))


def slowest_layer(lab: Lab) -> str:
    """Where the weights move least, measured."""
    gradients = lab.profiles([TEN_SIGMOIDS])[0].grad_to_weight
    if gradients.max() < 2 * gradients.min():
        return "all"
    return {0: "first", len(gradients) - 1: "last"}.get(int(np.argmin(gradients)), "middle")


def what_multiplies(lab: Lab) -> frozenset[str]:
    """Which changes alter the share of the error signal that reaches layer 1; each is tried on a network."""
    plain = TEN_SIGMOIDS
    changed = {
        "weights": replace(plain, network=replace(plain.network, gain=2.0)),
        "slopes": replace(plain, network=replace(plain.network, activation="tanh")),
        "rate": replace(plain, training=Training(learning_rate=10.0)),
        "steps": replace(plain, training=Training(steps=3000)),
    }
    before, *after = (first_to_last(profile.delta_norm) for profile in lab.profiles([plain, *changed.values()]))
    return frozenset(
        name for name, share in zip(changed, after, strict=True) if not math.isclose(share, before, rel_tol=0.01)
    )


def higher_rate(lab: Lab) -> str:
    """What a hundredfold learning rate does to the first layer's step, compared with the last one's."""
    gradients = lab.profiles([TEN_SIGMOIDS])[0].weight_grad_norm
    steps = {rate: rate * gradients for rate in (0.1, 10.0)}
    shares = {rate: step[0] / step[-1] for rate, step in steps.items()}
    if math.isclose(shares[10.0], shares[0.1], rel_tol=1e-9):
        return "same"
    return "closer" if shares[10.0] > shares[0.1] else "further"


def level_but_small(lab: Lab) -> str:
    """The diagnosis of a ReLU network whose initial weights are too small and whose biases are zero."""
    network = Network(depth=20, activation="relu", init="normal", gain=math.sqrt(1 / 3))
    reading = read(lab.profiles([Experiment(network)])[0].weight_grad_norm, MEASURES["weights"])
    return {"tiny": "small", "level": "healthy", "vanishing": "first", "zero": "dead"}[reading.verdict]


def all_zero_weights(lab: Lab) -> frozenset[str]:
    """Which statements about a network that starts from zero weights are true, measured at two depths."""
    shallow, deep = lab.profiles([Experiment(Network(depth=depth, init="zeros")) for depth in (3, 12)])
    true = {
        "no-gradient": not deep.weight_grad_norm.any() and not shallow.weight_grad_norm.any(),
        "explodes": bool((deep.weight_grad_norm > 1).any()),
        "guesses": math.isclose(deep.loss, math.log(2), rel_tol=1e-6),
        "depth": bool(deep.weight_grad_norm[0] == shallow.weight_grad_norm[0]),
    }
    return frozenset(name for name, holds in true.items() if holds)


def straightest_axes(lab: Lab) -> str:
    """On which axes the error signal of thirty layers that all multiply alike lies on a straight line, measured."""
    network = Network(depth=30, width=64, activation="linear", init="orthogonal", gain=0.8)
    y = lab.profiles([Experiment(network)])[0].delta_norm[::-1]
    x = np.arange(1.0, len(y) + 1)
    axes = {"linear": (x, y), "y": (x, np.log(y)), "x": (np.log(x), y), "both": (np.log(x), np.log(y))}
    return max(axes, key=lambda name: abs(np.corrcoef(*axes[name])[0, 1]))


def twenty_sigmoids(lab: Lab) -> frozenset[str]:
    """Which statements about twenty untrained sigmoid layers are true."""
    profile = lab.profiles([Experiment(Network(depth=20, activation="sigmoid", init="xavier"))])[0]
    delta, gradients = profile.delta_norm, profile.weight_grad_norm
    steps = delta[:-1] / delta[1:]
    true = {
        "output": bool(profile.output_weight_grad_norm > 0.01),
        "above": bool(gradients[0] > 0),
        "alike": bool(steps.max() < 2 * steps.min()),
        "first": int(np.argmax(delta)) == 0,
    }
    return frozenset(name for name, holds in true.items() if holds)


def init_pairs(lab: Lab) -> dict[str, str]:
    """By which of the partners' factors each pair of initialization and activation multiplies the error signal."""
    networks = {
        "sigmoid": Network(activation="sigmoid", init="torch"),
        "relu-default": Network(activation="relu", init="torch"),
        "relu-he": Network(activation="relu", init="he"),
        "relu-large": Network(activation="relu", init="normal", gain=2.0),
    }
    partners = {"seventh": 0.14, "two-fifths": 0.4, "one": 1.0, "seven-fifths": 1.4}
    found = {}
    for name, network in networks.items():
        profiles = lab.profiles([Experiment(network, seed=seed) for seed in range(5)])
        factor = median(per_layer(profile.delta_norm) for profile in profiles)
        found[name] = min(partners, key=lambda partner: abs(math.log(partners[partner] / factor)))
    return found


def he_with(lab: Lab) -> dict[str, str]:
    """What the error signal of twenty layers with He's initialization does on its way to layer 1."""
    rows = ("sigmoid", "tanh", "relu", "linear")
    profiles = lab.profiles([Experiment(Network(depth=20, activation=name, init="he")) for name in rows])
    return {name: error_trend([profile]) for name, profile in zip(rows, profiles, strict=True)}


def sizes_of_weights(lab: Lab) -> frozenset[str]:
    """Which statements about ten sigmoid layers with small, usual and large weights are true."""
    gains = (0.1, 1.0, 16.0)
    profiles = lab.profiles([Experiment(Network(activation="sigmoid", init="normal", gain=gain)) for gain in gains])
    small, usual, large = profiles
    slopes = [float(np.median(decompose(profile).activation)) for profile in (small, usual)]
    true = {
        "saturated": bool(large.saturated.mean() > 0.5),
        "falls": error_trend([large]) == "falls",
        "steepest": slopes[0] > slopes[1],
        "arrives": first_to_last(small.delta_norm) > first_to_last(usual.delta_norm),
    }
    return frozenset(name for name, holds in true.items() if holds)


def deep_remedies(lab: Lab) -> frozenset[str]:
    """Which statements about skips and normalization in networks of thirty layers are true."""
    networks = {
        "plain": Network(depth=30, activation="relu", init="he", residual="plain"),
        "scaled": Network(depth=30, activation="relu", init="he", residual="scaled"),
        "batch": Network(depth=30, activation="relu", init="he", norm="batch"),
        "layer": Network(depth=30, activation="sigmoid", init="xavier", norm="layer"),
    }
    profiles = lab.profiles([Experiment(network) for network in networks.values()])
    trends = {name: error_trend([profile]) for name, profile in zip(networks, profiles, strict=True)}
    return frozenset(name for name, trend in trends.items() if trend == "level")


def remedies_help(lab: Lab) -> dict[str, str]:
    """Which of two sick networks each remedy lets learn: one that vanishes, one that explodes."""
    vanishing, exploding = (
        Network(activation="relu", init="torch"),
        Network(activation="relu", init="he", gain=1.5),
    )
    plain = Training(steps=1000)
    remedies: dict[str, tuple[dict[str, str | float], Training]] = {
        "clip": ({}, replace(plain, clip_norm=1.0)),
        "he": ({"init": "he", "gain": 1.0}, plain),
        "skips": ({"residual": "plain"}, plain),
        "rate": ({}, replace(plain, learning_rate=10.0)),
    }
    found = {}
    for name, (sets, training) in remedies.items():
        patients = [Experiment(replace(network, **sets), training) for network in (vanishing, exploding)]  # type: ignore[arg-type]
        helps = [run.diverged_at is None and bool(run.accuracy[-1] >= LEARNED) for run in lab.runs(patients)]
        found[name] = {(True, True): "both", (True, False): "vanishing", (False, True): "exploding"}.get(
            (helps[0], helps[1]), "neither"
        )
    return found


def adam_in_the_deep(lab: Lab) -> str:
    """How Adam's first step in layer 1 of thirty sigmoid layers compares with layer 30's, relative to the weights."""
    training = Training(optimizer="adam", learning_rate=0.003, steps=1)
    run = lab.runs([Experiment(Network(depth=30, activation="sigmoid", init="xavier"), training)])[0]
    ratio = first_to_last(run.update_to_weight[0])
    return "behind" if ratio < 1 / FAR else "ahead" if ratio > FAR else "same"


def fast_training(lab: Lab) -> str:
    """The verdict after training ten ReLU layers with Adam at a rate of 0.5."""
    network = Network(activation="relu", init="he")
    return diagnosis.of_run(lab.runs([Experiment(network, Training(optimizer="adam", learning_rate=0.5))])[0]).word


def tight_clipping(lab: Lab) -> str:
    """What a threshold of 0.01 does to ten healthy ReLU layers, compared with no clipping."""
    network = Network(activation="relu", init="he")
    free, tight = lab.runs([Experiment(network), Experiment(network, Training(clip_norm=0.01))])
    if tight.diverged_at is not None:
        return "diverges"
    gained = tight.accuracy[-1] - free.accuracy[-1]
    return "slower" if gained < -0.1 else "better" if gained > 0.1 else "same"


def small_and_stuck(lab: Lab) -> str:
    """What is the matter with ten trained sigmoid layers whose first gradient is tiny."""
    deep, shallow = lab.runs(
        [
            Experiment(Network(activation="sigmoid", init="xavier"), Training(steps=1000, learning_rate=1.0)),
            Experiment(Network(depth=1, activation="sigmoid", init="xavier"), Training(steps=1000, learning_rate=1.0)),
        ]
    )
    if deep.accuracy[-1] >= LEARNED:
        return "converged"
    if shallow.accuracy[-1] < LEARNED:
        return "data"
    return "silent" if deep.grad_norm[-1].max() < TINY else "stuck"
