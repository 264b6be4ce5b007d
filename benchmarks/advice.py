"""What the verdicts say and what the first remedy does, on a grid of networks: `python -m benchmarks.advice`."""

import multiprocessing
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any

import numpy as np
import torch

from core import Experiment, Fixable, Network, Run, Training, train
from core.networks.trainer import profiles
from core.verdicts import diagnosis, signs
from core.verdicts.kinds import KINDS
from core.verdicts.reading import LEARNED
from core.verdicts.remedies import mended

SEEDS = (3, 4, 5)
DRAWN = 260
GRID_SEED = 7  # rules are chosen on other grids and other seeds, never on these
BETTER, WORSE = 0.2, 0.02  # in mean accuracy
LONGEST = 20_000  # layers times steps of one training
PROCESSES = 2
CHANCE = 0.5  # what a network that diverged is right on
USUAL_RATE = {"sgd": 0.1, "momentum": 0.03, "adam": 0.003}
RATES = {"adam": [1e-5, 3e-4, 0.03, 0.1, 0.5]}
ANY_RATE = [1e-4, 1e-3, 0.01, 0.03, 0.3, 1.0, 3.0, 10.0, 100.0]
ACTIVATIONS = [
    "sigmoid", "relu", "relu", "relu", "tanh", "tanh", "leaky_relu", "linear", "softsign", "gelu", "elu", "selu",
]  # fmt: skip
HE = {"relu", "leaky_relu", "selu", "gelu", "elu"}


def network(**changes: Any) -> Network:
    """ReLU with He's weights, unless something else is said."""
    return Network(**({"activation": "relu", "init": "he"} | changes))


SIGMOID, TANH = {"activation": "sigmoid", "init": "xavier"}, {"activation": "tanh", "init": "xavier"}
LINEAR = {"activation": "linear", "init": "xavier"}
KNOWN = {
    "ReLU 10": Experiment(network()),
    "ReLU 20": Experiment(network(depth=20)),
    "ReLU 30": Experiment(network(depth=30)),
    "ReLU 50": Experiment(network(depth=50)),
    "gain 0.5": Experiment(network(gain=0.5)),
    "gain 1.5": Experiment(network(gain=1.5)),
    "ReLU 20 at gain 1.2": Experiment(network(depth=20, gain=1.2)),
    "gain 3, clipped at 1": Experiment(network(gain=3.0), Training(clip_norm=1.0, steps=1000)),
    "inputs x 100": Experiment(network(depth=5), Training(input_scale=100.0)),
    "inputs x 0.001": Experiment(network(**TANH, depth=5), Training(input_scale=0.001)),
    "bias 5": Experiment(network(depth=5, bias=5.0)),
    "batch norm and ReLU 50": Experiment(network(depth=50, norm="batch")),
    "layer norm and ReLU 50": Experiment(network(depth=50, norm="layer")),
    "plain skips 10": Experiment(network(residual="plain")),
    "plain skips 20": Experiment(network(depth=20, residual="plain")),
    "plain skips 50": Experiment(network(depth=50, residual="plain")),
    "plain skips and layer norm 50": Experiment(network(depth=50, residual="plain", norm="layer")),
    "scaled skips 50": Experiment(network(depth=50, residual="scaled")),
    "scaled skips 100": Experiment(network(depth=100, residual="scaled")),
    "skips from zero 20": Experiment(network(depth=20, residual="zero")),
    "sigmoid 1": Experiment(network(**SIGMOID, depth=1)),
    "sigmoid 3": Experiment(network(**SIGMOID, depth=3)),
    "sigmoid 4, Adam": Experiment(
        network(**SIGMOID, depth=4), Training(optimizer="adam", learning_rate=0.003, steps=1000)
    ),
    "sigmoid 10": Experiment(network(**SIGMOID)),
    "sigmoid 10 at gain 16": Experiment(network(**SIGMOID, gain=16.0), Training(steps=1000)),
    "tanh 20, plain skips": Experiment(network(**TANH, depth=20, residual="plain")),
    "tanh 50": Experiment(network(**TANH, depth=50)),
    "tanh 5 at rate 100": Experiment(network(**TANH, depth=5), Training(learning_rate=100.0)),
    "linear 10": Experiment(network(**LINEAR)),
    "40 linear layers of 256 at gain 16": Experiment(
        network(depth=40, width=256, activation="linear", init="normal", gain=16.0)
    ),
    "ReLU 10, torch init": Experiment(network(init="torch")),
    "width 3, 12 layers, torch init": Experiment(network(depth=12, width=3, init="torch")),
    "two units on xor": Experiment(network(depth=1, width=2), Training(task="xor", steps=3000)),
    "ReLU 4, Adam at 0.5": Experiment(network(depth=4), Training(optimizer="adam", learning_rate=0.5)),
    "decay 1": Experiment(network(depth=3), Training(weight_decay=1.0)),
    "decay 1 at rate 3": Experiment(network(depth=3), Training(weight_decay=1.0, learning_rate=3.0)),
    "all weights 0": Experiment(network(depth=3, init="zeros")),
}
"""Networks on which verdicts or remedies were wrong once, and those beside them."""


