"""What is exported, run where there is no `core`, repeats what `core` computed."""

import ast
import csv
import io
import json
import subprocess
import sys
from dataclasses import fields, replace
from itertools import pairwise
from math import inf, isfinite, nan
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import numpy as np
import pytest

from core import Experiment, Fixable, Network, Run, Training, gradient_profile, train
from core.lab.export import MEASURES, notebook, script, table_csv, table_json
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import CLIPPINGS, NORMS, OPTIMIZERS, RESIDUALS
from core.networks.initializations import INITIALIZATIONS
from core.networks.results import GradientProfile
from core.networks.tasks import TASKS

ROOT = Path(__file__).parents[3]
SHORT = Training(steps=12, dtype="float64")
TANH = Network(4, 8, "tanh")
RELU = Network(4, 8, "relu", "he")
EXPLODING = Experiment(Network(12, 16, "relu", "he", 3.0), Training(steps=150, learning_rate=0.01), 1)
HOSTILE = [
    "quote \" and ' both",
    '"""\nimport os\nos.exit()\n"""',
    "line\nbreak\r\n\ttab",
    "back\\slash\\",
    "{{ braces }} {% raw %} {name!r}",
    "<script>alert(1)</script> *star* [link](x)",
    "\u202ehidden\x00\ud800",
    "%% run\n%% plot",
    "=1+1,2",
    "long " * 60,
    "ü" * 100,
    "",
    '"' * 90,
]
SPREAD = {
    **{f"activation {name}": Experiment(Network(4, 8, name, "he"), SHORT) for name in ACTIVATIONS},
    **{f"init {name}": Experiment(Network(3, 8, "tanh", name), SHORT) for name in INITIALIZATIONS},
    **{
        f"{norm} {residual}": Experiment(replace(RELU, norm=norm, residual=residual), SHORT)
        for norm in NORMS
        for residual in RESIDUALS
    },
    **{
        f"{name} {decay}": Experiment(TANH, replace(SHORT, optimizer=name, learning_rate=0.01, weight_decay=decay))
        for name in OPTIMIZERS
        for decay in (0.0, 0.1)
    },
    **{
        name: Experiment(
            replace(RELU, gain=1.5, norm="layer", residual="zero"),
            replace(SHORT, warmup_steps=5, **{name: 0.01}),
        )
        for name in CLIPPINGS
    },
    **{f"task {name}": Experiment(TANH, replace(SHORT, task=name), 3) for name in TASKS},
    "data": Experiment(TANH, replace(SHORT, loss="mse", label_noise=0.25, input_scale=3.0, batch_size=100)),
    "widths": Experiment(Network(5, (6, 6, 4, 9, 9), "selu", "torch", 1.2, 0.3, residual="scaled"), SHORT, 7),
    "many widths": Experiment(Network(40, (4, 5) * 20, "tanh"), SHORT),
    "one layer": Experiment(Network(1, 5, residual="plain"), SHORT),
    "saturated": Experiment(Network(3, 8, "sigmoid", "he", 10.0, 5.0), SHORT),
    "large": Experiment(Network(5, 8, "softplus", "he", 3.0, 20.0), replace(SHORT, steps=3)),
    "vanishing": Experiment(Network(100, 4, "sigmoid", "normal", 0.1), replace(SHORT, steps=2)),
    "exploding": replace(EXPLODING, training=replace(EXPLODING.training, dtype="float64")),
    "long": Experiment(TANH, replace(SHORT, steps=240)),
}
ALONE = [
    "activation softplus", "init torch", "init orthogonal", "batch plain", "layer scaled", "none zero", "momentum 0.0",
    "momentum 0.1", "adam 0.0", "adamw 0.1", "clip_norm", "clip_value", "clip_layer_norm", "task gaussian",
    "task spirals", "data", "widths", "many widths", "one layer", "exploding", "long",
]  # fmt: skip
ROUNDED = ["vanishing", "large"]  # where float32 leaves nothing, or an error of 1e-7 is not small


def in_float32(experiment):
    return replace(experiment, training=replace(experiment.training, dtype="float32"))


