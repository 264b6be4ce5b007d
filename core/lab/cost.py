"""About how long a training takes, told before it is started."""

from collections.abc import Sequence

from core.networks.experiment import Experiment
from core.networks.results import recorded_steps

NOTABLE = 3.0  # seconds; below, nobody needs a warning

# Seconds on one core of an ordinary machine of 2025, fitted to ten shapes from 8 to 256 units, within 20 %
START = 0.2
STEP_OF_A_LAYER = 1.8e-6
UNIT_AND_POINT = 3.6e-9
WEIGHT_AND_POINT = 2.1e-10
RECORDED_WEIGHT = 2.7e-8
EXTRAS = 1.6  # as long with normalization


def seconds(experiments: Sequence[Experiment]) -> float:
    """An estimate for all of them, one after another.

    >>> 0.2 < seconds([Experiment()]) < 1
    True
    """
    return START + sum(map(_one, experiments))


def _one(experiment: Experiment) -> float:
    network, training = experiment.network, experiment.training
    steps, width = training.steps, max(network.widths)
    points = training.batch_size * width
    step = STEP_OF_A_LAYER + UNIT_AND_POINT * points + WEIGHT_AND_POINT * points * width
    recorded = RECORDED_WEIGHT * width**2 * len(recorded_steps(steps))
    return network.depth * (steps * step + recorded) * (1 if network.norm == "none" else EXTRAS)


def in_words(experiments: Sequence[Experiment]) -> str:
    """A warning, or nothing where the wait is short.

    >>> in_words([Experiment()])
    ''
    """
    estimate = seconds(experiments)
    if estimate < NOTABLE:
        return ""
    if estimate < 100:
        return f"about {estimate:.0f} seconds"
    return f"about {estimate / 60:.0f} minutes"
