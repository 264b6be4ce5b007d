"""What a lesson ships was measured by this very code, and comes out again when it is measured now."""

import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from core import Experiment, Network, Training
from core.compute.door import Compute
from core.compute.fingerprint import ROOT, fingerprint
from core.compute.kept import FILE, LESSONS, RESULTS, Shelf, named
from core.compute.workers import profile_job, train_job
from core.evidence.evidence import Evidence, Need, needs
from core.lab.race import Race
from core.lessons import library
from core.lessons.views import VIEWS
from core.networks import trainer
from core.networks.results import Run

SLUGS = [entry.slug for entry in library.entries()]
FILES = sorted(LESSONS.glob(f"*/{FILE}"))
SHIPPED = Shelf(FILES)


def fingerprint_now(root):
    """As code would find it that has just been started."""
    fingerprint.cache_clear()
    return fingerprint(root)


def not_of_this_code(root, files):
    """What is to be said of files that another version of the code in `root` has measured."""
    stamps = {path: json.loads(path.read_text(encoding="utf-8").splitlines()[0]) for path in files}
    old = [path for path, stamp in stamps.items() if stamp["fingerprint"] != fingerprint_now(root)]
    return [f"{path.parent.name}/{path.name} was measured by other code: run `make measure`." for path in old]


def test_every_lesson_ships_what_this_code_has_measured():
    assert [path.parent.name for path in FILES] == SLUGS
    assert not_of_this_code(ROOT, FILES) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_shipped_figures_come_out_again(slug, rounds_alike):
    with_threads = Compute(lambda job, board: ThreadPoolExecutor(1))
    for job, experiment, names in needs(library.load(slug), with_threads):
        shipped = SHIPPED.result(job, experiment, names)
        assert shipped is not None, (job, experiment)
        if job is train_job and experiment.training.steps > 2 and not rounds_alike:
            continue
        now = job([experiment], [0])[0]
        everything = [f.name for f in fields(now)] if hasattr(now, "__dataclass_fields__") else now._fields
        for name in set(names or everything) - {"experiment"}:
            if getattr(now, name) is not None:
                np.testing.assert_allclose(getattr(shipped, name), getattr(now, name), rtol=1e-9, err_msg=name)
    with_threads.close()


class Nobody:
    """A door behind which nobody works."""

    def submit(self, job, *_):
        raise AssertionError(f"{job.__name__} was asked for")

    def shutdown(self, **_):
        pass


@pytest.mark.parametrize("slug", SLUGS)
def test_a_fresh_clone_shows_every_number_without_a_single_job(slug):
    lesson = library.load(slug)
    evidence = Evidence(SHIPPED, Compute(lambda job, board: Nobody(), SHIPPED.result))
    assert evidence.missing(lesson) == 0
    for name in lesson.claims:
        assert len(evidence.measured(lesson, name).value) == lesson.claims[name].seeds
    assert all(evidence.ready(lesson, block) for _, block in lesson.blocks)
    for job, experiment, names in needs(lesson, evidence.door):
        assert evidence.results(job, [experiment], names)
    with pytest.raises(AssertionError, match="profile_job was asked for"):
        evidence.results(profile_job, [Experiment(Network(depth=7))])


# --- code that has changed ---


@pytest.fixture
def changed(tmp_path):
    """The code, one line of the trainer changed."""
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "core" / "networks" / "backpropagation.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("delta.mul_(arriving)", "delta.mul_(arriving * 1.01)", 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    return tmp_path


def test_the_fingerprint_is_that_of_what_decides_a_result(changed):
    assert fingerprint_now(changed) != fingerprint(ROOT)
    shutil.copy(ROOT / "core" / "networks" / "backpropagation.py", changed / "core" / "networks")
    assert fingerprint_now(changed) == fingerprint(ROOT)
    (changed / "core" / "lab" / "scene.py").write_text("# what is drawn decides no result")
    assert fingerprint_now(changed) == fingerprint(ROOT)
    (changed / "core" / "networks" / "tasks.py").write_text("# the points decide every result")
    assert fingerprint_now(changed) != fingerprint(ROOT)


def test_a_changed_line_in_the_trainer_makes_this_suite_say_what_to_do(changed):
    assert not_of_this_code(changed, FILES) == [
        f"{slug}/{FILE} was measured by other code: run `make measure`." for slug in SLUGS
    ]


@pytest.fixture
def tiny():
    root = Path(__file__).parents[2] / "lessons"
    return library.load(library.entries(root)[0].slug, root)


def aged(path):
    """A file as an earlier version would have written it."""
    first, *rest = path.read_text(encoding="utf-8").splitlines()
    stamp = json.loads(first) | {"fingerprint": "another", "day": "2020-02-02"}
    path.write_text("\n".join([json.dumps(stamp), *rest]) + "\n", encoding="utf-8")


