import numpy as np
import pytest

from core import Fixable
from core.networks import tasks
from core.networks.tasks import TASKS, TEST_POINTS, TRAIN_POINTS


@pytest.mark.parametrize("task", TASKS)
def test_inputs_are_standardised_and_both_classes_are_there(task):
    data = tasks.draw(task, 3)
    assert data.inputs.shape == (TRAIN_POINTS, TASKS[task].features)
    assert data.test_inputs.shape == (TEST_POINTS, TASKS[task].features)
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


def right_by_a_straight_line(data):
    """Share of training points, and of held-out ones, on the right side of the best plane."""
    plane, *_ = np.linalg.lstsq(np.column_stack([data.inputs, np.ones(TRAIN_POINTS)]), 2 * data.labels - 1, rcond=None)
    held_out = np.column_stack([data.test_inputs, np.ones(TEST_POINTS)]) @ plane > 0
    trained = np.column_stack([data.inputs, np.ones(TRAIN_POINTS)]) @ plane > 0
    return (trained == (data.labels > 0)).mean(), (held_out == (data.test_labels > 0)).mean()


@pytest.mark.parametrize("task", [name for name in TASKS if TASKS[name].features == 2])
def test_no_straight_line_solves_a_task_in_the_plane(task):
    assert right_by_a_straight_line(tasks.draw(task, 0))[0] < 0.92


def test_the_gaussian_task_is_solved_by_a_plane_and_the_coin_by_nothing():
    assert right_by_a_straight_line(tasks.draw("gaussian", 0))[1] > 0.8
    data = tasks.draw("no_signal", 0)
    assert abs(right_by_a_straight_line(data)[1] - 0.5) < 0.08
    assert abs(np.corrcoef(data.inputs[:, 0] * data.inputs[:, 1], data.labels)[0, 1]) < 0.1


def test_gaussian_inputs_are_in_general_position():
    products = tasks.draw("gaussian", 1).inputs[:200] / 16
    np.testing.assert_allclose((products**2).sum(1), 1, atol=0.4)
    off = (products @ products.T)[~np.eye(200, dtype=bool)]
    assert np.abs(off).max() < 0.4


def test_label_noise_turns_round_the_training_labels_it_says_and_no_held_out_one():
    clean, noisy = tasks.draw("moons", 2), tasks.draw("moons", 2, label_noise=0.25)
    assert (clean.labels != noisy.labels).mean() == 0.25
    np.testing.assert_array_equal(clean.inputs, noisy.inputs)
    np.testing.assert_array_equal(clean.test_labels, noisy.test_labels)


def test_the_input_scale_multiplies_every_input():
    plain, scaled = tasks.draw("moons", 2), tasks.draw("moons", 2, input_scale=50.0)
    np.testing.assert_allclose(scaled.inputs, 50 * plain.inputs)
    np.testing.assert_allclose(scaled.test_inputs, 50 * plain.test_inputs)
    np.testing.assert_array_equal(scaled.labels, plain.labels)


def test_an_unknown_task_is_answered_with_a_suggestion():
    with pytest.raises(Fixable, match=r"no task called 'circle'. Did you mean 'circles'"):
        tasks.draw("circle", 0)
