"""Experiments to take home: a PyTorch program or a notebook that repeats them, and tables of what was measured."""

import csv
import io
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from importlib import import_module
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from core.errors import Fixable
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import CLIPPINGS, LOSSES, NORMS, OPTIMIZERS, RESIDUALS, Experiment
from core.networks.initializations import INITIALIZATIONS
from core.networks.results import LAST, RECORDS, GradientProfile, Run
from core.networks.tasks import TASKS, TEST_POINTS, TRAIN_POINTS

LINE = 86  # characters; ruff's and black's own limit is 88
PIECE = 60  # characters of a name in one string literal
MEASURES = (
    "weight_grad_norm", "delta_norm", "grad_to_weight", "update_to_weight", "activation_mean", "activation_std",
    "activation_cosine", "activation_correlation", "saturated", "dead",
)  # fmt: skip

ACTIVATION_MODULES = {
    "sigmoid": "nn.Sigmoid()", "tanh": "nn.Tanh()", "relu": "nn.ReLU()", "leaky_relu": "nn.LeakyReLU()",
    "elu": "nn.ELU()", "selu": "nn.SELU()", "gelu": "nn.GELU()", "silu": "nn.SiLU()",
    # from 20 on, torch's default is z itself, which float64 can tell from softplus
    "softplus": "nn.Softplus(threshold=50)", "softsign": "nn.Softsign()", "linear": "nn.Identity()",
}  # fmt: skip
NORM_MODULES = {"none": "nn.Identity", "batch": "nn.BatchNorm1d", "layer": "nn.LayerNorm"}
LOSS_FUNCTIONS = {"bce": "nn.functional.binary_cross_entropy_with_logits", "mse": "squared_error"}
SGD, MOMENTUM, ADAMW = "torch.optim.SGD", "partial(torch.optim.SGD, momentum=0.9)", "torch.optim.AdamW"
OPTIMIZER_CLASSES = {"sgd": SGD, "momentum": MOMENTUM, "adam": "torch.optim.Adam", "adamw": ADAMW}


class Setting(NamedTuple):
    """How the program treats one setting."""

    type: str
    neutral: str = ""
    """The value that needs no code: where all networks have it, the setting does not appear"""
    inline: bool = False
    """Whether a value that all networks share is written where it is used"""


SETTINGS = {
    "widths": Setting("tuple[int, ...]"),
    "activation": Setting("nn.Module", inline=True),
    "norm": Setting("type[nn.Module]", "nn.Identity", inline=True),
    "residual": Setting("str", '"none"', inline=True),
    "init": Setting("Callable", inline=True),
    "gain": Setting("float", "1.0"),
    "bias": Setting("float", "0.0"),
    "task": Setting("Callable", inline=True),
    "label_noise": Setting("float", "0.0"),
    "input_scale": Setting("float", "1.0"),
    "loss": Setting("Callable", inline=True),
    "optimizer": Setting("Callable", inline=True),
    "learning_rate": Setting("float"),
    "warmup_steps": Setting("int", "0"),
    "weight_decay": Setting("float", "0.0"),
    **{name: Setting("float | None", "None") for name in CLIPPINGS},
    "batch_size": Setting("int"),
    "steps": Setting("int"),
    "seed": Setting("int"),
    "dtype": Setting("torch.dtype", "torch.float32", inline=True),
}


def script(experiments: Mapping[str, Experiment]) -> str:
    """A Python program that repeats the experiments with torch.nn and autograd, and prints what it measures.

    It needs torch, NumPy and scikit-learn, and has no code that these experiments do not need.

    >>> "clip" in script({"mine": Experiment()})
    False
    """
    facts = _facts(experiments)
    cells = [code for _, blocks in _plan(facts) for name in blocks if name != "plot" and (code := _code(name, facts))]
    return "\n\n\n".join([f"{_code('about', facts)}\n\n{cells[0]}", *cells[1:]]) + "\n"


def notebook(experiments: Mapping[str, Experiment]) -> str:
    """The same program as a Jupyter notebook (nbformat 4), with words between its cells and a figure at the end."""
    form: Any = import_module("nbformat.v4")  # here, because only who exports a notebook should wait for it
    facts = _facts(experiments) | {"notebook": True}
    cells = []
    for words, blocks in _plan(facts):
        code = "\n\n\n".join(text for name in blocks if (text := _code(name, facts)))
        cells += [form.new_markdown_cell(words)] * bool(words) + [form.new_code_cell(code)] * bool(code)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # nbformat draws them, but equal experiments give equal notebooks
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return str(form.writes(form.new_notebook(cells=cells, metadata={"kernelspec": kernel})))


