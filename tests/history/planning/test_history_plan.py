"""The planner: everything is covered, each request is within the table, and none is more than is needed."""

from __future__ import annotations

import pytest
from history.history_sessions import FAR, ZONE, covered, sessions_of
from hypothesis import given
from hypothesis import strategies as st

from ibnb.history.planning.intervals import common, length, united, without
from ibnb.history.planning.plan import Piece, Session, group_end, group_start, longest, plan, reached
from ibnb.history.planning.sizes import BAR_SIZES, DAY

INTRADAY = [name for name, size in BAR_SIZES.items() if size < DAY]
DATED = [name for name, size in BAR_SIZES.items() if size >= DAY]


@st.composite
def schedules(draw: st.DrawFn) -> list[Session]:
    hours = draw(st.sampled_from([(34_200, 57_600), (14_400, 72_000), (-24_300, 61_200), (34_200, 46_800)]))
    found = sessions_of(draw(st.integers(3, 60)), *hours)
    holidays = draw(st.sets(st.integers(0, len(found) - 1), max_size=2))
    return [session for number, session in enumerate(found) if number not in holidays]


@st.composite
def wishes(draw: st.DrawFn) -> tuple[list[Session], tuple[tuple[int, int], ...]]:
    sessions = draw(schedules())
    low, high = sessions[0].start - DAY, sessions[-1].end + DAY
    if draw(st.booleans()):
        return sessions, ((low, high),)
    edges = sorted(draw(st.lists(st.integers(low, high), min_size=2, max_size=6, unique=True)))
    return sessions, united(zip(edges[::2], edges[1::2], strict=False))


@given(wishes(), st.sampled_from(INTRADAY), st.booleans())
def test_all_that_is_wanted_comes_and_each_request_is_in_the_table(
    wish: tuple[list[Session], tuple[tuple[int, int], ...]], bar_size: str, chain: bool
) -> None:
    sessions, wanted = wish

    pieces = plan(wanted, bar_size, sessions, ZONE, FAR, chain=chain)

    open_time = common(wanted, [(each.start, each.end) for each in sessions])
    assert not without(open_time, united(*(covered(piece.end, piece.duration, sessions) for piece in pieces)))
    assert not without(open_time, [piece.cover for piece in pieces])
    for piece in pieces:
        assert piece.duration.seconds <= longest(bar_size).seconds
        assert piece.starts[0] == piece.cover[0]
        assert list(piece.starts) == sorted(piece.starts)


@given(wishes(), st.sampled_from(INTRADAY), st.booleans())
def test_nothing_is_settled_twice_and_the_newest_comes_first(
    wish: tuple[list[Session], tuple[tuple[int, int], ...]], bar_size: str, chain: bool
) -> None:
    sessions, wanted = wish

    covers = [piece.cover for piece in plan(wanted, bar_size, sessions, ZONE, FAR, chain=chain)]

    assert sum(end - start for start, end in covers) == length(covers)
    assert covers == sorted(covers, reverse=True)


@given(st.integers(1, 40), st.sampled_from(["1 secs", "5 secs", "10 secs", "15 secs", "30 secs", "1 min"]))
def test_a_range_takes_no_more_requests_than_its_open_time_fills(days: int, bar_size: str) -> None:
    sessions = sessions_of(days)
    wanted = [(sessions[0].start, sessions[-1].end)]

    pieces = plan(wanted, bar_size, sessions, ZONE, FAR)

    open_seconds = sum(session.end - session.start for session in sessions)
    assert len(pieces) == -(-open_seconds // longest(bar_size).seconds)


@given(wishes(), st.sampled_from(["5 secs", "1 min"]))
def test_without_chaining_no_request_reaches_over_closed_hours(
    wish: tuple[list[Session], tuple[tuple[int, int], ...]], bar_size: str
) -> None:
    sessions, wanted = wish

    for piece in plan(wanted, bar_size, sessions, ZONE, FAR, chain=False):
        inside = common([piece.cover], [(each.start, each.end) for each in sessions])
        assert length(inside) == piece.cover[1] - piece.cover[0]


@given(wishes(), st.sampled_from(INTRADAY))
def test_requests_begin_and_end_on_the_edges_of_bars(
    wish: tuple[list[Session], tuple[tuple[int, int], ...]], bar_size: str
) -> None:
    sessions, wanted = wish
    edges = {edge for session in sessions for edge in (session.start, session.end)}

    for piece in plan(wanted, bar_size, sessions, ZONE, FAR):
        for edge in piece.cover:
            assert edge in edges or (BAR_SIZES[bar_size] <= 60 and edge % BAR_SIZES[bar_size] == 0)


def test_an_end_in_the_future_is_now() -> None:
    sessions = sessions_of(3)
    now = sessions[-1].start + 3_600

    pieces = plan([(sessions[0].start, now)], "1 min", sessions, ZONE, now)

    assert pieces[0].end is None
    assert all(piece.end is not None and piece.end < now for piece in pieces[1:])


@given(st.integers(0, 9_000), st.integers(1, 9_000), st.sampled_from(DATED))
def test_bars_of_days_and_longer_are_planned_by_years_in_whole_groups(begin: int, days: int, bar_size: str) -> None:
    size, start = BAR_SIZES[bar_size], begin * DAY
    wanted = (start, start + days * DAY)

    pieces = plan([wanted], bar_size, [], ZONE, FAR)

    covers = sorted(piece.cover for piece in pieces)
    assert united(covers) == ((group_start(wanted[0], size), group_end(wanted[1] - 1, size)),)
    for piece in pieces:
        low, high = piece.cover
        assert group_start(low, size) == low
        assert group_start(high, size) == high
        assert piece.duration.seconds <= 365 * DAY
        # However a year is counted, it reaches back to the first group that is wanted, and that is a whole one.
        assert high - low <= 364 * DAY


@pytest.mark.parametrize(
    ("first", "settled_from"),
    [(None, 100), (50, 100), (100, 100), (150, 100), (300, 300), (350, 300), (610, 600)],
)
def test_an_answer_settles_the_stretches_that_it_reaches(first: int | None, settled_from: int) -> None:
    piece = Piece(900, longest("1 min"), (100, 900), (100, 300, 600))

    assert reached(piece, first) == (settled_from, 900)
