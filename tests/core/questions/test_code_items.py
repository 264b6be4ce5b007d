"""Items with code: the code is really run, and what it does is held against the computed key."""

import contextlib
import io
import math

import numpy as np
import pytest
import torch

from core.questions.bank import bank, slugs
from core.questions.keys import READINGS

ITEMS = {item.id: (b, item) for b in map(bank, slugs()) for item in b.items if item.code}
MENDED = {
    "before": lambda code: _swapped(code, "optimizer.step()", "torch.nn.utils.clip_grad_norm_([w], max_norm=1.0)"),
    "lower": lambda code: code.replace("max_norm=1.0", "max_norm=0.01"),
    "value": lambda code: code.replace("clip_grad_norm_([w], max_norm=1.0)", "clip_grad_value_([w], 1.0)"),
    "rate": lambda code: code.replace("lr=0.1", "lr=1.0"),
}


def _swapped(code, one, other):
    return code.replace(one, "HERE").replace(other, one).replace("HERE", other)


def run(code, **more):
    """What it prints; and the names it leaves behind."""
    names, printed = dict(more), io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
        exec(code, names)  # noqa: S102  that is the point
    return printed.getvalue().strip(), names


def codes(name, lab):
    """The code of every variant, with its key."""
    b, item = ITEMS[name]
    for variant in b.every_draw(item):
        code = variant.fill(item.code, lab)
        assert "{{" not in code
        yield code, variant.key(lab)


@pytest.mark.parametrize("name", [name for name, (_, item) in ITEMS.items() if item.type == "numeric"])
def test_code_that_prints_a_number_prints_the_key(name, lab):
    for code, key in codes(name, lab):
        printed, _ = run(code)
        assert float(printed) == pytest.approx(key, rel=1e-5), code


def test_behind_the_layers_of_zeros_there_are_random_weights_as_the_explanation_says(lab):
    for code, _ in codes("zero-start-moves", lab):
        *_, last = run(code)[1]["linear"]
        assert last.weight.all()


def test_the_gradients_that_are_printed(lab):
    (code, key), *_ = codes("gradients-printed", lab)
    printed, _ = run(code)
    assert printed.lower().replace("tensor(", "").replace(".)", "").replace(" ", "-") == key


def test_which_change_mends_clipping_that_comes_too_late(lab):
    (code, key), *_ = codes("clipping-too-late", lab)
    assert run(code)[0] == "nan"
    _, item = ITEMS["clipping-too-late"]
    assert {option.id for option in item.options} == set(MENDED)
    ends = {name: float(run(mend(code))[0]) for name, mend in MENDED.items()}
    assert [name for name, loss in ends.items() if math.isfinite(loss) and loss < 1] == [key]


def test_where_the_nan_comes_from(lab):
    (code, key), *_ = codes("nan-from-the-loss", lab)
    printed, names = run(code)
    assert printed == "nan"
    assert run(code.replace("1.0])\ny", "1.0], dtype=torch.float64)\ny"))[0] == "nan"
    assert run(code.replace("torch.tensor([0.8, 1.0])", "torch.tensor([0.8, 0.9])"))[0] != "nan"
    p, y = names["p"], names["y"]
    halves = {"first": y * torch.log(p), "second": (1 - y) * torch.log(1 - p)}
    assert [name for name, half in halves.items() if half.isnan().any()] == [key]


def test_no_code_goes_unrun():
    alone = {"gradients-printed", "clipping-too-late", "nan-from-the-loss"}
    unread = {name for name, (_, item) in ITEMS.items() if item.type != "numeric" and item.key not in READINGS}
    assert unread == alone
