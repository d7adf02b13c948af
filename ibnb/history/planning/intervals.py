"""Arithmetic of half-open intervals of whole seconds: what has been asked, and what is still missing.

A set of intervals is a sorted tuple of pairs (from, to) that neither touch nor overlap; the functions keep it so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

#: From the first second on, up to but without the second one; epoch seconds.
Interval: TypeAlias = tuple[int, int]
Intervals: TypeAlias = tuple[Interval, ...]


def united(*sets: Iterable[Interval]) -> Intervals:
    """Return what lies in any of the sets.

    Examples
    --------
    >>> united([(0, 2), (5, 6)], [(2, 3)])
    ((0, 3), (5, 6))
    """
    found: list[Interval] = []
    for start, end in sorted(pair for one in sets for pair in one):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def without(wanted: Iterable[Interval], taken: Iterable[Interval]) -> Intervals:
    """Return what lies in `wanted` and not in `taken`.

    Examples
    --------
    >>> without([(0, 10)], [(2, 3), (8, 20)])
    ((0, 2), (3, 8))
    """
    found: list[Interval] = []
    cuts = united(taken)
    for begin, end in united(wanted):
        start = begin
        for low, high in cuts:
            if high <= start:
                continue
            if low >= end:
                break
            if low > start:
                found.append((start, low))
            start = max(start, high)
        if start < end:
            found.append((start, end))
    return tuple(found)


def common(first: Iterable[Interval], second: Iterable[Interval]) -> Intervals:
    """Return what lies in both sets.

    Examples
    --------
    >>> common([(0, 10)], [(2, 3), (8, 20)])
    ((2, 3), (8, 10))
    """
    left, right = united(first), united(second)
    found: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        low, high = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if low < high:
            found.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def length(intervals: Iterable[Interval]) -> int:
    """Return how many seconds lie in a set."""
    return sum(end - start for start, end in united(intervals))