def table_csv(results: Mapping[str, Run | GradientProfile]) -> str:
    """One row for each network, recorded step and hidden layer; layers count from 1, a profile's step is "start".

    Numbers are written so that reading them gives the very same ones; what a profile does not measure is empty.

    >>> table_csv({}).strip()
    'network,step,layer,weight_grad_norm,delta_norm,grad_to_weight,update_to_weight,activation_mean,activation_std,\
activation_cosine,activation_correlation,saturated,dead'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["network", "step", "layer", *MEASURES])
    for name, result in results.items():
        writer.writerows([name, *row] for row in _rows(result))
    return text.getvalue()


def table_json(results: Mapping[str, Run | GradientProfile]) -> str:
    """Everything that is known about each network: its settings and all arrays, and the versions of the libraries.

    The fields are those of `core.networks.results`. Numbers that JSON lacks are the strings "inf", "-inf" and "nan".
    """
    networks = {
        name: {
            "kind": "run" if isinstance(result, Run) else "profile",
            "experiment": asdict(result.experiment),
            **{f.name: getattr(result, f.name) for f in fields(result) if f.name != "experiment"},
        }
        for name, result in results.items()
    }
    about = 'Numbers that JSON lacks are the strings "inf", "-inf" and "nan".'
    return json.dumps(_writable({"about": about, "versions": versions(), "networks": networks}), allow_nan=False)


def versions() -> dict[str, str]:
    """The libraries that the numbers come from, asked for without loading them."""
    return {name: version(name) for name in ("torch", "numpy", "scikit-learn")}


def in_words(experiment: Experiment) -> str:
    """What an experiment is, for somebody who reads the program.

    >>> in_words(Experiment())
    '10 hidden layers of 32 units, Sigmoid, Xavier weights. Task Circles; 300 steps of gradient descent at rate 0.1, \
batches of 64, seed 0.'
    """
    network, training = experiment.network, experiment.training
    units = network.width if isinstance(network.width, int) else ", ".join(map(str, network.widths))
    built = [
        f"{network.depth} hidden layer{'s' * (network.depth > 1)} of {units} units",
        ACTIVATIONS[network.activation].title,
        f"{INITIALIZATIONS[network.init].title} weights" + f" times {network.gain:g}" * (network.gain != 1),
        f"{network.bias:g} added to the biases" * (network.bias != 0),
        NORMS[network.norm].lower() * (network.norm != "none"),
        RESIDUALS[network.residual].replace("Skip", "skip") * (network.residual != "none"),
    ]
    optimizer = {"sgd": "gradient descent", "momentum": "gradient descent with momentum"}.get(training.optimizer)
    clipping = [(name, limit) for name in CLIPPINGS if (limit := getattr(training, name)) is not None]
    trained = [
        f"{training.steps} steps of {optimizer or OPTIMIZERS[training.optimizer]} at rate {training.learning_rate:g}",
        f"the first {training.warmup_steps} with a rising rate" * (training.warmup_steps > 0),
        f"{LOSSES[training.loss].lower()} as the loss" * (training.loss != "bce"),
        f"weight decay {training.weight_decay:g}" * (training.weight_decay > 0),
        *(f"{name.replace('_', ' ')} {limit:g}" for name, limit in clipping),
        f"{training.label_noise:.3g} of the labels turned round" * (training.label_noise > 0),
        f"inputs times {training.input_scale:g}" * (training.input_scale != 1),
        f"batches of {training.batch_size}",
        f"seed {experiment.seed}",
        f"in {training.dtype}" * (training.dtype != "float32"),
    ]
    return f"{', '.join(filter(None, built))}. Task {TASKS[training.task].title}; {', '.join(filter(None, trained))}."


def _expressions(experiment: Experiment) -> dict[str, str]:
    """Each setting as the program writes it."""
    network, training = experiment.network, experiment.training
    numbers = {key: repr(getattr(training, key)) for key in SETTINGS if hasattr(training, key)}
    return numbers | {
        "widths": f"({network.width},) * {network.depth}" if isinstance(network.width, int) else _row(network.widths),
        "activation": ACTIVATION_MODULES[network.activation],
        "norm": NORM_MODULES[network.norm],
        "residual": f'"{network.residual if any(network.skips) else "none"}"',
        "init": "linear_default" if network.init == "torch" else network.init,
        "gain": repr(network.gain),
        "bias": repr(network.bias),
        "task": training.task,
        "loss": LOSS_FUNCTIONS[training.loss],
        "optimizer": OPTIMIZER_CLASSES[training.optimizer],
        "seed": repr(experiment.seed),
        "dtype": f"torch.{training.dtype}",
    }


def _row(widths: Sequence[int]) -> str:
    """A tuple, in as many lines as it takes."""
    text = "".join(f"{units}, " for units in widths).strip()
    inside = textwrap.fill(text, LINE, initial_indent=" " * 8, subsequent_indent=" " * 8)
    return repr(tuple(widths)) if len(text) < PIECE - 10 else f"(\n{inside}\n    )"


def _facts(experiments: Mapping[str, Experiment]) -> dict[str, Any]:
    """Everything that the templates ask for."""
    if not experiments:
        raise Fixable("There is no network to export.", "Add at least one.")
    texts = {name: _expressions(experiment) for name, experiment in experiments.items()}
    chosen = {key: sorted({text[key] for text in texts.values()}) for key in SETTINGS}
    used = {key for key, setting in SETTINGS.items() if chosen[key] != [setting.neutral]}
    if ADAMW in chosen["optimizer"]:
        used.add("weight_decay")  # which in torch is not 0 unless one says so
    words = {name: in_words(experiment) for name, experiment in experiments.items()}
    differing = [key for key, values in chosen.items() if len(values) > 1]
    shared = [key for key in SETTINGS if key in used and key not in differing and not SETTINGS[key].inline]
    required = [key for key in differing if SETTINGS[key].neutral not in chosen[key]]
    defaults = {
        key: chosen[key][0] if key in shared else SETTINGS[key].neutral for key in SETTINGS if key not in required
    }
    return {
        "title": f"The gradients of {f'{len(words)} networks' if len(words) > 1 else 'one network'}, layer by layer",
        "versions": ", ".join(f"{name} {number}" for name, number in versions().items()),
        "words": _paragraphs(words),
        "networks_in_words": [(_markdown(name), text) for name, text in words.items()],
        "networks": [
            (_literal(name), [(key, text[key]) for key in differing if text[key] != defaults.get(key)])
            for name, text in texts.items()
        ],
        "odd_names": not all(name.isprintable() for name in experiments),
        "chosen": chosen,
        "used": used,
        "say": {key: f"s.{key}" if key in differing else values[0] for key, values in chosen.items()},
        "early": [key for key in ("task", "init", "loss") if key in differing],
        "fields": [(key, SETTINGS[key].type, "") for key in required]
        + [(key, SETTINGS[key].type, f" = {defaults[key]}") for key in defaults if key in shared or key in differing],
        "differing": differing,
        "callables": any(SETTINGS[key].type == "Callable" for key in differing),
        "long": any(experiment.training.steps > RECORDS for experiment in experiments.values()),
        "records": RECORDS,
        "last": LAST,
        "train_points": TRAIN_POINTS,
        "test_points": TEST_POINTS,
        "momentum": MOMENTUM,
        "clippings": CLIPPINGS,
        "notebook": False,
    }


@cache
def _template(name: str) -> Template:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    # what is written is a program, not a page
    world = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    return world.get_template(name)


def _plan(facts: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Words, and the names of the blocks of the code cell that follows them."""
    parts = re.split(r"^%% (.+)\n", _template("notebook.md.jinja").render(facts), flags=re.MULTILINE)
    for words, names in zip(parts[::2], [*parts[1::2], ""], strict=True):
        yield words.strip(), names.split()


