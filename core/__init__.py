"""The subject without a screen: networks, experiments, their runs, the lessons and the quiz.

>>> from core import Network, gradient_profile
>>> gradient_profile(Network(depth=3, activation="relu", init="he")).weight_grad_norm.shape
(3,)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.errors import Fixable
from core.networks.experiment import Experiment, Network, Training
from core.networks.results import GradientProfile, Run
from core.theory.decomposition import Decomposition, decompose

if TYPE_CHECKING:
    from core.networks.trainer import gradient_profile, train
    from core.theory.mean_field import per_layer_factor
    from core.verdicts.prescription import prescribe

__all__ = [
    "Decomposition", "Experiment", "Fixable", "GradientProfile", "Network", "Run", "Training", "decompose",
    "gradient_profile", "per_layer_factor", "prescribe", "train",
]  # fmt: skip

HOMES = {
    "gradient_profile": "networks.trainer",
    "train": "networks.trainer",
    "per_layer_factor": "theory.mean_field",
    "prescribe": "verdicts.prescription",
}


def __getattr__(name: str) -> Any:
    """Load torch only when somebody computes, so that a page can show its text before."""
    if name in HOMES:
        return getattr(import_module(f"core.{HOMES[name]}"), name)
    raise AttributeError(f"module 'core' has no attribute {name!r}")
