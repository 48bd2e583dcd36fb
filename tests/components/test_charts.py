"""Where names stand in a chart, and what its axes say."""

import json

import pytest

from components import charts


def test_names_at_the_ends_of_lines_never_meet_and_keep_their_order():
    assert charts.beside_ends([0.05, 0.30], 0.5) == [0.05, 0.30]
    close = charts.beside_ends([0.051, 0.050, 0.052], 0.5)
    assert close == pytest.approx([0.085, 0.050, 0.120])


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_only_a_months_bar_is_named_without_a_day(grain):
    spec = charts.cohort_sizes(grain)
    says_the_day = "slice(datum.value, 8, 10)" in json.dumps(spec)
    assert says_the_day == (grain != "month")


@pytest.mark.parametrize(
    "spec",
    [
        charts.sparkline("rate"),
        charts.retention_curve("week"),
        charts.retention_by_value("week", ["a", "b"], False),
        charts.cohort_sizes("week"),
    ],
)
def test_no_mark_shows_the_names_of_columns_when_hovered(spec):
    for layer in spec["layer"]:
        assert "tooltip" in layer["encoding"] or layer["mark"]["tooltip"] is None
