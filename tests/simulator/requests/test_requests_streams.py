"""Bars and ticks as they come to be: the same that history has of those seconds, whichever was asked first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ibnb.simulator.market.subscriptions import Subscriptions
from ibnb.simulator.world import build_world, read_clock
from ibnb.wire.ids import Request, Response

MORNING = "2026-11-18T11:00:30-05:00"


@pytest.fixture
def fast(serve: Callable[..., Any]) -> Any:
    """Return a server whose clock runs ten times as fast as life."""
    return serve(world=build_world(seed=7, clock=read_clock(MORNING, 10.0)))


@pytest.mark.second
@pytest.mark.parametrize(("contract", "what"), [("stock", "TRADES"), ("pair", "MIDPOINT"), ("stock", "BID")])
def test_real_time_bars_are_those_of_history(fast: Any, ask: Callable[..., None], contract: str, what: str) -> None:
    talker = fast.talk()
    ask(talker, Request.REAL_TIME_BARS, contract, bar_size=5, what=what, rth=True)
    live = [talker.until(Response.REAL_TIME_BARS)[-1].values for _ in range(3)]
    ask(talker, Request.HISTORICAL_DATA, contract, 8, end="", bar_size="5 secs", duration="120 S", what=what,
        rth=True, format_date=2)  # fmt: skip

    past = {int(bar["date"]): bar for bar in talker.until(Response.HISTORICAL_DATA)[-1].values["bars"]}

    assert [bar["time"] - live[0]["time"] for bar in live] == [0, 5, 10]
    for bar in live:
        for name in ("open", "high", "low", "close", "volume", "count"):
            assert bar[name] == past[bar["time"]][name]


@pytest.mark.second
@pytest.mark.parametrize(
    ("kind", "number", "what"), [("Last", 1, "TRADES"), ("BidAsk", 3, "BID_ASK"), ("MidPoint", 4, "MIDPOINT")]
)
def test_ticks_are_those_of_history(fast: Any, ask: Callable[..., None], kind: str, number: int, what: str) -> None:
    talker = fast.talk()
    ask(talker, Request.TICK_BY_TICK_DATA, "future", tick_type=kind, number_of_ticks=5)
    before = talker.read()
    live = [talker.until(Response.TICK_BY_TICK)[-1].values for _ in range(40)]
    talker.send(Request.CANCEL_TICK_BY_TICK_DATA, request_id=7)
    start, end = live[0]["time"], live[-1]["time"] - 1  # the last second may not have come whole

    market = fast.server.market
    [future] = market.instruments.match({"symbol": "ES", "sec_type": "CONTFUT", "exchange": "CME"})
    past = market.ticks(future, start, end + 1, what)
    name = {1: "price", 3: "bid", 4: "midpoint"}[number]

    assert before.id in (Response.HISTORICAL_TICKS, Response.HISTORICAL_TICKS_BID_ASK, Response.HISTORICAL_TICKS_LAST)
    assert len(before.values["ticks"]) >= 5
    assert before.values["ticks"][-1]["time"] < start
    assert {tick["tick_type"] for tick in live} == {number}
    got = [(tick["time"], tick[name]) for tick in live if tick["time"] <= end]
    assert got == list(zip(past.time.tolist(), past.price.tolist(), strict=True))


def test_all_trades_have_more_than_the_tape(fast: Any, ask: Callable[..., None]) -> None:
    talker = fast.talk()
    ask(talker, Request.TICK_BY_TICK_DATA, "stock", tick_type="AllLast")

    got = [talker.until(Response.TICK_BY_TICK)[-1].values for _ in range(40)]

    unreported = [tick for tick in got if tick["mask"] == 2]
    assert unreported
    assert {tick["exchange"] for tick in unreported} == {"FINRA"}


@pytest.mark.second
def test_kept_up_to_date(sim: Any, talker: Any, ask: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibnb.simulator.server.handlers.market.history._REFRESH", 0.3)
    values = {"bar_size": "5 secs", "duration": "60 S", "what": "TRADES", "rth": True, "format_date": 2}
    ask(talker, Request.HISTORICAL_DATA, "future", end="", keep_up_to_date=True, **values)

    bars = talker.until(Response.HISTORICAL_DATA)[-1].values["bars"]
    updates = [talker.until(Response.HISTORICAL_DATA_UPDATE)[-1].values for _ in range(3)]
    talker.send(Request.CANCEL_HISTORICAL_DATA, request_id=7)
    talker.send(Request.CANCEL_HISTORICAL_DATA, request_id=7)

    assert int(updates[0]["date"]) >= int(bars[-1]["date"])
    assert [int(each["date"]) for each in updates] == sorted(int(each["date"]) for each in updates)
    assert talker.error(request_id=7).values["code"] == 366
    ask(talker, Request.HISTORICAL_DATA, "future", 9, end="20261117 12:00:00", keep_up_to_date=True, **values)
    assert talker.error(request_id=9).values["code"] == 321


@pytest.mark.parametrize(
    ("request_", "contract", "values", "code"),
    [
        (Request.REAL_TIME_BARS, "pair", {"bar_size": 5, "what": "TRADES"}, 420),
        (Request.REAL_TIME_BARS, "stock", {"bar_size": 5, "what": "BID_ASK"}, 321),
        (Request.TICK_BY_TICK_DATA, "pair", {"tick_type": "Last"}, 10189),
        (Request.TICK_BY_TICK_DATA, "index", {"tick_type": "BidAsk"}, 10189),
        (Request.TICK_BY_TICK_DATA, "stock", {"tick_type": "Everything"}, 321),
        (Request.TICK_BY_TICK_DATA, "stock", {"tick_type": "Last", "number_of_ticks": 1001}, 321),
    ],
)
def test_refused(
    talker: Any, ask: Callable[..., None], request_: Request, contract: str, values: dict[str, Any], code: int
) -> None:
    ask(talker, request_, contract, **values)

    assert talker.read().values["code"] == code


def test_without_a_subscription_there_are_no_streams(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    sim.server.subscriptions = Subscriptions(without={"AAPL"})
    ask(talker, Request.REAL_TIME_BARS, "stock", 1, bar_size=5, what="TRADES")
    ask(talker, Request.TICK_BY_TICK_DATA, "stock", 2, tick_type="Last")

    assert [talker.read().values["code"] for _ in range(2)] == [420, 10189]


def test_ends_that_there_is_nothing_to_end(talker: Any) -> None:
    talker.send(Request.CANCEL_REAL_TIME_BARS, request_id=1)
    talker.send(Request.CANCEL_TICK_BY_TICK_DATA, request_id=2)

    assert [talker.read().values["code"] for _ in range(2)] == [300, 300]


def test_five_streams_of_ticks_and_no_more(talker: Any, ask: Callable[..., None]) -> None:
    for number in range(6):
        ask(talker, Request.TICK_BY_TICK_DATA, "stock", number, tick_type="Last")

    assert talker.error(request_id=5).values["code"] == 10190
