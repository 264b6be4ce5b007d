"""The losses of one output unit, and their slopes: where the backward pass begins."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, pad

from core.networks.parameters import VECTORS

_cross_entropies = partial(binary_cross_entropy_with_logits, reduction="none")


def cross_entropy(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Binary cross-entropy, mean over the batch: its value (K,) and its slope dL/d(logit) (K, batch)."""
    value = _row_by_row(_cross_entropies, logits, labels).mean(-1)
    return value, (_row_by_row(torch.sigmoid, logits) - labels) / labels.shape[-1]


def squared_error(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Mean squared error of the sigmoid of the output: its value (K,) and its slope dL/d(logit) (K, batch)."""
    p = _row_by_row(torch.sigmoid, logits)
    miss = p - labels
    return miss.square().mean(-1), 2 * miss * p * (1 - p) / labels.shape[-1]


LOSS_FUNCTIONS: dict[str, Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]] = {
    "bce": cross_entropy,
    "mse": squared_error,
}


def _row_by_row(function: Callable[..., Tensor], *rows: Tensor) -> Tensor:
    """`function` of every entry of (K, batch), rounded the same whether a row is alone or stacked.

    torch handles the last few entries of a tensor one at a time and the others in vectors, which round
    differently; filled up to whole vectors, every row of its own consists of vectors only.
    """
    length = rows[0].shape[-1]
    missing = -length % VECTORS
    return function(*(pad(row, (0, missing)) for row in rows))[:, :length] if missing else function(*rows)
