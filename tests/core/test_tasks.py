import numpy as np
import pytest

from core import Fixable, tasks
from core.tasks import TASKS, TEST_POINTS, TRAIN_POINTS


@pytest.mark.parametrize("task", TASKS)
def test_inputs_are_standardised_and_both_classes_are_there(task):
    data = tasks.draw(task, 3)
    assert data.inputs.shape == (TRAIN_POINTS, 2)
    assert data.test_inputs.shape == (TEST_POINTS, 2)
    np.testing.assert_allclose(data.inputs.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.inputs.std(axis=0), 1, rtol=1e-12)
    assert set(np.unique(data.labels)) == {0.0, 1.0}
    assert 0.4 < data.labels.mean() < 0.6


@pytest.mark.parametrize("task", TASKS)
def test_the_same_seed_gives_the_same_points_and_another_seed_others(task):
    first = tasks.draw(task, 1)
    tasks.draw.cache_clear()
    again, other = tasks.draw(task, 1), tasks.draw(task, 2)
    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert not np.array_equal(first.inputs, other.inputs)


@pytest.mark.parametrize("task", TASKS)
def test_no_straight_line_solves_a_task(task):
    data = tasks.draw(task, 0)
    inputs = np.column_stack([data.inputs, np.ones(TRAIN_POINTS)])
    plane, *_ = np.linalg.lstsq(inputs, 2 * data.labels - 1, rcond=None)
    assert ((inputs @ plane > 0) == (data.labels > 0)).mean() < 0.92


def test_an_unknown_task_is_answered_with_a_suggestion():
    with pytest.raises(Fixable, match=r"no task called 'circle'. Did you mean 'circles'"):
        tasks.draw("circle", 0)
