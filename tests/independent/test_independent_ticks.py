"""Pages of ticks as odd servers give them: each tick once, nothing settled by what is odd, told in both cases."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent.other_market import DAY
from independent.other_ticks import PastTicks, Rows, text, tick
from independent.other_tws import OtherTws, error

import ibnb
from ibnb.errors import RequestError, RequestTimeout

LOW = int(time.time()) // DAY * DAY - 20 * DAY + 36_000
HIGH = LOW + 600
#: Several of one second, the same trade twice among them; others before and after the range.
SECONDS = sorted(
    [LOW - 1, *range(LOW - 400, LOW - 100, 3), *range(LOW, HIGH, 2), *[LOW + 100] * 9, *range(HIGH, HIGH + 90)]
)
INSIDE = [second for second in SECONDS if LOW <= second < HIGH]


@pytest.fixture(scope="module")
def other() -> Iterator[OtherTws]:
    tws = OtherTws()
    yield tws
    tws.close()


@pytest.fixture(scope="module")
def session(other: OtherTws) -> Iterator[Any]:
    with ibnb.connect(port=other.port, timeout=4) as connected:
        yield connected


@pytest.fixture
def past(other: OtherTws) -> PastTicks:
    other.answers[96] = past = PastTicks(SECONDS)
    return past


@pytest.fixture(params=["with a store", "without a store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return tmp_path if request.param == "with a store" else False


def ask(session: Any, store: Any, what: str = "TRADES", **more: Any) -> Any:
    return session.ticks("XYZ", what=what, start=text(LOW), end=text(HIGH), store=store, **more)


def seconds_of(frame: Any) -> list[int]:
    return [int(stamp.timestamp()) for stamp in frame.index]


KINDS = pytest.mark.parametrize("what", ["TRADES", "BID_ASK", "MIDPOINT"])


@KINDS
def test_healthy_pages_are_what_the_odd_ones_are_held_to(past: PastTicks, session: Any, store: Any, what: str) -> None:
    frame = ask(session, store, what)

    assert seconds_of(frame) == INSIDE
    assert frame.attrs["complete"] and not frame.attrs["warnings"]


@KINDS
@pytest.mark.parametrize("early", [0, 1])
def test_a_page_that_lies_before_its_start_hides_no_tick(
    past: PastTicks, session: Any, store: Any, what: str, early: int
) -> None:
    past.before_start, past.early = True, early

    frame = ask(session, store, what)

    assert seconds_of(frame) == INSIDE
    assert not frame.attrs["warnings"]


@KINDS
def test_a_page_that_begins_a_second_early_is_used(past: PastTicks, session: Any, store: Any, what: str) -> None:
    past.early = 1

    assert seconds_of(ask(session, store, what)) == INSIDE
    assert seconds_of(ask(session, store, what, limit=1)) == INSIDE[:1]


def test_where_both_ends_of_a_day_give_other_ticks_it_is_said_and_asked_for_again(
    past: PastTicks, session: Any, store: Any
) -> None:
    past.odd = lambda rows: rows if rows[-1][0] < LOW else [tick("TRADES", LOW + 40 * 3600) for _ in rows]
    past.before_start = True
    odd = ask(session, store)
    past.odd, past.before_start = None, False

    frame = ask(session, store)

    assert odd.empty
    assert not odd.attrs["complete"]
    assert "nothing is known of" in str(odd.attrs["warnings"])
    assert seconds_of(frame) == INSIDE


@pytest.mark.second
def test_a_timeout_is_that_of_the_whole_page_and_what_came_is_shown(past: PastTicks, session: Any, store: Any) -> None:
    past.ends = False
    begun = time.monotonic()
    frame = ask(session, store, timeout=1)
    took = time.monotonic() - begun
    past.ends = True

    assert took < 10  # not the 30 s that a page may take
    assert seconds_of(frame) == INSIDE
    assert not frame.attrs["complete"]
    assert "did not say within " in frame.attrs["warnings"][0]
    again = ask(session, store)
    assert again.attrs["requests"] > 0
    assert again.attrs["complete"]


@pytest.mark.second
def test_silence_is_a_time_out_of_the_whole_time(other: OtherTws, session: Any, store: Any) -> None:
    other.answers[96] = lambda fields: []
    begun = time.monotonic()

    with pytest.raises(RequestTimeout, match="1 s"):
        ask(session, store, timeout=1)

    assert time.monotonic() - begun < 10  # not the 30 s that a page may take


def swapped(rows: Rows) -> Rows:
    return random.Random(7).sample(rows, len(rows))


ODD: dict[str, Callable[[Rows], Rows]] = {
    "a page twice": lambda rows: rows + rows,
    "three times": lambda rows: rows * 3,
    "reversed": lambda rows: rows[::-1],
    "shuffled": swapped,
    "of the year 9999": lambda rows: [*rows, [253_370_764_800, *rows[0][1:]]],
    "of the year 1": lambda rows: [[-62_135_596_800, *rows[0][1:]], *rows],
    "of 2^63": lambda rows: [*rows, [2**63, *rows[0][1:]]],
    "of tomorrow": lambda rows: [*rows, [int(time.time()) + 2 * DAY, *rows[0][1:]]],
    "long before": lambda rows: [[rows[0][0] - 40 * DAY, *rows[0][1:]], *rows],
}


@KINDS
@pytest.mark.parametrize("odd", ODD)
def test_rows_that_are_odd_leave_the_right_ticks(
    past: PastTicks, session: Any, store: Any, what: str, odd: str
) -> None:
    past.odd = ODD[odd]
    frame = ask(session, store, what)
    past.odd = None
    healthy = ask(session, store, what)

    assert seconds_of(frame) == INSIDE
    assert frame.attrs["warnings"] and not frame.attrs["complete"]
    assert seconds_of(healthy) == INSIDE
    assert healthy.attrs["requests"] > 0
    assert not healthy.attrs["warnings"]


def test_rows_beyond_those_announced_are_counted(past: PastTicks, session: Any, store: Any) -> None:
    past.beyond = 2
    past.seconds = INSIDE

    frame = ask(session, store)

    assert seconds_of(frame) == INSIDE[:-2]
    assert "12 fields came beyond" in frame.attrs["warnings"][0]


def test_trades_that_are_the_same_are_two_trades(past: PastTicks, session: Any, store: Any) -> None:
    same = tick("TRADES", LOW + 5)
    past.odd = lambda rows: [same] * 30

    frame = ask(session, store)

    assert len(frame) == 30
    assert not frame.attrs["warnings"]


@pytest.mark.parametrize(
    ("what", "place", "value", "said"),
    [
        ("TRADES", 2, "", "without a price"),
        ("TRADES", 2, "Infinity", "is not a finite number"),
        ("TRADES", 2, -1, "of a price of -1"),
        ("TRADES", 3, -7, "negative size"),
        ("TRADES", 3, 2**63, "beyond what can be"),
        ("BID_ASK", 3, "", "without a price"),
        ("BID_ASK", 4, -7, "negative size"),
        ("MIDPOINT", 2, "", "without a price"),
    ],
)
def test_what_can_hardly_be_is_said_and_shown_as_sent(
    past: PastTicks, session: Any, store: Any, what: str, place: int, value: object, said: str
) -> None:
    past.odd = lambda rows: [[*rows[0][:place], value, *rows[0][place + 1 :]], *rows[1:]]

    for _ in range(2):  # also where it is kept
        frame = ask(session, store, what)

        assert seconds_of(frame) == INSIDE
        assert said in frame.attrs["warnings"][0], frame.attrs["warnings"]


TROUBLE = st.sampled_from([None, "before its start", "a second early", "cut", *ODD])


def act(past: PastTicks, trouble: str | None) -> None:
    past.before_start, past.early = trouble == "before its start", int(trouble == "a second early")
    past.cuts = trouble == "cut"
    past.odd = ODD.get(trouble or "")


@pytest.mark.second
@given(
    calls=st.lists(st.tuples(TROUBLE, st.sampled_from([None, 5, 150])), min_size=1, max_size=4),
    what=st.sampled_from(["TRADES", "BID_ASK", "MIDPOINT"]),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_came_before_a_healthy_tws_completes_the_store(
    past: PastTicks, session: Any, calls: list[tuple[str | None, int | None]], what: str
) -> None:
    past.odd = None
    with tempfile.TemporaryDirectory() as folder:
        for trouble, limit in calls:
            act(past, trouble)
            with_store = ask(session, folder, what, limit=limit)
            assert seconds_of(with_store) == INSIDE[:limit]
        act(past, None)
        kept = ask(session, folder, what)
        again = ask(session, folder, what)
    act(past, None)
    undisturbed = ask(session, False, what)

    assert seconds_of(kept) == INSIDE
    assert kept.equals(again)
    assert again.attrs["requests"] == 0
    assert kept.equals(undisturbed)


@KINDS
def test_ticks_that_were_held_back_come_when_they_are_served(
    past: PastTicks, session: Any, tmp_path: Path, what: str
) -> None:
    now = int(time.time()) - 10
    every = list(range(now - 3600, now, 3))
    past.seconds = [second for second in every if second < now - 900]
    asked = {"start": text(now - 3600), "end": text(now), "what": what, "store": tmp_path}
    early = session.ticks("XYZ", **asked)
    past.seconds = [second for second in every if second < now - 600] + [now + 2]

    late = session.ticks("XYZ", **asked)
    again = session.ticks("XYZ", **asked)

    assert len(early) == len([second for second in every if second < now - 900])
    assert seconds_of(late) == past.seconds[:-1]
    assert again.equals(late)
    assert again.attrs["requests"] == 0


def test_an_empty_page_of_today_settles_nothing(past: PastTicks, session: Any, tmp_path: Path) -> None:
    now = int(time.time()) - 10
    asked = {"start": text(now - 3600), "end": text(now), "store": tmp_path}
    past.seconds = []
    assert session.ticks("XYZ", **asked).empty
    past.seconds = list(range(now - 3000, now, 5))

    assert seconds_of(session.ticks("XYZ", **asked)) == past.seconds


def test_a_refusal_in_other_words_is_told(other: OtherTws, session: Any, store: Any) -> None:
    other.answers[96] = lambda fields: [error(10187, "Keine Berechtigung", fields[1])]

    with pytest.raises(RequestError, match="Keine Berechtigung"):
        ask(session, store)
