"""Where questions get their measurements from."""

from collections.abc import Sequence
from typing import Protocol

from core.networks.experiment import Experiment
from core.networks.results import GradientProfile, Run


class Lab(Protocol):
    """Where measurements come from: `core.compute.door.Compute` is one."""

    def profiles(self, experiments: Sequence[Experiment]) -> list[GradientProfile]:
        """What each network is like at the start."""

    def runs(self, experiments: Sequence[Experiment]) -> list[Run]:
        """How the training of each network goes."""
