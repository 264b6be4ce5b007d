"""What the networks learn: points that belong to one of two classes."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import pick

TRAIN_POINTS = 1024
TEST_POINTS = 512
GAUSSIAN_FEATURES = 256

Points = tuple[NDArray[np.float64], NDArray[np.float64]]  # inputs (points, features), labels (points,) of 0 and 1


class Data(NamedTuple):
    """One task's points, already shuffled."""

    inputs: NDArray[np.float64]  # (TRAIN_POINTS, features)
    labels: NDArray[np.float64]  # (TRAIN_POINTS,)
    test_inputs: NDArray[np.float64]  # (TEST_POINTS, features)
    test_labels: NDArray[np.float64]  # (TEST_POINTS,)


def _circles(count: int, seed: int) -> Points:
    from sklearn.datasets import make_circles  # takes a second to load, and only workers need it

    inputs, labels = make_circles(count, noise=0.08, factor=0.5, random_state=seed)
    return inputs, labels


def _moons(count: int, seed: int) -> Points:
    from sklearn.datasets import make_moons

    inputs, labels = make_moons(count, noise=0.15, random_state=seed)
    return inputs, labels


def _xor(count: int, seed: int) -> Points:
    inputs = np.random.default_rng(seed).uniform(-1, 1, (count, 2))
    return inputs, (inputs[:, 0] * inputs[:, 1] < 0).astype(np.float64)


def _spirals(count: int, seed: int) -> Points:
    dice = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    turn = np.sqrt(dice.uniform(0, 1, count)) * 3 * np.pi  # the square root spreads the points evenly along the arms
    radius = turn / (3 * np.pi)
    angle = turn + np.pi * labels
    inputs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return inputs + dice.normal(0, 0.02, inputs.shape), labels.astype(np.float64)


def _no_signal(count: int, seed: int) -> Points:
    dice = np.random.default_rng(seed)
    return dice.normal(size=(count, 2)), dice.integers(0, 2, count).astype(np.float64)


def _gaussian(count: int, seed: int) -> Points:
    dice = np.random.default_rng(seed)
    inputs, direction = dice.normal(size=(count, GAUSSIAN_FEATURES)), dice.normal(size=GAUSSIAN_FEATURES)
    return inputs, (inputs @ direction > 0).astype(np.float64)


class Task(NamedTuple):
    """One task: its name on screen, a function from (count, seed) to points, and how many numbers a point has."""

    title: str
    points: Callable[[int, int], Points]
    features: int = 2


TASKS = {
    "circles": Task("Circles", _circles),
    "xor": Task("XOR", _xor),
    "moons": Task("Moons", _moons),
    "spirals": Task("Spirals", _spirals),
    "no_signal": Task("No signal: labels by coin", _no_signal),
    "gaussian": Task("Gaussian: 256 features", _gaussian, GAUSSIAN_FEATURES),
}


@lru_cache(maxsize=16)
def draw(task: str, seed: int, label_noise: float = 0.0, input_scale: float = 1.0) -> Data:
    """The training and test points of `task` for one seed, every feature with mean 0 and standard deviation 1.

    A share `label_noise` of the *training* labels is then turned round, and every input multiplied by `input_scale`.
    Equal seeds give equal points whatever the noise and the scale.
    """
    inputs, labels = pick(TASKS, task, "task").points(TRAIN_POINTS + TEST_POINTS, seed)
    order = np.random.default_rng(seed).permutation(len(inputs))
    inputs, labels = inputs[order], labels[order].astype(np.float64)
    train = inputs[:TRAIN_POINTS]
    inputs = (inputs - train.mean(axis=0)) / train.std(axis=0) * input_scale
    wrong = np.random.default_rng([seed, 2]).permutation(TRAIN_POINTS)[: round(label_noise * TRAIN_POINTS)]
    labels[wrong] = 1 - labels[wrong]
    return Data(inputs[:TRAIN_POINTS], labels[:TRAIN_POINTS], inputs[TRAIN_POINTS:], labels[TRAIN_POINTS:])
