import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment, Fixable, Network, Training

BAD = [
    (lambda: Network(depth=0), "depth", "0", "1 to 200"),
    (lambda: Network(depth=201), "depth", "201", "1 to 200"),
    (lambda: Network(depth=2.5), "depth", "2.5", "1 to 200"),
    (lambda: Network(depth=True), "depth", "True", "1 to 200"),
    (lambda: Network(width="wide"), "width", "'wide'", "1 to 512"),
    (lambda: Network(width=0), "width", "0", "1 to 512"),
    (lambda: Network(depth=2, width=(4, 5, 6)), "width", "3 layers", "every hidden layer"),
    (lambda: Network(depth=2, width=(4, 0)), "width", "0", "1 to 512"),
    (lambda: Network(activation="sigmod"), "activation", "'sigmod'", "Did you mean 'sigmoid'"),
    (lambda: Network(activation=None), "activation", "None", "sigmoid, tanh"),
    (lambda: Network(init="glorot"), "init", "'glorot'", "xavier, he"),
    (lambda: Network(gain=float("nan")), "gain", "nan", "finite number"),
    (lambda: Network(norm="instance"), "norm", "'instance'", "none"),
    (lambda: Network(residual="dense"), "residual", "'dense'", "none"),
    (lambda: Training(task="cirles"), "task", "'cirles'", "Did you mean 'circles'"),
    (lambda: Training(steps=0), "steps", "0", "1 to 100000"),
    (lambda: Training(batch_size=4096), "batch_size", "4096", "1 to 1024"),
    (lambda: Training(optimizer="sdg"), "optimizer", "'sdg'", "Did you mean 'sgd'"),
    (lambda: Training(learning_rate=-1), "learning_rate", "-1", "positive number"),
    (lambda: Training(learning_rate="fast"), "learning_rate", "'fast'", "positive number"),
    (lambda: Training(task="Circles"), "task", "'Circles'", "Did you mean 'circles'"),
    (lambda: Training(clip_norm=1.0, clip_value=1.0), "clip_norm, clip_value", "Only one", "one kind of clipping"),
    (lambda: Training(clip_norm=0.0), "clip_norm", "0.0", "positive number"),
    (lambda: Training(weight_decay=-1.0), "weight_decay", "-1.0", "0 to 10"),
    (lambda: Training(label_noise=2.0), "label_noise", "2.0", "0 to 1"),
    (lambda: Training(input_scale=0.0), "input_scale", "0.0", "from 1e-12"),
    (lambda: Training(snapshot_steps=(300,)), "snapshot_steps", "300", "0 to 299"),
    (lambda: Training(snapshot_steps=(True,)), "snapshot_steps", "True", "whole numbers"),
    (lambda: Training(snapshot_steps=7), "snapshot_steps", "7", "as a tuple"),
    (lambda: Training(warmup_steps=-1), "warmup_steps", "-1", "0 to"),
    (lambda: Training(loss="hinge"), "loss", "'hinge'", "bce, mse"),
    (lambda: Network(norm="bach"), "norm", "'bach'", "Did you mean 'batch'"),
    (lambda: Network(residual="dense"), "residual", "'dense'", "plain, scaled, zero"),
    (lambda: Network(gain=10**400), "gain", "1000", "finite number"),
    (lambda: Network(2, 1, norm="layer"), "single unit", "Layer normalization", "2 or more"),
    (lambda: Experiment(Network(norm="batch"), Training(batch_size=1)), "single point", "Batch", "batch_size of 2"),
    (lambda: Training(dtype="float16"), "dtype", "'float16'", "float32, float64"),
    (lambda: Experiment(Network(), Training(), seed=-1), "seed", "-1", "0 to"),
    (lambda: Experiment("deep"), "network", "'deep'", "Network"),
    (lambda: Experiment(Network(), 3), "training", "3", "Training"),
]


@pytest.mark.parametrize(("build", "field", "value", "allowed"), BAD)
def test_an_impossible_value_is_answered_with_field_value_and_what_is_allowed(build, field, value, allowed):
    with pytest.raises(Fixable) as caught:
        build()
    for part in (field, value, allowed):
        assert part in str(caught.value)


def test_equal_experiments_are_one_key():
    assert Experiment(Network(depth=3)) == Experiment(Network(depth=np.int64(3)))
    assert len({Experiment(Network(depth=3)), Experiment(Network(depth=3)), Experiment(Network(depth=4))}) == 2


def test_a_whole_number_is_a_fine_gain():
    assert Network(gain=2) == Network(gain=2.0)


@given(st.one_of(st.integers(), st.floats(), st.text(), st.none(), st.booleans(), st.lists(st.integers())))
def test_any_depth_is_either_taken_or_refused_in_words(depth):
    try:
        assert 1 <= Network(depth=depth).depth <= 200
    except Fixable as mistake:
        assert str(mistake).startswith("depth cannot be")


def test_a_mistake_travels_between_processes():
    with pytest.raises(Fixable) as caught:
        Network(depth=0)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  our own bytes
    assert (copy.problem, copy.remedy) == (caught.value.problem, caught.value.remedy)


def test_numbers_of_other_libraries_are_numbers():
    training = Training(learning_rate=np.float32(0.5), steps=np.int64(7), snapshot_steps=(np.int64(3), 3, 1))
    assert (training.learning_rate, training.steps, training.snapshot_steps) == (0.5, 7, (1, 3))
    assert isinstance(training.learning_rate, float)
    assert Network(gain=np.float32(2)).gain == 2.0
