"""Rare values go into "other", no further than needed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.fold import Combination, fold

TWO = ("channel", "platform")


@pytest.mark.parametrize(
    ("users", "limit", "folded", "combinations"),
    [
        # It fits: nothing is folded.
        ({("a", "x"): 1, ("b", "x"): 5}, 2, {}, {("a", "x"), ("b", "x")}),
        # The dimension with most values gives its rarest two; one alone would make no room.
        (
            {("a", "x"): 9, ("b", "x"): 2, ("c", "x"): 1},
            2,
            {("channel", "c"): 1, ("channel", "b"): 2},
            {("a", "x"), ("other", "x")},
        ),
        # Equally rare: by name.
        (
            {("b", "x"): 1, ("a", "x"): 1, ("c", "x"): 1},
            2,
            {("channel", "a"): 1, ("channel", "b"): 1},
            {("other", "x"), ("c", "x")},
        ),
        # "unknown" stays, however rare.
        (
            {("unknown", "x"): 1, ("b", "x"): 2, ("c", "x"): 3},
            2,
            {("channel", "b"): 2, ("channel", "c"): 3},
            {("unknown", "x"), ("other", "x")},
        ),
        # Two dimensions with as many values: the first by name gives first.
        (
            {("a", "x"): 1, ("b", "y"): 2},
            1,
            {("channel", "a"): 1, ("platform", "x"): 1, ("channel", "b"): 2, ("platform", "y"): 2},
            {("other", "other")},
        ),
        # Nothing is left to fold: the limit gives way.
        (
            {("unknown", "x"): 1, ("unknown", "unknown"): 1},
            1,
            {("platform", "x"): 1},
            {("unknown", "other"), ("unknown", "unknown")},
        ),
    ],
)
def test_the_rarest_values_are_folded(
    users: dict[Combination, int],
    limit: int,
    folded: dict[tuple[str, str], int],
    combinations: set[Combination],
) -> None:
    mapping, gone = fold(users, TWO, limit)
    assert gone == folded
    assert set(mapping.values()) == combinations
    assert set(mapping) == set(users)


VALUES = st.sampled_from(["unknown", "other", "a", "b", "c", "d", "e"])


@given(st.dictionaries(st.tuples(VALUES, VALUES), st.integers(1, 9), max_size=30), st.integers(1, 30))
def test_folding_changes_only_the_values_it_names(users: dict[Combination, int], limit: int) -> None:
    mapping, folded = fold(users, TWO, limit)
    for source, target in mapping.items():
        for name, was, is_ in zip(TWO, source, target, strict=True):
            assert is_ == ("other" if (name, was) in folded else was)
    assert all(value != "unknown" for _, value in folded)
    if folded:
        # Without the last fold it would not have fitted.
        last = list(folded)[-1]
        before = {
            tuple(
                "other" if (name, value) in folded and (name, value) != last else value
                for name, value in zip(TWO, source, strict=True)
            )
            for source in users
        }
        assert len(before) > limit
    counted = Counter({(name, value): 0 for name, value in folded})
    for source, count in users.items():
        for name, value in zip(TWO, source, strict=True):
            if (name, value) in folded:
                counted[name, value] += count
    assert counted == Counter(folded)


def test_a_hundred_thousand_values_fold() -> None:
    users: dict[Combination, int] = {
        (f"v{number}", platform): 1 for number in range(100_000) for platform in ("web", "app")
    }
    mapping, folded = fold(users, TWO, 4096)
    assert len(set(mapping.values())) <= 4096
    assert len(folded) > 97_000
