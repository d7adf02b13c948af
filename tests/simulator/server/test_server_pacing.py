"""Pacing of history: the hard limits of small bars by a clock of the test's own, and what the wire shows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from simulator.talker import ask_bars

from ibnb.simulator.server.pacing import HistoryPacing
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]


class _Time:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def _bars(number: int, symbol: str = "AAPL", what: str = "TRADES", bar_size: str = "5 secs") -> dict[str, Any]:
    """Return the values of a request; each number is another end, so that no two are identical."""
    return {
        "symbol": symbol,
        "exchange": "SMART",
        "end": f"20260302-15:{number // 60:02}:{number % 60:02}",
        "duration": "1800 S",
        "bar_size": bar_size,
        "what": what,
        "rth": True,
    }


def _count_served(pacing: HistoryPacing, time: _Time, requests: int, gap: float, **values: Any) -> int:
    served = 0
    for number in range(requests):
        served += pacing.refuse(_bars(number, **values), 0) is None
        time.now += gap
    return served


def test_sixty_small_bar_requests_in_ten_minutes() -> None:
    time = _Time()
    pacing = HistoryPacing(time)

    assert _count_served(pacing, time, 70, gap=1.0) == 60
    refused = pacing.refuse(_bars(100), 0)
    assert refused
    assert refused.code == 162
    assert "pacing violation" in refused.text
    time.now += 600
    assert pacing.refuse(_bars(100), 0) is None


def test_bid_ask_counts_twice() -> None:
    time = _Time()

    assert _count_served(HistoryPacing(time), time, 70, gap=1.0, what="BID_ASK") == 30


def test_the_sixth_for_the_same_contract_within_two_seconds() -> None:
    time = _Time()
    pacing = HistoryPacing(time)

    assert _count_served(pacing, time, 8, gap=0.2) == 5
    assert pacing.refuse(_bars(9, symbol="MSFT"), 0) is None
    assert pacing.refuse(_bars(9, what="MIDPOINT"), 0) is None
    time.now += 2
    assert pacing.refuse(_bars(10), 0) is None


def test_an_identical_request_within_fifteen_seconds() -> None:
    time = _Time()
    pacing = HistoryPacing(time)
    assert pacing.refuse(_bars(1), 0) is None

    time.now += 14.9
    assert pacing.refuse(_bars(1), 0) is not None
    time.now += 0.2
    assert pacing.refuse(_bars(1), 0) is None


def test_bars_of_a_minute_are_not_limited_by_number() -> None:
    time = _Time()

    assert _count_served(HistoryPacing(time), time, 200, gap=0.0, bar_size="1 min") == 200


def test_fifty_may_be_open_at_once_whatever_their_size() -> None:
    pacing = HistoryPacing(_Time())

    assert pacing.refuse(_bars(1, bar_size="1 day"), 49) is None
    refused = pacing.refuse(_bars(2, bar_size="1 day"), 50)
    assert refused
    assert "pacing violation" in refused.text


def test_real_time_bars_have_their_own_code() -> None:
    time = _Time()
    pacing = HistoryPacing(time)

    answers = [pacing.refuse_real_time() for _ in range(61)]

    assert answers[:60] == [None] * 60
    assert answers[60]
    assert answers[60].code == 420
    time.now += 600
    assert pacing.refuse_real_time() is None


def test_a_large_demand_is_slowed_down_and_forgiven() -> None:
    time = _Time()
    pacing = HistoryPacing(time)
    demand = {**_bars(1, bar_size="1 min"), "duration": "1 M"}

    waits = [pacing.throttle(demand) for _ in range(150)]

    assert waits[0] == 0
    assert waits == sorted(waits)
    assert 0 < waits[-1] <= 30
    time.now += 100
    assert pacing.throttle(demand) == 0


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from(["TRADES", "BID_ASK"]), st.integers(0, 5)), max_size=200))
def test_whatever_is_asked_no_more_is_served_than_allowed(asked: list[tuple[float, str, int]]) -> None:
    time = _Time()
    pacing = HistoryPacing(time)
    served: list[tuple[float, str, int]] = []
    for gap, what, number in asked:
        time.now += gap
        if pacing.refuse(_bars(number, what=what), 0) is None:
            served.append((time.now, what, number))

    for at, what, number in served:
        before = [each for each in served if at - 600 < each[0] <= at]
        assert sum(2 if each[1] == "BID_ASK" else 1 for each in before) <= 60
        assert sum(each[1] == what and at - 2 < each[0] for each in before) <= 5
        assert sum(each[1:] == (what, number) and at - 15 < each[0] for each in before) == 1


def test_the_wire_shows_pacing_and_can_do_without(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    for request_id in (1, 2):
        ask_bars(talker, request_id, duration="60 S", bar_size="5 secs", rth=False)

    refused = talker.error(request_id=2).values
    assert refused["code"] == 162
    assert "pacing violation" in refused["message"]

    free = serve(limits=False).talk()
    for request_id in (1, 2):
        ask_bars(free, request_id, duration="60 S", bar_size="5 secs", rth=False)
    assert free.until(Response.HISTORICAL_DATA_END, request_id=2)


def test_bars_that_never_come_stay_open_until_they_are_cancelled(serve: Serve) -> None:
    running = serve("history-silent")
    talker = running.talk()
    for request_id in range(3):
        ask_bars(talker, request_id, duration=f"{request_id + 1} D")
    talker.send(Request.CANCEL_HISTORICAL_DATA, request_id=1)
    talker.error(request_id=1)

    assert running.inspect(lambda: next(iter(running.server.clients)).open_history) == {0, 2}