def test_what_is_old_is_shown_as_old_measured_anew_and_kept(tiny, compute_in_threads, tmp_path):
    shipped, own = tmp_path / "shipped.jsonl", tmp_path / "data" / FILE
    first = Evidence(Shelf(), compute_in_threads)
    first.prepare(tiny)
    first.shelf.write(shipped, first.keys(tiny))
    aged(shipped)

    later = Evidence(Shelf([shipped], own), compute_in_threads)
    (name, *_) = tiny.claims
    before = later.known(tiny, name)
    assert before.old
    assert before.stamp.day == "2020-02-02"
    assert later.missing(tiny) == len(tiny.claims)
    assert later.measured(tiny, name).value == before.value  # the same code after all
    assert not later.known(tiny, name).old
    later.prepare(tiny)
    later.shelf.save()
    assert later.missing(tiny) == 0

    restarted = Evidence(Shelf([shipped], own), compute_in_threads)
    assert restarted.missing(tiny) == 0
    assert all(restarted.ready(tiny, block) for _, block in tiny.blocks)
    aged(own)
    assert Evidence(Shelf([shipped], own), compute_in_threads).missing(tiny) == len(tiny.claims)


def test_measured_again_is_really_measured(tiny):
    asked = []

    def noted(job, board):
        return type("Executor", (ThreadPoolExecutor,), {"submit": lambda self, job, es, lines: asked.append(job) or
                    ThreadPoolExecutor.submit(self, job, es, lines)})(1)  # fmt: skip

    evidence = Evidence(Shelf(), Compute(noted))
    (name, *_) = tiny.claims
    first = evidence.measured(tiny, name)
    assert evidence.measured(tiny, name) == first
    assert len(asked) == 1
    assert evidence.again(tiny, name).value == first.value
    assert len(asked) == 2
    evidence.door.close()


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"fingerprint": "f", "day": "d", "on": "o"}\n[1, 2]\n'])
def test_a_damaged_file_is_as_good_as_none(text, tmp_path, caplog):
    path = tmp_path / FILE
    path.write_text(text, encoding="utf-8")
    assert Shelf([path]).find("run", "as usual") is None
    assert "will be measured anew" in caplog.text


def test_a_folder_that_cannot_be_written_to_costs_nothing_but_the_next_start(tmp_path, caplog):
    (tmp_path / "data").write_text("a file where the folder should be")
    shelf = Shelf((), tmp_path / "data" / FILE)
    shelf.add("final loss", "as usual", [0.5])
    shelf.save()
    assert "cannot be kept" in caplog.text
    assert shelf.find("final loss", "as usual").value == [0.5]


# --- results in part ---

EXPERIMENT = Experiment(Network(4), Training(steps=30))


@pytest.mark.parametrize("name", [name for name, view in VIEWS.items() if view.reads])
def test_a_figure_takes_no_more_of_a_run_than_it_says(name):
    view, shelf = VIEWS[name], Shelf()
    (run,) = trainer.train([EXPERIMENT])
    shelf.add_result(train_job, EXPERIMENT, run, view.reads)
    race = Race.of(EXPERIMENT)
    in_part = view.draw(race, [shelf.result(train_job, EXPERIMENT, view.reads)])
    whole = view.draw(race, [run])
    assert json.dumps(in_part) == json.dumps(whole)


def test_a_result_kept_in_part_is_no_whole_one_and_what_it_lacks_is_an_error():
    shelf = Shelf()
    (run,) = trainer.train([EXPERIMENT])
    shelf.add_result(train_job, EXPERIMENT, run, ("loss", "diverged_at"))
    assert shelf.result(train_job, EXPERIMENT) is None
    kept = shelf.result(train_job, EXPERIMENT, ("loss",))
    assert isinstance(kept, Run)
    np.testing.assert_array_equal(kept.loss, run.loss)
    with pytest.raises(AttributeError, match="dead"):
        _ = kept.dead
    shelf.add_result(train_job, EXPERIMENT, run, ("dead",))
    assert shelf.has(train_job, EXPERIMENT, ("loss", "dead"))


def test_whole_results_come_back_as_they_were():
    shelf = Shelf()
    for word, (job, _) in RESULTS.items():
        (result,) = job([EXPERIMENT], [0])
        shelf.add_result(job, EXPERIMENT, result)
        again = shelf.result(job, EXPERIMENT)
        assert type(again) is type(result), word
        names = [f.name for f in fields(result)] if word in {"profile", "run"} else result._fields
        for name in names:
            before, after = getattr(result, name), getattr(again, name)
            if isinstance(before, np.ndarray):
                assert np.array_equal(before, after, equal_nan=True), name
                assert after.shape == before.shape, name
            else:
                assert before == after or (math.isnan(before) and math.isnan(after)), name


def test_two_experiments_have_two_names():
    others = [
        EXPERIMENT, replace(EXPERIMENT, seed=1), replace(EXPERIMENT, training=Training(steps=31)),
        replace(EXPERIMENT, network=Network(5)), replace(EXPERIMENT, network=Network(4, width=(8, 8, 8, 8))),
    ]  # fmt: skip
    assert len({named(experiment) for experiment in others}) == len(others)


def test_a_need_is_what_the_shelf_is_asked_for():
    assert not Shelf().has(*Need(profile_job, EXPERIMENT))
