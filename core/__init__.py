"""The subject without a screen: networks, experiments, their runs, the lessons and the quiz.

>>> from core import Network, gradient_profile
>>> gradient_profile(Network(depth=3, activation="relu", init="he")).weight_grad_norm.shape
(3,)
"""

from typing import TYPE_CHECKING, Any

from core.errors import Fixable
from core.experiment import Experiment, Network, Training
from core.results import GradientProfile, Run

if TYPE_CHECKING:
    from core.trainer import gradient_profile, train

__all__ = ["Experiment", "Fixable", "GradientProfile", "Network", "Run", "Training", "gradient_profile", "train"]


def __getattr__(name: str) -> Any:
    """Load torch only when somebody computes, so that a page can show its text before."""
    if name in {"gradient_profile", "train"}:
        from core import trainer

        return getattr(trainer, name)
    raise AttributeError(f"module 'core' has no attribute {name!r}")