@dataclass(frozen=True)
class Finding:
    """What was said about one network, and what came of it; everything by seed."""

    experiment: Experiment
    ahead: tuple[str, ...]
    """the verdicts before any training"""
    before: tuple[float, ...]
    """the accuracies after it"""
    after: tuple[str, ...]
    """and the verdicts"""
    words: tuple[str, ...] = ()
    """the first remedy for the first seed that has not learned"""
    mended: tuple[float, ...] = ()
    """the accuracies with it; as before where no remedy is named"""

    @property
    def broken(self) -> bool:
        """Whether it has not learned: on the mean of its seeds."""
        return _mean(self.before) < LEARNED

    @property
    def right(self) -> bool:
        """Whether the first remedy helps enough."""
        return _mean(self.mended) >= min(LEARNED, _mean(self.before) + BETTER)

    @property
    def worse(self) -> bool:
        """Whether it does harm."""
        return _mean(self.mended) < _mean(self.before) - WORSE

    @property
    def false_alarms(self) -> int:
        """Runs that have learned and are not called healthy."""
        return sum(KINDS[word].tone != "good" for word in self._of_learned(self.after))

    @property
    def alarms_ahead(self) -> int:
        """Runs that were called sick before the training, and learned."""
        return sum(KINDS[word].tone == "bad" for word in self._of_learned(self.ahead))

    def _of_learned(self, words: Sequence[str]) -> list[str]:
        return [word for word, share in zip(words, self.before, strict=True) if share >= LEARNED]


def _mean(shares: Sequence[float]) -> float:
    return float(np.mean(shares))


def grid(count: int = DRAWN, seed: int = GRID_SEED) -> list[Experiment]:
    """The known networks and as many drawn ones, always the same for a seed."""
    return [*KNOWN.values(), *islice(drawn(seed), count)]


