import tomllib
from itertools import pairwise
from math import log10
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs_version

from core import Experiment, Network, Training, gradient_profile, train
from core.compute.workers import curve_job
from core.figures import bars as drawn
from core.figures import curves, paper, style
from core.figures.style import COLOURS, DARK, LIGHT, Series, dark_colours
from core.theory.decomposition import decompose
from core.verdicts.reading import MEASURES

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())
MEASURE = MEASURES["weights"]


def gradient_bars(*args, **options):
    """As plotly.py reads it, which refuses whatever Plotly does not know."""
    return go.Figure(drawn.gradient_bars(*args, **options))


def loss_curves(runs):
    return go.Figure(curves.loss_curves(runs))


def powers(*args, **options):
    return go.Figure(drawn.powers(*args, **options))


def bars(*columns, **options):
    return gradient_bars([Series.of(f"network {i}", c) for i, c in enumerate(columns)], MEASURE, **options)


def test_the_bars_are_the_numbers_of_the_profile():
    profile = gradient_profile(Network(depth=20))
    figure = gradient_bars([Series("A", profile.weight_grad_norm)], MEASURE)
    assert list(figure.data[0].y) == profile.weight_grad_norm.tolist()
    assert list(figure.data[0].x) == list(range(1, 21))


def test_layer_1_is_on_the_input_side_and_the_axes_say_what_they_show():
    figure = bars([1e-3, 1.0])
    assert "1 = input side" in figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text == "Weight gradient ‖∂ℒ/∂W‖ (L2 norm), log"
    assert figure.layout.yaxis.type == "log"


def test_every_bar_is_inside_the_log_axis():
    low, high = bars([3e-300, 1.0], [0.5, 7e12]).layout.yaxis.range
    assert low < log10(3e-300)
    assert high > log10(7e12)


def test_a_value_of_exactly_zero_is_marked_in_words_and_never_drawn_as_a_small_bar():
    figure = bars([0.0, 1e-3], [1e-2, 1e-1])
    assert figure.data[0].y[0] is None
    assert [note.text for note in figure.layout.annotations if "layer 1" in (note.hovertext or "")] == ["exactly 0"]


@pytest.mark.parametrize(("value", "word"), [(np.inf, "infinite"), (np.nan, "not a number")])
def test_a_value_that_is_not_finite_is_marked_at_the_top(value, word):
    figure = bars([value, 1e-3])
    mark = next(note for note in figure.layout.annotations if note.text == word)
    assert mark.y == figure.layout.yaxis.range[1]


def test_all_zero_still_makes_a_chart():
    assert len(bars([0.0, 0.0, 0.0]).layout.annotations) == 3


def test_many_bars_that_cannot_be_drawn_share_one_line_of_words():
    said = [note.text for note in bars([np.nan] * 49 + [1.0], [0.0] * 50).layout.annotations]
    assert said == ["network 0: not a number in layers 1 to 49", "network 1: exactly 0 in layers 1 to 50"]


def test_four_networks_differ_in_more_than_colour():
    assert len({bar.marker.pattern.shape for bar in bars([1.0], [2.0], [3.0], [4.0]).data}) == 4
    runs = train([Experiment(Network(depth=2), Training(steps=5))]) * 2
    one, other = loss_curves([("A", runs[0]), ("B", runs[1])]).data
    assert one.line.dash != other.line.dash


def test_the_line_of_a_format_is_where_a_typical_entry_underflows():
    """A norm over 32 x 32 entries, each of size float16's smallest number, 2^-24."""
    figure = bars([1e-9, 1.0], entries=32 * 32)
    lines = [shape.y0 for shape in figure.layout.shapes]
    assert lines == [pytest.approx(32 * 2.0**-24)]
    assert float(np.float16(2.0**-24)) > 0
    assert float(np.float16(2.0**-26)) == 0


def test_the_browser_draws_with_the_plotly_that_these_tests_check_against():
    assert style.LIBRARY.name == f"plotly-cartesian-{get_plotlyjs_version()}.min.js"
    head = style.LIBRARY.read_text(encoding="utf-8")[:100]
    assert f"plotly.js (cartesian - minified) v{get_plotlyjs_version()}" in head