GROUPS = {
    "together": SPREAD,
    **{f"{name} alone": {name: SPREAD[name]} for name in ALONE},
    "float32": {name: in_float32(e) for name, e in SPREAD.items() if name not in ROUNDED} | {"exploding": EXPLODING},
    **{f"{n} alone in float32": {n: in_float32(SPREAD[n])} for n in ("clip_norm", "clip_layer_norm", "exploding")},
    "both formats": {"a": Experiment(TANH, SHORT), "b": in_float32(Experiment(TANH, replace(SHORT, clip_norm=0.01)))},
    "hostile": {name: Experiment(TANH, SHORT, seed) for seed, name in enumerate(HOSTILE)},
}
NOTEBOOKS = {
    "notebook": {"a": Experiment(RELU, SHORT), "b": Experiment(TANH, replace(SHORT, task="moons", clip_norm=0.1))},
    "notebook alone": {"a": Experiment(replace(TANH, init="torch"), replace(SHORT, loss="mse"))},
    "hostile notebook": {name: Experiment(TANH, SHORT, seed) for seed, name in enumerate(HOSTILE)},
}
RUNNER = """
import json, runpy, sys
for path in sys.argv[1:]:
    sys.argv = [path, path + ".json"]
    if path.endswith(".ipynb"):
        sys.modules["matplotlib"] = None
        cells, world = json.load(open(path, encoding="utf-8"))["cells"], {}
        for cell in cells:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), path, "exec"), world)
        json.dump(world["results"], open(path + ".json", "w"))  # these are all finite
    else:
        runpy.run_path(path, run_name="__main__")
assert "core" not in sys.modules
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    for name, experiments in GROUPS.items():
        (folder / f"{name}.py").write_text(script(experiments), encoding="utf-8")
    for name, experiments in NOTEBOOKS.items():
        (folder / f"{name}.ipynb").write_text(notebook(experiments), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def repeated(folder):
    """What the exported programs write and print, run with nothing of ours in reach."""
    paths = [f"{name}.py" for name in GROUPS] + [f"{name}.ipynb" for name in NOTEBOOKS]
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-c", RUNNER, *paths],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    assert not done.stderr
    return {path.rsplit(".", 1)[0]: json.loads((folder / f"{path}.json").read_text()) for path in paths}, done.stdout


@pytest.fixture(scope="module")
def computed():
    experiments = {e for group in (*GROUPS.values(), *NOTEBOOKS.values()) for e in group.values()}
    return dict(zip(experiments, train(list(experiments)), strict=True))


def numbers(written):
    return np.array(written).astype(np.float64)


@pytest.mark.parametrize("group", [*GROUPS, *NOTEBOOKS])
def test_an_exported_program_repeats_our_runs(group, repeated, computed):
    written, experiments = repeated[0][group], (GROUPS | NOTEBOOKS)[group]
    assert list(written) == list(experiments)
    for name, experiment in experiments.items():
        there, here = written[name], computed[experiment]
        close = {"rtol": {"float64": 1e-9, "float32": 1e-5}[experiment.training.dtype], "err_msg": name}
        assert there["diverged_at"] == here.diverged_at
        assert there["steps"] == here.recorded_steps.tolist()
        np.testing.assert_allclose(numbers(there["loss"]), here.loss, **close)
        np.testing.assert_allclose(numbers(there["grad_norm"]), here.grad_norm, **close)
        np.testing.assert_allclose(numbers(there["initial"]["grad_norm"]), here.grad_norm[0], **close)
        np.testing.assert_allclose(numbers(there["initial"]["delta_norm"]), here.delta_norm[0], **close)


def test_the_spread_has_a_run_that_diverges_late(computed):
    assert computed[EXPLODING].diverged_at > 0
    assert len(computed[EXPLODING].loss) == computed[EXPLODING].diverged_at + 1


def test_so_it_repeats_a_profile_if_the_format_is_the_profiles(folder):
    profile = gradient_profile(RELU, batch_size=32, seed=5)
    short = replace(profile.experiment, training=replace(profile.experiment.training, steps=1))
    path = folder / "profile.py"
    path.write_text(script({"profile": short}), encoding="utf-8")
    subprocess.run([sys.executable, "-I", path, f"{path}.json"], check=True, capture_output=True)
    initial = json.loads(Path(f"{path}.json").read_text())["profile"]["initial"]
    np.testing.assert_allclose(initial["grad_norm"], profile.weight_grad_norm, rtol=1e-12)
    np.testing.assert_allclose(initial["delta_norm"], profile.delta_norm, rtol=1e-12)


def test_a_diverging_run_says_where(repeated, computed):
    step = computed[EXPLODING].diverged_at
    assert f"stopped at step {step}: its loss or a gradient is not finite" in repeated[1]


def test_numbers_that_json_lacks_are_words(repeated):
    run = repeated[0]["exploding alone"]["exploding"]
    flat = [run["loss"][-1], *run["grad_norm"][-1]]
    assert {value for value in flat if isinstance(value, str)} <= {"inf", "-inf", "nan"}
    assert any(isinstance(value, str) for value in flat)


def test_scripts_are_clean(folder):
    for name in GROUPS:
        compile((folder / f"{name}.py").read_text(encoding="utf-8"), name, "exec")
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "E,F,I,ARG",
        *folder.glob("*.py"),
    ]
    done = subprocess.run(ruff, check=False, capture_output=True, text=True)
    assert not done.returncode, done.stdout


@pytest.mark.parametrize("group", [name for name in GROUPS if name not in ("together", "float32")])
def test_every_function_and_setting_of_a_script_is_used(group, folder):
    tree = ast.parse((folder / f"{group}.py").read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    asked = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert defined <= asked
    settings = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings")
    named = {node.target.id for node in settings.body if isinstance(node, ast.AnnAssign)}
    assert named <= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_a_plain_network_has_nothing_of_the_remedies():
    words = [
        "clip", "skip", "self.factor", "Norm", "warmup", "scheduler", "decay", "noise=s", "wrong", "scale", "gain",
        "s.bias", "mse", "moons", "spirals", "Adam", "momentum", "partial", "Callable", "erf", "qr(", "wanted", "pop",
    ]  # fmt: skip
    text = script({"plain": Experiment(Network(), Training(steps=100))})
    assert [word for word in words if word in text] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name(name):
    def statements(name):
        tree = ast.parse(script({name: Experiment()}))
        return [ast.dump(node) for node in tree.body[1:] if "NETWORKS" not in ast.dump(node)]

    assert statements(name) == statements("tame" if name.isprintable() else "tame\n")
    cells = [cell["source"] for cell in json.loads(notebook({name: Experiment()}))["cells"]]
    assert len(cells) == len(json.loads(notebook({"tame": Experiment()}))["cells"])
    assert not any("<script>" in "".join(source) for source in cells if "NETWORKS" not in "".join(source))


def test_equal_experiments_give_equal_files_which_load_no_torch():
    assert notebook({"a": Experiment()}) == notebook({"a": Experiment()})
    code = (
        "import sys; from core.lab.export import *; from core import Experiment\n"
        "script({'a': Experiment()}); notebook({'a': Experiment()}); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_script_tells_what_it_was_made_for():
    about = ast.get_docstring(ast.parse(script({"my network": Experiment()})))
    assert '"my network": 10 hidden layers of 32 units, Sigmoid, Xavier weights.' in about
    assert "Made for torch 2." in about
    assert "python file.py results.json" in about


def test_nothing_to_export_is_said_in_words():
    with pytest.raises(Fixable, match="no network"):
        script({})


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_valid_and_talks_between_its_cells(name, folder):
    book = nbformat.reads((folder / f"{name}.ipynb").read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(book)
    kinds = [cell["cell_type"] for cell in book["cells"]]
    assert kinds[:2] == ["markdown", "code"]
    assert not any(one == other == "code" for one, other in pairwise(kinds))


def test_a_notebook_has_the_code_of_the_script():
    experiments = NOTEBOOKS["notebook"]
    text = script(experiments)
    cells = [cell["source"] for cell in json.loads(notebook(experiments))["cells"] if cell["cell_type"] == "code"]
    for cell in cells[1:-2]:  # the imports have no json, running writes no file, and a script draws no figure
        assert "".join(cell) in text


def test_the_figure_is_drawn_if_it_can_be(monkeypatch, repeated):
    assert repeated[1].count("The figure needs matplotlib") == len(NOTEBOOKS)
    library, axes = MagicMock(), [MagicMock(), MagicMock()]
    library.pyplot.subplots.return_value = MagicMock(), axes
    monkeypatch.setitem(sys.modules, "matplotlib", library)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", library.pyplot)
    code = json.loads(notebook({"a$": Experiment()}))["cells"][-2]["source"]
    exec("".join(code), {"math": sys.modules["math"], "results": {"a$": {"grad_norm": [[0.0, 2.0], [inf, nan]]}}})  # noqa: S102
    (layers, heights, _), how = axes[0].plot.call_args
    assert (list(layers), str(heights), how["label"]) == ([1, 2], "[nan, 2.0]", r" a\$")
    assert axes[1].set.call_args.kwargs["yscale"] == "log"


def test_a_table_gives_back_every_number(computed):
    runs = {name: computed[SPREAD[name]] for name in ("widths", "exploding")} | {"odd\n,name": computed[EXPLODING]}
    profile = gradient_profile(TANH)
    rows = list(csv.DictReader(io.StringIO(table_csv({**runs, "start": profile}))))
    for name, run in runs.items():
        own = [row for row in rows if row["network"] == name]
        assert len(own) == run.grad_norm.size
        assert [(int(row["step"]), int(row["layer"])) for row in own] == [
            (step, layer) for step in run.recorded_steps for layer in range(1, run.grad_norm.shape[1] + 1)
        ]
        for measure in MEASURES:
            values = getattr(run, measure.replace("weight_grad_norm", "grad_norm"))
            np.testing.assert_array_equal([float(row[measure]) for row in own], values.flatten())
    own = [row for row in rows if row["network"] == "start"]
    assert [row["step"] for row in own] == ["start"] * 4
    assert [row["update_to_weight"] for row in own] == [""] * 4
    np.testing.assert_array_equal([float(row["weight_grad_norm"]) for row in own], profile.weight_grad_norm)


def test_so_does_the_json_table_with_settings_and_versions(computed):
    results = {"diverged": computed[EXPLODING], "start": gradient_profile(TANH)}

    def refuse(constant):
        raise AssertionError(constant)

    told = json.loads(table_json(results), parse_constant=refuse)
    assert told["versions"]["torch"].startswith("2.")
    for name, result in results.items():
        there = told["networks"][name]
        assert there["experiment"]["network"]["activation"] == result.experiment.network.activation
        for f in fields(Run if isinstance(result, Run) else GradientProfile):
            value = getattr(result, f.name)
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(np.array(there[f.name]).astype(value.dtype), value, err_msg=f.name)
    assert not all(isfinite(x) for x in results["diverged"].loss)
    assert told["networks"]["diverged"]["loss"][-1] in ("inf", "nan")
    assert told["networks"]["start"]["kind"] == "profile"