def drawn(seed: int) -> Iterator[Experiment]:
    """Networks without end: most settings as usual, a few far off; what cannot be built or takes long is passed by."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    while True:
        try:
            experiment = Experiment(_network(dice), _training(dice))
        except Fixable:
            continue
        if experiment.network.depth * experiment.training.steps <= LONGEST:
            yield experiment


def _mostly(dice: random.Random, share: float, usual: Any, others: Sequence[Any]) -> Any:
    """The usual value in this share of all cases."""
    return usual if dice.random() < share else dice.choice(others)


def _network(dice: random.Random) -> Network:
    activation = dice.choice(ACTIVATIONS)
    fitting = "he" if activation in HE else "xavier"
    init = _mostly(dice, 0.6, fitting, ["xavier", "he", "torch", "normal", "orthogonal", "lecun"])
    return Network(
        depth=dice.choice([1, 2, 3, 5, 8, 10, 15, 20, 30, 50]),
        width=_mostly(dice, 0.85, 32, [2, 3, 4, 8, 16, 64]),
        activation=activation,
        init=_mostly(dice, 0.98, init, ["zeros"]),
        gain=_mostly(dice, 0.7, 1.0, [0.1, 0.3, 0.5, 0.7, 1.2, 1.5, 2.0, 3.0, 5.0, 16.0]),
        bias=_mostly(dice, 0.9, 0.0, [-5.0, -2.0, -0.5, 0.5, 2.0, 5.0]),
        norm=_mostly(dice, 0.7, "none", ["batch", "layer"]),
        residual=_mostly(dice, 0.7, "none", ["plain", "scaled", "zero"]),
    )


def _training(dice: random.Random) -> Training:
    optimizer = _mostly(dice, 0.75, "sgd", ["momentum", "adam", "adam"])
    return Training(
        task=_mostly(dice, 0.55, "circles", ["moons", "moons", "xor", "xor", "spirals", "gaussian"]),
        steps=dice.choice([300, 300, 1000]),
        optimizer=optimizer,
        learning_rate=_mostly(dice, 0.6, USUAL_RATE[optimizer], RATES.get(optimizer, ANY_RATE)),
        input_scale=_mostly(dice, 0.88, 1.0, [1e-3, 0.01, 0.1, 10.0, 100.0]),
        weight_decay=_mostly(dice, 0.93, 0.0, [0.01, 0.1, 1.0]),
        batch_size=_mostly(dice, 0.85, 64, [4, 16, 256]),
        clip_norm=_mostly(dice, 0.9, None, [0.001, 0.01, 1.0, 10.0]),
    )


def examined(experiment: Experiment, seeds: Sequence[int] = SEEDS) -> Finding:
    """Judge a network before and after its training, and train it once more with the first remedy if it is broken."""
    seeded = on_seeds(experiment, seeds)
    ahead = tuple(diagnosis.of_profile(profile).word for profile in profiles(seeded))
    runs = train(seeded)
    after = tuple(diagnosis.of_run(run).word for run in runs)
    found = Finding(experiment, ahead, accuracies(runs), after)
    return _treated(found, runs, seeds) if found.broken else found


def _treated(found: Finding, runs: Sequence[Run], seeds: Sequence[int]) -> Finding:
    sick = next(run for run, share in zip(runs, found.before, strict=True) if share < LEARNED)
    words = diagnosis.first_remedy(signs.of_run(sick))
    after = accuracies(train(on_seeds(mended(found.experiment, words), seeds))) if words else found.before
    return replace(found, words=words, mended=after)


def on_seeds(experiment: Experiment, seeds: Sequence[int]) -> list[Experiment]:
    """The same network, drawn anew."""
    return [replace(experiment, seed=seed) for seed in seeds]


def accuracies(runs: Sequence[Run]) -> tuple[float, ...]:
    """Shares of held-out points that are right; after a divergence, what guessing gets."""
    return tuple(CHANCE if run.diverged_at is not None else float(run.accuracy[-1]) for run in runs)


def all_examined(experiments: Sequence[Experiment]) -> list[Finding]:
    """The same for many networks, side by side."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        return list(pool.map(examined, experiments))


def share_right(findings: Sequence[Finding]) -> float:
    """Of the broken networks, those whose first remedy helps; one to which none is named counts as not helped."""
    return float(np.mean([found.right for found in findings if found.broken]))


def with_remedy(findings: Sequence[Finding]) -> list[Finding]:
    """The broken networks to which a remedy is named; to what is learned by heart, none is."""
    return [found for found in findings if found.broken and found.words]


def report(findings: Sequence[Finding]) -> list[str]:
    """Goals and figures side by side, then everything that is wrong."""
    return [*_table(findings), "", *_wrong(findings)]