def test_zoom_is_kept_when_the_data_change():
    assert bars([1.0]).layout.uirevision == bars([2.0]).layout.uirevision is not None


def test_the_loss_axis_starts_at_zero_and_shows_what_guessing_costs():
    run = train([Experiment(Network(depth=3), Training(steps=30))])[0]
    figure = loss_curves([("A", run)])
    assert figure.layout.yaxis.range[0] == 0
    assert any("ln 2" in note.text for note in figure.layout.annotations)


def test_a_loss_that_leaves_the_chart_is_told_in_words():
    run = train([Experiment(Network(4, 32, "selu", "he"), Training(learning_rate=1.0, steps=60))])[0]
    highest = run.loss[np.isfinite(run.loss)].max()
    figure = loss_curves([("A", run)])
    assert highest > figure.layout.yaxis.range[1]
    assert any(note.text.startswith("A up to ") for note in figure.layout.annotations)


def test_powers_are_a_straight_line_on_the_log_axis():
    y = np.log10(np.array(powers(0.25, 10, log_axis=True).data[0].y, dtype=float))
    np.testing.assert_allclose(np.diff(y), log10(0.25))


def test_chart_and_interface_share_one_palette():
    for name, palette in (("light", LIGHT), ("dark", DARK)):
        theme = CONFIG["theme"][name]
        assert theme["backgroundColor"] == palette.paper
        assert theme["textColor"] == palette.ink
        assert theme["orangeColor"] == palette.first
        assert theme["blueColor"] == palette.second
        assert theme["chartCategoricalColors"] == [palette.first, palette.second, palette.guess]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_words_and_bars_stand_out_from_the_paper(palette):
    for colour in (
        palette.ink,
        palette.faint,
        palette.first,
        palette.second,
        palette.third,
        palette.fourth,
        palette.guess,
    ):
        assert contrast(colour, palette.paper) >= 4.5, colour


def test_every_colour_of_a_figure_has_a_dark_twin():
    text = bars([1e-9, 0.0], [1.0, 2.0], entries=100).to_json()
    used = {LIGHT.first, LIGHT.second, LIGHT.ink, LIGHT.paper, LIGHT.grid}
    assert all(colour in text and colour in dark_colours() for colour in used)
    assert all(colour in dark_colours() for colour in COLOURS)


def test_no_two_bars_of_a_layer_cover_each_other():
    for count in (1, 2, 3, 4):
        figure = bars(*[[1.0, 2.0]] * count)
        ends = sorted((bar.offset, bar.offset + bar.width) for bar in figure.data)
        assert all(right <= left for (_, right), (left, _) in pairwise(ends))
        assert ends[0][0] >= -0.5
        assert ends[-1][1] <= 0.5


def test_whiskers_go_from_the_smallest_to_the_largest_seed():
    rows = [np.array([1.0, 10.0]), np.array([2.0, 30.0]), np.array([8.0, 20.0])]
    (bar,) = gradient_bars([Series.over_seeds("A", rows)], MEASURE).data
    assert list(bar.y) == [2.0, 20.0]
    assert list(bar.error_y.array) == [6.0, 10.0]
    assert list(bar.error_y.arrayminus) == [1.0, 10.0]


def test_a_long_log_axis_begins_at_one_of_its_ticks():
    y = bars([1e-30, 1.0]).layout.yaxis
    assert y.range[0] % y.dtick == 0


def test_a_name_that_a_learner_typed_is_only_text_for_plotly():
    (bar,) = gradient_bars([Series.of("<b>%{y}", [1.0])], MEASURE).data
    assert "<b>%{y}" not in bar.hovertemplate.split("<br>")[0]


