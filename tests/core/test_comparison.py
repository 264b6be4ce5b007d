from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.activations import ACTIVATIONS
from core.comparison import DEPTHS, KINDS, PARAMETERS, RATES, STEPS, TITLES, WIDTHS, Comparison, from_query
from core.initializations import INITIALIZATIONS
from core.results import recorded_steps
from core.tasks import TASKS

STATES = st.builds(
    Comparison,
    depth=st.sampled_from(DEPTHS),
    width=st.sampled_from(WIDTHS),
    a=st.sampled_from(sorted(ACTIVATIONS)),
    init_a=st.sampled_from(sorted(INITIALIZATIONS)),
    b=st.sampled_from(sorted(ACTIVATIONS)),
    init_b=st.sampled_from(sorted(INITIALIZATIONS)),
    task=st.sampled_from(sorted(TASKS)),
    seed=st.integers(0, 2**31 - 1),
    rate=st.sampled_from(RATES),
    steps=st.sampled_from(STEPS),
    measure=st.sampled_from(["weights", "error"]),
    axis=st.sampled_from(["log", "linear"]),
).flatmap(lambda state: st.sampled_from([None, *recorded_steps(state.steps)]).map(lambda at: replace(state, at=at)))


@given(STATES)
def test_a_link_carries_the_whole_state(state):
    assert from_query(state.query()) == (state, [])


def test_the_default_needs_no_parameters():
    assert Comparison().query() == {}
    assert from_query({}) == (Comparison(), [])


@given(st.dictionaries(st.sampled_from(sorted(PARAMETERS)) | st.text(), st.text(), max_size=5))
def test_nonsense_in_a_link_never_raises_and_always_gives_a_state_that_can_be_shown(query):
    state, notes = from_query(query)
    assert len(state.experiments) == 2
    assert from_query(state.query())[0] == state
    understood = {name: text for name, text in query.items() if not any(n.startswith(f"{name[:40]}=") for n in notes)}
    for name, text in understood.items():
        value = getattr(state, name)
        words = {str(value).lower(), TITLES.get(KINDS.get(name), {}).get(value, "").lower()}
        assert text.lower() in words or float(text) == value


def test_each_correction_is_said():
    query = {"depth": "500", "a": "sigmod", "rate": "0.15", "width": "wide", "colour": "red", "at": "5000"}
    state, notes = from_query(query)
    assert state == replace(Comparison(), depth=50, rate=0.1, at=299)
    assert len(notes) == 7
    text = " ".join(notes)
    for part in ("range is 1 to 50", "Did you mean 'Sigmoid'", "the choices are", "not a whole number", "no setting"):
        assert part in text, part


def test_the_lab_can_show_any_single_experiment_and_any_pair():
    first, second = Comparison(depth=3, a="tanh", init_b="torch", b="gelu", rate=1.0, seed=4).experiments
    assert Comparison.of(first, second).experiments == (first, second)
    assert Comparison.of(first).experiments[0] == first
