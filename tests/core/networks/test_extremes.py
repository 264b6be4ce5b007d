"""Whatever can be asked for is answered: with numbers, or with the step at which they ended."""

import warnings

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core import Experiment, Network, Training, decompose, gradient_profile, train
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import CLIPPINGS, LOSSES, NORMS, OPTIMIZERS, RESIDUALS
from core.networks.initializations import INITIALIZATIONS
from core.networks.tasks import TASKS


def words(table):
    return st.sampled_from(sorted(table))


networks = st.integers(1, 5).flatmap(
    lambda depth: st.builds(
        Network,
        depth=st.just(depth),
        width=st.one_of(st.integers(2, 16), st.tuples(*[st.integers(2, 9)] * depth)),
        activation=words(ACTIVATIONS),
        init=words(INITIALIZATIONS),
        gain=st.sampled_from([0.0, 0.1, 1.0, 5.0, 1e3, 1e20]),
        bias=st.sampled_from([0.0, -5.0, 1e6]),
        norm=words(NORMS),
        residual=words(RESIDUALS),
    )
)
clippings = st.one_of(st.just({}), st.builds(lambda name, at: {name: at}, words(CLIPPINGS), st.floats(1e-6, 10)))
trainings = clippings.flatmap(
    lambda clipping: st.builds(
        Training,
        task=words(TASKS),
        steps=st.sampled_from([1, 2, 30]),
        batch_size=st.sampled_from([1, 2, 8, 65]),
        optimizer=words(OPTIMIZERS),
        learning_rate=st.sampled_from([1e-4, 0.1, 1e8, 1e30]),
        warmup_steps=st.sampled_from([0, 5]),
        weight_decay=st.sampled_from([0.0, 0.1, 10.0]),
        loss=words(LOSSES),
        label_noise=st.sampled_from([0.0, 0.5, 1.0]),
        input_scale=st.sampled_from([1.0, 1e-9, 1e6]),
        snapshot_steps=st.sampled_from([None, (), (0,)]),
        dtype=st.sampled_from(["float32", "float64"]),
        **{name: st.just(limit) for name, limit in clipping.items()},
    )
)


@settings(max_examples=120, deadline=None)
@given(networks, trainings)
def test_no_setting_breaks_a_run_and_nothing_is_made_up_after_its_end(network, training):
    assume(network.norm != "batch" or training.batch_size > 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runs = train([Experiment(network, training, seed) for seed in range(2)])
        decompose(gradient_profile(network, training.task, training.batch_size))
    for run in runs:
        end = run.diverged_at
        assert len(run.loss) == (training.steps if end is None else end + 1)
        healthy = run.recorded_steps != end
        assert healthy.all() if end is None else run.recorded_steps[-1] == end
        assert np.isfinite(run.loss[:end]).all()
        for name in ("grad_norm", "delta_norm", "weight_norm", "raw_norm", "clipped_norm"):
            assert np.isfinite(getattr(run, name)[healthy]).all(), name