def test_factors_are_lengths_that_add_up_to_the_whole_step():
    profile = gradient_profile(Network(10, 32, "sigmoid", "xavier"))
    parts = decompose(profile)
    figure = drawn.factor_bars([("A: sigmoid", parts)])
    go.Figure(figure)
    weights, slopes, whole = (np.array(trace["y"]) for trace in figure["data"])
    np.testing.assert_allclose(weights + slopes, whole, rtol=1e-9)
    np.testing.assert_allclose(10**whole, profile.delta_norm[:-1] / profile.delta_norm[1:], rtol=1e-9)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < min(weights.min(), slopes.min(), whole.min())
    assert high > max(weights.max(), slopes.max(), whole.max())


def test_the_factors_of_several_networks_need_one_word_each_in_the_legend():
    parts = decompose(gradient_profile(Network(10, 32, "sigmoid", "xavier")))
    figure = drawn.factor_bars([("A: sigmoid", parts), ("B: the same", parts)])
    named = [trace["name"] for trace in go.Figure(figure).data if trace.showlegend is not False]
    assert named == ["A", "B", "weights", "slopes", "the whole step"]
    bars = [trace for trace in figure["data"] if trace["y"] != [None]]
    assert [trace["legendgroup"] for trace in bars] == ["A", "A", "A", "B", "B", "B"]


def test_a_factor_of_nothing_is_not_drawn():
    profile = gradient_profile(Network(4, 8, "relu", "zeros"))
    figure = drawn.factor_bars([("A: zeros", decompose(profile))])
    go.Figure(figure)
    assert all(value is None for trace in figure["data"] for value in trace["y"])


def test_a_guess_is_drawn_over_the_bars_it_is_about_and_has_room():
    profile = gradient_profile(Network(10, 32, "sigmoid", "xavier"))
    series = [Series("A: other", np.ones(10)), Series("B: sigmoid", profile.delta_norm)]
    figure = drawn.gradient_bars(series, MEASURES["error"])
    drawn.with_guess(figure, 1, -12)
    go.Figure(figure)
    guess = figure["data"][-1]["y"]
    assert guess[-1] == pytest.approx(profile.delta_norm[-1])
    assert guess[0] == pytest.approx(1e-12 * profile.delta_norm[-1])
    assert figure["layout"]["yaxis"]["range"][0] < np.log10(guess[0])


def test_slopes_are_drawn_and_said_as_they_are():
    found = curve_job([Experiment(Network(activation=a)) for a in ("sigmoid", "relu")], [])
    figure, said = curves.slope_curves(list(zip(["Sigmoid", "ReLU"], found, strict=True)), 2.0)
    go.Figure(figure)
    assert said == "At z = 2: Sigmoid is 0.881, its slope 0.105; ReLU is 2, its slope 1."
    marks = [trace["y"][0] for trace in figure["data"] if trace["mode"] == "markers"]
    assert marks == pytest.approx([0.10499358, 1.0])


def test_a_slope_that_jumps_is_drawn_with_a_gap():
    from core.networks.results import Curve

    z = np.linspace(-1, 1, 21)
    named = [("ReLU", Curve(z, np.maximum(z, 0), (z > 0) * 1.0)), ("tanh", Curve(z, np.tanh(z), 1 - np.tanh(z) ** 2))]
    figure, _ = curves.slope_curves(named, 0.0)
    relu, tanh = (trace for trace in figure["data"] if trace["mode"] == "lines" and "showlegend" not in trace)
    assert relu["y"].count(None) == 1
    assert relu["y"].index(None) == 11
    assert None not in tanh["y"]


def test_empty_axes_tell_nothing_of_what_was_measured():
    full = drawn.gradient_bars([Series.of("a", [1e-9, 0.0, np.nan])], MEASURE)
    empty = go.Figure(paper.emptied(full))
    assert empty.layout.yaxis.range == go.Figure(full).layout.yaxis.range
    assert all(y is None for trace in empty.data for y in trace.y)
    assert {note.text for note in empty.layout.annotations} == {
        note.text for note in go.Figure(full).layout.annotations if "ends" in note.text
    }
    assert full["data"][0]["y"][0] == 1e-9  # the figure itself is as it was
    assert paper.emptied({"data": [{"type": "heatmap", "z": [[1.0]]}], "layout": {}}) is None