def _code(name: str, facts: Mapping[str, Any]) -> str:
    """One block of the program."""
    template = _template("script.py.jinja")
    return "".join(template.blocks[name](template.new_context(dict(facts)))).strip()


def _pieces(name: str) -> Iterator[str]:
    """A name as it stands between double quotes, cut where it is too long for a line."""
    piece = ""
    for sign in name:
        escaped = '\\"' if sign == '"' else repr(sign)[1:-1]
        if len(piece + escaped) > PIECE:
            yield piece
            piece = ""
        piece += escaped
    yield piece


def _literal(name: str) -> str:
    r"""A string literal that stands for `name` whatever is in it.

    >>> print(_literal('so "called"'))
    "so \"called\""
    """
    first, *others = (f'"{piece}"' for piece in _pieces(name))
    return "(" + "".join(f"\n        {piece}" for piece in (first, *others)) + "\n    )" if others else first


def _paragraphs(words: Mapping[str, str]) -> Sequence[str]:
    """Each network in words, for the docstring; long names are cut."""
    titles = [pieces[0] + "..." * (len(pieces) > 1) for pieces in map(list, map(_pieces, words))]
    lines = (f'"{title}": {text}' for title, text in zip(titles, words.values(), strict=True))
    return [textwrap.fill(line, LINE, subsequent_indent="  ", break_long_words=False) for line in lines]


def _markdown(name: str) -> str:
    """A name that Markdown shows as it is."""
    visible = "".join(sign if sign.isprintable() else " " for sign in name)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", visible)


def _rows(result: Run | GradientProfile) -> Iterator[list[object]]:
    """Step, layer, and one number for each of MEASURES."""
    names = {"weight_grad_norm": "grad_norm"} if isinstance(result, Run) else {}
    columns = [getattr(result, names.get(measure, measure), None) for measure in MEASURES]
    steps = result.recorded_steps.tolist() if isinstance(result, Run) else ["start"]
    for row, step in enumerate(steps):
        for layer in range(result.experiment.network.depth):
            place = (row, layer) if isinstance(result, Run) else layer
            yield [step, layer + 1, *("" if column is None else float(column[place]) for column in columns)]


def _writable(value: object) -> object:
    """The same in what JSON has."""
    if isinstance(value, dict):
        return {key: _writable(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_writable(item) for item in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value