def _table(findings: Sequence[Finding]) -> list[str]:
    broken, named = [found for found in findings if found.broken], with_remedy(findings)
    learned = sum(share >= LEARNED for found in findings for share in found.before)
    rows = [
        ("networks, each on three seeds", len(findings), "≥ 200"),
        ("of these broken", len(broken), ""),
        ("first remedy right, % of the broken", f"**{100 * share_right(findings):.1f}**", "≥ 90"),
        ("the same of those drawn at random, %", f"{100 * share_right(_unknown(findings)):.1f}", ""),
        ("broken without a remedy", len(broken) - len(named), ""),
        ("right, % of the broken with one", f"{100 * share_right(named):.1f}", ""),
        ("first remedy makes it worse", f"**{sum(found.worse for found in broken)}**", "0"),
        ("runs that learned", learned, ""),
        ("of these called sick afterwards", f"**{sum(f.false_alarms for f in findings)}**", "0"),
        ("of these called sick before", sum(f.alarms_ahead for f in findings), ""),
    ]
    lines = [f"| {name} | {figure} | {goal} |" for name, figure, goal in rows]
    return ["|  | measured | goal |", "|---|---:|---:|", *lines]


def _unknown(findings: Sequence[Finding]) -> list[Finding]:
    """Those that nobody has seen while choosing the rules."""
    return [found for found in findings if found.experiment not in KNOWN.values()]


def _wrong(findings: Sequence[Finding]) -> list[str]:
    """A list of each kind of failure."""
    sick = [found for found in findings if found.broken]
    ahead = Counter(f"{word}" for found in findings for word in _alarming(found))
    return [
        *_listed("The first remedy does harm", sick, lambda found: found.worse),
        *_listed("The first remedy does not help enough", sick, lambda found: not (found.right or found.worse)),
        *_listed("Called sick although it has learned", findings, lambda found: found.false_alarms > 0),
        f"Called sick before a training that succeeded: {_counted(ahead)}.",
    ]


def _alarming(found: Finding) -> list[str]:
    return [
        word
        for word, share in zip(found.ahead, found.before, strict=True)
        if share >= LEARNED and KINDS[word].tone == "bad"
    ]


def _counted(words: Counter[str]) -> str:
    return ", ".join(f"{KINDS[word].title.lower()} {count}" for word, count in words.most_common()) or "none"


def _listed(title: str, findings: Sequence[Finding], fails: Callable[[Finding], bool]) -> list[str]:
    failing = [f"- {told(found)}" for found in findings if fails(found)]
    return [f"{title}: {len(failing)}.", "", *failing, *([""] if failing else [])]


def told(found: Finding) -> str:
    """One network in a line: what is unusual, the verdicts, the remedy, and the accuracies before and with it."""
    remedy = f" → {' + '.join(found.words) or 'no remedy'}: {_percent(found.mended)}" if found.broken else ""
    return f"{described(found.experiment)} ({', '.join(dict.fromkeys(found.after))}): {_percent(found.before)}{remedy}"


def described(experiment: Experiment) -> str:
    """The network, and what of it is not as usual."""
    net, training = experiment.network, experiment.training
    usual = Experiment(Network(init=net.init, activation=net.activation, depth=net.depth))
    changes = [*_changes(net, usual.network), *_changes(training, usual.training)]
    return ", ".join([f"{net.activation} {net.depth} {net.init}", *changes])


def _changes(this: Any, usual: Any) -> list[str]:
    pairs = [(field.name, getattr(this, field.name), getattr(usual, field.name)) for field in fields(this)]
    return [f"{name.replace('_', ' ')} {value}" for name, value, other in pairs if value != other]


def _percent(shares: Sequence[float]) -> str:
    return " ".join(f"{100 * share:.0f}" for share in shares)


def measure(seed: int = GRID_SEED) -> list[str]:
    """The section for docs/benchmarks.md."""
    return report(all_examined(grid(seed=seed)))


if __name__ == "__main__":
    print("\n".join(measure(*map(int, sys.argv[1:]))))
