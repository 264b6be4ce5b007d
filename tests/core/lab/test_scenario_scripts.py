"""What a learner takes along runs without us, and comes to the same numbers."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.lab import export
from core.lab.scenarios import everyone
from core.networks import trainer

STEPS = 20  # in 64 bit, rounding has not grown beyond 1e-9 by then,
EXPLODING = 1  # but in networks that explode from the start it has after the first update
ROUNDING = 10  # in 32 bit the script may be off by so many times what 32 bit itself is off, where that is above 1e-5


def executed(script, folder):
    path = folder / "exported.py"
    path.write_text(script, encoding="utf-8")
    subprocess.run([sys.executable, "-I", path, folder / "results.json"], check=True, capture_output=True, timeout=300)
    return json.loads((folder / "results.json").read_text())


def shortened(experiment, dtype):
    training = experiment.training
    return replace(experiment, training=replace(training, steps=min(STEPS, training.steps), dtype=dtype))


def numbers(rows):
    return np.array([[float(value) for value in row] for row in rows])


@pytest.mark.parametrize("name", list(everyone()))
def test_the_exported_script_of_a_scenario_repeats_its_run(name, tmp_path):
    race = everyone()[name].start()
    named = {
        f"{label} {dtype}": shortened(experiment, dtype)
        for label, experiment in zip(race.labels, race.experiments, strict=True)
        for dtype in ("float32", "float64")
    }
    found = executed(export.script(named), tmp_path)
    runs = dict(zip(named, trainer.train(list(named.values())), strict=True))
    for label, run in runs.items():
        told = found[label]
        assert told["steps"] == run.recorded_steps.tolist()
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.abs(numbers(told["grad_norm"]) - run.grad_norm) / run.grad_norm
        allowed = np.full(len(off), 1e-9)
        if label.endswith("float32"):
            exact = runs[label.replace("float32", "float64")].grad_norm
            with np.errstate(divide="ignore", invalid="ignore"):
                rounding = np.nanmax(np.abs(run.grad_norm / exact[: len(off)] - 1), axis=1, initial=0)
            allowed = np.maximum.accumulate(np.maximum(1e-5, ROUNDING * rounding))
        zero = run.grad_norm == 0
        assert (numbers(told["grad_norm"])[zero] == 0).all(), label
        until = EXPLODING if "exploding" in everyone()[name].verdict else STEPS
        compared = np.where(zero | ~np.isfinite(run.grad_norm), 0, off)[:until]
        assert (compared <= allowed[:until, None]).all(), f"{label}: {compared.max(axis=1)} allowed {allowed[:until]}"
