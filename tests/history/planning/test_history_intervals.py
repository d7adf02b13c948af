"""Sets of intervals: the same as sets of the seconds in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ibnb.history.planning.intervals import Intervals, common, length, united, without

pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def seconds(intervals: list[tuple[int, int]] | Intervals) -> set[int]:
    return {second for start, end in intervals for second in range(start, end)}


def is_canonical(found: Intervals) -> bool:
    edges = [edge for pair in found for edge in pair]
    return edges == sorted(set(edges))


@given(pairs, pairs)
def test_operations_are_those_of_sets(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    for operation, of_sets in ((united, set.union), (without, set.difference), (common, set.intersection)):
        found = operation(first, second)

        assert seconds(found) == of_sets(seconds(first), seconds(second))
        assert is_canonical(found)


@given(pairs)
def test_the_length_is_the_number_of_seconds(some: list[tuple[int, int]]) -> None:
    assert length(some) == len(seconds(some))
