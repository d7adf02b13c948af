"""Past ticks by the page, volume by price, and the errors of what cannot be served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ibnb.wire.ids import Request, Response


def utc(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y%m%d-%H:%M:%S}"


def pages(talker: Any, ask: Callable[..., None], what: str, start: float, number: int) -> list[dict[str, Any]]:
    """Read three pages on end."""
    ticks: list[dict[str, Any]] = []
    for _ in range(3):
        ask(talker, Request.HISTORICAL_TICKS, "stock", start=utc(start), end="", number_of_ticks=number, what=what)
        message = talker.read()
        came = message.values["ticks"]
        early = {tick["time"] for tick in came if tick["time"] < start}
        assert message.values["done"]
        assert len(came) >= number
        assert early <= ({start - 1} if what == "BID_ASK" else set())  # quotes begin a second early, as of a real TWS
        ticks += [tick for tick in came if tick["time"] >= start]
        start = ticks[-1]["time"] + 1
    return ticks


@pytest.mark.parametrize("what", ["TRADES", "BID_ASK", "MIDPOINT"])
def test_pages_continue_one_another(sim: Any, talker: Any, ask: Callable[..., None], what: str) -> None:
    start = int(sim.server.market.clock.now()) - 3600

    got = pages(talker, ask, what, start, 100)

    market = sim.server.market
    stock = market.instruments.by_con_id(265598)
    expected = market.ticks(stock, start, got[-1]["time"] + 1, what)
    assert [tick["time"] for tick in got] == expected.time.tolist()


def test_the_last_ticks_before_a_moment(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    end = int(sim.server.market.clock.now()) - 60
    ask(
        talker, Request.HISTORICAL_TICKS, "stock", start="", end=utc(end), number_of_ticks=1000, what="TRADES", rth=True
    )

    message = talker.read()

    assert message.id == Response.HISTORICAL_TICKS_LAST
    ticks = message.values["ticks"]
    assert len(ticks) >= 1000
    assert ticks[-1]["time"] < end
    assert ticks[-1]["time"] > end - 30
    assert all(tick["exchange"] and tick["size"] > 0 for tick in ticks)


@pytest.mark.parametrize(
    ("contract", "values", "code"),
    [
        ("stock", {"what": "TRADES", "number_of_ticks": 10}, 321),
        ("stock", {"what": "LAST", "number_of_ticks": 10, "end": "20261118-15:00:00"}, 321),
        ("stock", {"what": "TRADES", "number_of_ticks": 1001, "end": "20261118-15:00:00"}, 321),
        ("stock", {"what": "TRADES", "number_of_ticks": 10, "end": "yesterday"}, 10314),
        ("pair", {"what": "TRADES", "number_of_ticks": 10, "end": "20261118-15:00:00"}, 10187),
    ],
)
def test_ticks_refused(talker: Any, ask: Callable[..., None], contract: str, values: dict[str, Any], code: int) -> None:
    ask(talker, Request.HISTORICAL_TICKS, contract, **values)

    assert talker.read().values["code"] == code


def test_a_histogram_adds_up_to_the_volume(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.HISTOGRAM_DATA, "stock", rth=True, period="3 days")

    rows = talker.read().values["rows"]

    market = sim.server.market
    bars = market.bars(market.instruments.by_con_id(265598), None, "3 D", "1 day", "TRADES", True)
    prices = [row["price"] for row in rows]
    assert prices == sorted(set(prices))
    assert bars.low.min() <= prices[0]
    assert prices[-1] <= bars.high.max()
    assert float(sum(row["size"] for row in rows)) == pytest.approx(bars.volume.sum(), rel=1e-3)


@pytest.mark.parametrize(
    ("contract", "period", "code"), [("stock", "three days", 321), ("stock", "3", 321), ("pair", "3 days", 10188)]
)
def test_histogram_refused(talker: Any, ask: Callable[..., None], contract: str, period: str, code: int) -> None:
    ask(talker, Request.HISTOGRAM_DATA, contract, period=period)

    assert talker.read().values["code"] == code
