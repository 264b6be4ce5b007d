"""From gradients to updates: clipping, warm-up, weight decay, and the rules that turn a gradient into a direction.

Every parameter of every network stands in one flat tensor, so a rule reads as its formula. The formulas and their
order are those of torch.optim and torch.nn.utils.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from core.networks.experiment import CLIPPINGS, Training
from core.networks.parameters import Parameters

MOMENTUM = 0.9
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8  # Kingma & Ba 2015

Rule = Callable[[Tensor, int], Tensor]
"""(gradient (numbers,), number of the step from 1) -> what the learning rate multiplies, (numbers,)"""


def gradient_descent(_: Tensor) -> Rule:
    """The gradient itself."""
    return lambda gradient, _: gradient


def momentum(like: Tensor) -> Rule:
    """A sum of all gradients so far, each step's share 0.9 times the one before (Polyak 1964)."""
    velocity = torch.zeros_like(like)
    return lambda gradient, _: velocity.mul_(MOMENTUM).add_(gradient)


def adam(like: Tensor) -> Rule:
    """The gradient's running mean over the root of its running mean square (Kingma & Ba 2015, Algorithm 1)."""
    mean, square = torch.zeros_like(like), torch.zeros_like(like)

    def direction(gradient: Tensor, number: int) -> Tensor:
        mean.lerp_(gradient, 1 - BETA_1)
        square.mul_(BETA_2).addcmul_(gradient, gradient, value=1 - BETA_2)
        size = (square / (1 - BETA_2**number)).sqrt_().add_(EPSILON)
        return mean / (1 - BETA_1**number) / size

    return direction


RULES: dict[str, Callable[[Tensor], Rule]] = {
    "sgd": gradient_descent,
    "momentum": momentum,
    "adam": adam,
    "adamw": adam,  # Loshchilov & Hutter 2019: the decay stays out of the running means
}


class Optimizer:
    """Clips the gradients of K networks and takes their steps; `update` is what was last subtracted."""

    def __init__(self, trainings: Sequence[Training], parameters: Parameters, gradients: Parameters) -> None:
        """All of one optimizer; rates, warm-up, decay and clipping may differ from network to network."""
        self.parameters, self.gradients, self.update = parameters, gradients, parameters.like()
        self.rule = RULES[trainings[0].optimizer](parameters.flat)
        self.decoupled = trainings[0].optimizer == "adamw"
        self.warmup = [training.warmup_steps for training in trainings]
        self.number = 0
        self.clipped = torch.zeros(len(trainings), dtype=torch.int64)
        self._rates = torch.tensor([t.learning_rate for t in trainings], dtype=torch.float64)
        self.owners = parameters.owners()
        self._rate = self._spread(self._rates)
        decay = torch.tensor([t.weight_decay for t in trainings], dtype=torch.float64)
        self._decay = self._spread(decay) if decay.any() else None
        self._limits = {
            name: _column([getattr(t, name) for t in trainings])
            for name in CLIPPINGS
            if any(getattr(t, name) is not None for t in trainings)
        }

    def _spread(self, per_network: Tensor) -> Tensor:
        """One number a network (K,) -> one a parameter (numbers,)."""
        return per_network.to(self.parameters.flat.dtype)[self.owners]

    @property
    def clips(self) -> bool:
        """Whether any of the networks clips its gradients."""
        return bool(self._limits)

    def clip(self) -> None:
        """Clip the gradients in place, and count for each network the steps at which that changed something."""
        if not self._limits:
            return
        factors = []
        if "clip_norm" in self._limits:
            factors.append(self._limits["clip_norm"] / (self.gradients.norm()[None] + 1e-6))
        if "clip_layer_norm" in self._limits:
            factors.append(self._limits["clip_layer_norm"] / (self.gradients.layer_norms() + 1e-6))
        acted = torch.zeros_like(self.clipped, dtype=torch.bool)
        for factor in factors:
            acted |= (factor < 1).any(0)
            shares = factor.clamp(max=1).expand(len(self.parameters.weights), -1)
            self.gradients.multiply(shares.to(self.gradients.flat.dtype))
        if "clip_value" in self._limits:
            limit = self._spread(self._limits["clip_value"])
            beyond = self.gradients.flat.abs() > limit
            acted |= torch.bincount(self.owners[beyond], minlength=len(acted)) > 0
            torch.minimum(
                torch.maximum(self.gradients.flat, -limit, out=self.gradients.flat), limit, out=self.gradients.flat
            )
        self.clipped += acted

    def step(self) -> None:
        """Take one step with the gradients as they stand."""
        self.number += 1
        rate, weights, gradient, update = self._rate_now(), self.parameters.flat, self.gradients.flat, self.update.flat
        if self._decay is not None and not self.decoupled:
            gradient = gradient + self._decay * weights
        torch.mul(self.rule(gradient, self.number), rate, out=update)
        if self._decay is not None and self.decoupled:
            update.addcmul_(weights, self._decay * rate)
        weights.sub_(update)

    def _rate_now(self) -> Tensor:
        """(numbers,) the learning rates of this step."""
        if self.number > max(self.warmup):
            return self._rate
        shares = [min(self.number / warmup, 1) if warmup else 1 for warmup in self.warmup]
        return self._spread(self._rates * torch.tensor(shares, dtype=torch.float64))


def _column(values: Sequence[float | None]) -> Tensor:
    """(K,) limits; none is infinite."""
    return torch.tensor([float("inf") if value is None else value for value in values], dtype=torch.float64)
