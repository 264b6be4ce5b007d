"""The numbers of the film: error signals of small networks before training, and a few runs, all from `core`."""

from functools import cache
from statistics import median_low
from typing import Any, NamedTuple

import numpy as np

from core import Decomposition, Experiment, GradientProfile, Network, Run, Training, decompose, train
from core.networks.results import Floats
from core.networks.trainer import profiles
from core.verdicts.reading import first_to_last, per_layer

SEEDS = range(15)
RUNS = range(5)  # seeds that are trained, as in the lesson


class Signal(NamedTuple):
    """The error signal of one kind of network before training: medians over the seeds."""

    arrives: Floats
    """(depth,) the size in each layer, input side first, when the last hidden layer's is 1"""
    factor: float
    """what one step back multiplies it by"""


def _profiles(**network: Any) -> list[GradientProfile]:
    return profiles([Experiment(Network(**network), seed=seed) for seed in SEEDS])


@cache
def signal(**network: Any) -> Signal:
    """The error signal of networks with these settings."""
    shares = [profile.delta_norm / profile.delta_norm[-1] for profile in _profiles(**network)]
    arrives = np.median(shares, axis=0)
    return Signal(arrives, per_layer(arrives))


@cache
def sizes(**network: Any) -> Floats:
    """(depth,) the size of the error signal itself: medians over the seeds."""
    return np.median([profile.delta_norm for profile in _profiles(**network)], axis=0)


@cache
def parts(**network: Any) -> Decomposition:
    """The factors of a single network, the one of the seeds whose first layer gets the median share."""
    found = _profiles(**network)
    shares = [first_to_last(profile.delta_norm) for profile in found]
    return decompose(found[shares.index(median_low(shares))])


@cache
def mean_over_seeds(name: str, **network: Any) -> float:
    """The mean of a per-layer measurement such as `dead` or `saturated`, over all layers and seeds."""
    return float(np.mean([getattr(profile, name) for profile in _profiles(**network)]))


@cache
def runs(network: Network, training: Training) -> list[Run]:
    """One network trained, from each of a few seeds."""
    return train([Experiment(network, training, seed) for seed in RUNS])


def blend(before: Floats, after: Floats, share: float) -> Floats:
    """Bars on their way from one measurement to the next, along a log axis."""
    return before ** (1 - share) * after**share


def typical(factors: Floats) -> float:
    """The geometric mean: the factor that, applied every time, gives the same product."""
    return float(np.exp(np.log(factors).mean()))


def between_depths(depth: float, **network: Any) -> Floats:
    """The bars of a network that is growing from one whole depth to the next, each as far from the end as before."""
    whole = int(depth)
    now = signal(depth=whole, **network).arrives
    if depth == whole:
        return now
    grown = signal(depth=whole + 1, **network).arrives
    return np.concatenate([grown[:1], blend(now, grown[1:], depth - whole)])


def between_gains(gain: float, gains: Floats, **network: Any) -> Floats:
    """The bars at a gain between two that were measured."""
    after = int(np.clip(np.searchsorted(gains, gain), 1, len(gains) - 1))
    low, high = (float(edge) for edge in gains[after - 1 : after + 1])
    bars = [signal(gain=edge, **network).arrives for edge in (low, high)]
    return blend(*bars, (gain - low) / (high - low))
