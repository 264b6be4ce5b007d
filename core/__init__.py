"""The subject without a screen: networks, experiments, their runs, the lessons and the quiz.

>>> from core import Network, gradient_profile
>>> gradient_profile(Network(depth=3, activation="relu", init="he")).weight_grad_norm.shape
(3,)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.decomposition import Decomposition, decompose
from core.errors import Fixable
from core.experiment import Experiment, Network, Training
from core.results import GradientProfile, Run

if TYPE_CHECKING:
    from core.theory import per_layer_factor
    from core.trainer import gradient_profile, train

__all__ = [
    "Decomposition", "Experiment", "Fixable", "GradientProfile", "Network", "Run", "Training", "decompose",
    "gradient_profile", "per_layer_factor", "train",
]  # fmt: skip

HOMES = {"gradient_profile": "trainer", "train": "trainer", "per_layer_factor": "theory"}


def __getattr__(name: str) -> Any:
    """Load torch only when somebody computes, so that a page can show its text before."""
    if name in HOMES:
        return getattr(import_module(f"core.{HOMES[name]}"), name)
    raise AttributeError(f"module 'core' has no attribute {name!r}")
