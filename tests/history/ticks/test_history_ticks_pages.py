"""The pages of a range of ticks against servers of every habit: each tick comes once, in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.history.ticks.pages import Pages, in_order

BEGIN, LENGTH, PAGE = 1_775_136_600, 60, 10
DAY = 86_400


class Server:
    """Ticks at given seconds, numbered; gives pages of them as some TWS might."""

    def __init__(self, seconds: list[int], whole_seconds: bool, end_included: bool = False) -> None:
        self.times = np.sort(np.array(seconds, dtype=np.int64))
        self.whole_seconds, self.end_included = whole_seconds, end_included
        self.requests = 0

    def after(self, start: int, number: int) -> np.ndarray:
        self.requests += 1
        places = np.flatnonzero(self.times >= start)
        page = places[:number]
        if self.whole_seconds and len(page):
            page = places[self.times[places] <= self.times[page[-1]]]
        return page

    def before(self, end: int, number: int) -> np.ndarray:
        self.requests += 1
        places = np.flatnonzero(self.times <= end if self.end_included else self.times < end)
        page = places[-number:]
        if self.whole_seconds and len(page):
            page = places[self.times[places] >= self.times[page[0]]]
        return page


def run(server: Server, pages: Pages, stop: Callable[[int], bool] = lambda _: False) -> list[int]:
    """Return the numbers of all ticks that were kept, oldest first."""
    parts: list[list[int]] = []
    while not pages.done and not stop(sum(map(len, parts))):
        page = server.after(pages.at, pages.number) if pages.forward else server.before(pages.at, pages.number)
        parts.append(page[pages.take(server.times[page])].tolist())
        assert server.requests < 500
    return [place for part in (parts if pages.forward else parts[::-1]) for place in part]


# No second has more ticks than a page: of those no server that cuts gives all.
SECONDS = st.lists(st.integers(BEGIN - 20, BEGIN + LENGTH + 20), max_size=80).map(
    lambda seconds: [
        second
        for place, second in enumerate(sorted(seconds))
        if sorted(seconds)[max(0, place - 8)] != second or place < 8
    ]
)


@given(seconds=SECONDS, whole=st.booleans())
@settings(max_examples=100)
def test_forward_each_tick_of_the_range_comes_once(seconds: list[int], whole: bool) -> None:
    server = Server(seconds, whole)
    pages = Pages(BEGIN, BEGIN + LENGTH, number=PAGE)

    kept = run(server, pages)

    wanted = np.flatnonzero((server.times >= BEGIN) & (server.times < BEGIN + LENGTH))
    assert kept == wanted.tolist()
    assert pages.cut == []


@given(seconds=SECONDS, whole=st.booleans(), included=st.booleans())
@settings(max_examples=100)
def test_backward_each_tick_comes_once(seconds: list[int], whole: bool, included: bool) -> None:
    server = Server(seconds, whole, included)

    kept = run(server, Pages(None, BEGIN + LENGTH, number=PAGE))

    assert kept == np.flatnonzero(server.times < BEGIN + LENGTH).tolist()


def test_a_second_of_more_than_a_page_comes_whole_where_the_server_completes_it() -> None:
    server = Server([BEGIN] * 3 + [BEGIN + 1] * 35 + [BEGIN + 2] * 4, whole_seconds=True)

    for pages in (Pages(BEGIN, BEGIN + LENGTH, number=PAGE), Pages(None, BEGIN + LENGTH, number=PAGE)):
        assert run(server, pages) == list(range(42))
        assert pages.cut == []


def test_a_second_of_more_than_a_page_is_named_where_the_server_cuts_it() -> None:
    server = Server([BEGIN] * 3 + [BEGIN + 1] * 35 + [BEGIN + 2] * 4, whole_seconds=False)

    pages = Pages(BEGIN, BEGIN + LENGTH, number=PAGE)
    kept = run(server, pages)

    assert kept == [*range(3), *range(3, 13), *range(38, 42)]
    assert pages.cut == [BEGIN + 1]


def test_days_without_ticks_are_walked_over() -> None:
    seconds = [BEGIN, BEGIN + 5 * DAY, BEGIN + 9 * DAY]
    server = Server(seconds, whole_seconds=True)
    empty_at_first = Server([], whole_seconds=True)

    assert run(server, Pages(BEGIN, BEGIN + 10 * DAY, "America/New_York", number=1)) == [0, 1, 2]
    assert run(empty_at_first, Pages(BEGIN, BEGIN + 10 * DAY, "America/New_York")) == []
    assert empty_at_first.requests == 11


def test_an_empty_page_goes_on_at_the_next_midnight_of_the_exchange() -> None:
    pages = Pages(BEGIN, BEGIN + 10 * DAY, "America/New_York")

    pages.take(np.array([], dtype=np.int64))

    assert datetime.fromtimestamp(pages.at, UTC) == datetime(2026, 4, 3, 4, tzinfo=UTC)


def test_backward_ends_where_nothing_has_come_for_two_weeks() -> None:
    server = Server([], whole_seconds=True)

    assert run(server, Pages(None, BEGIN)) == []
    assert server.requests == 14


@pytest.mark.parametrize("times", [[], [BEGIN], [BEGIN + 3, BEGIN + 3]])
def test_the_share_of_the_range_grows_to_all(times: list[int]) -> None:
    pages = Pages(BEGIN, BEGIN + DAY)
    shares = [pages.share()]

    while not pages.done:
        pages.take(np.array(times, dtype=np.int64))
        times = []
        shares.append(pages.share())

    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_ticks_of_one_second_stay_in_the_order_they_came() -> None:
    assert in_order(np.array([5, 3, 5, 3, 4])).tolist() == [1, 3, 4, 0, 2]
