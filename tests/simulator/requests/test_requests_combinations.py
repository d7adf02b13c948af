"""Market data of combinations over a real socket: prices that follow from the legs', streams, and what is refused."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

import pytest

from ibnb.simulator.market.subscriptions import Subscriptions
from ibnb.simulator.server.streams.tick_types import DELAYED_AS, Tick
from ibnb.simulator.world import build_world, read_clock
from ibnb.wire.codec import Message
from ibnb.wire.ids import Request, Response

APPLE, MICROSOFT = 265598, 272093
MORNING = "2026-11-18T11:00:30-05:00"
Side = tuple[float, float]


def leg(con_id: int, ratio: int, action: str) -> dict[str, Any]:
    return {"con_id": con_id, "ratio": ratio, "action": action, "exchange": "SMART"}


PAIR = [leg(APPLE, 2, "BUY"), leg(MICROSOFT, 1, "SELL")]
TURNED = [leg(APPLE, 2, "SELL"), leg(MICROSOFT, 1, "BUY")]


def bag(*legs: dict[str, Any]) -> dict[str, Any]:
    return {"symbol": "AAPL,MSFT", "sec_type": "BAG", "exchange": "SMART", "currency": "USD", "legs": list(legs)}


def sides(messages: list[Message]) -> dict[int, Side]:
    """Return price and size by tick type."""
    found = [m.values for m in messages if m.id == Response.TICK_PRICE]
    return {each["tick_type"]: (each["price"], float(each["size"])) for each in found}


@pytest.fixture(scope="module")
def still_morning() -> Any:
    """Return a world in which the morning stands still."""
    return build_world(seed=7, clock=read_clock(MORNING, speed=0))


@pytest.fixture
def still(serve: Callable[..., Any], still_morning: Any) -> Any:
    """Return a server of that world."""
    return serve(world=still_morning)


@pytest.fixture
def shown(still: Any) -> Callable[..., dict[int, Side]]:
    """Return a function that takes a snapshot."""
    talker = still.talk()

    def take(**contract: Any) -> dict[int, Side]:
        talker.send(Request.MKT_DATA, request_id=7, snapshot=True, **contract)
        return sides(talker.until(Response.TICK_SNAPSHOT_END))

    return take


def test_prices_and_sizes_follow_from_the_legs(shown: Callable[..., dict[int, Side]]) -> None:
    apple, microsoft = (shown(con_id=number, exchange="SMART") for number in (APPLE, MICROSOFT))

    pair = shown(**bag(*PAIR))

    assert set(pair) == {Tick.BID, Tick.ASK, Tick.LAST, Tick.CLOSE}
    for tick, sold in ((Tick.BID, Tick.ASK), (Tick.ASK, Tick.BID), (Tick.LAST, Tick.LAST)):
        price, size = pair[tick]
        assert price == pytest.approx(2 * apple[tick][0] - microsoft[sold][0])
        assert size == min(apple[tick][1] // 2, microsoft[sold][1])
    assert pair[Tick.CLOSE][0] == pytest.approx(2 * apple[Tick.CLOSE][0] - microsoft[Tick.CLOSE][0])
    assert pair[Tick.BID][1] > 0


def test_the_same_legs_the_other_way_round(still: Any) -> None:
    talker = still.talk()
    seen = []
    for request_id, legs in ((1, PAIR), (2, TURNED)):
        talker.send(Request.MKT_DATA, request_id=request_id, **bag(*legs))
        seen.append(sides(talker.until(Response.TICK_PRICE, tick_type=Tick.CLOSE)))

    pair, turned = seen
    assert turned[Tick.BID] == (-pair[Tick.ASK][0], pair[Tick.ASK][1])
    assert turned[Tick.ASK] == (-pair[Tick.BID][0], pair[Tick.BID][1])


@pytest.mark.second
def test_a_stream_follows_its_legs_until_it_is_cancelled(sim: Any, talker: Any) -> None:
    talker.send(Request.MKT_DATA, request_id=7, generic_ticks="100,233", **bag(*PAIR))
    start = talker.until(Response.TICK_PRICE, tick_type=Tick.CLOSE)
    later = [talker.until(Response.TICK_PRICE, tick_type=Tick.LAST)[-1].values["price"] for _ in range(3)]
    market = sim.server.market
    now = [market.price(market.instruments.by_con_id(number)) for number in (APPLE, MICROSOFT)]
    talker.send(Request.CANCEL_MKT_DATA, request_id=7)
    talker.send(Request.CANCEL_MKT_DATA, request_id=7)

    assert talker.error(request_id=7).values["code"] == 300
    assert talker.is_silent(0.6)
    assert start[0].id == Response.TICK_REQ_PARAMS
    assert len({sides(start)[Tick.LAST][0], *later}) > 1
    assert later[-1] == pytest.approx(2 * now[0] - now[1], abs=0.002 * (now[0] + now[1]))


def test_data_is_delayed_where_that_of_one_leg_is(still: Any) -> None:
    still.server.subscriptions = Subscriptions(without={"MSFT"})
    talker = still.talk()
    talker.send(Request.MKT_DATA, request_id=7, **bag(*PAIR))
    refused = talker.error(request_id=7)
    talker.send(Request.MARKET_DATA_TYPE, market_data_type=3)
    talker.send(Request.MKT_DATA, request_id=8, snapshot=True, **bag(*PAIR))
    delayed = sides(talker.until(Response.TICK_SNAPSHOT_END))

    assert refused.values["code"] == 10089
    assert "MSFT" in refused.values["message"]
    assert set(delayed) <= set(DELAYED_AS.values())
    market = still.server.market
    then = [market.quote(market.instruments.by_con_id(n), market.clock.now() - 900) for n in (APPLE, MICROSOFT)]
    assert delayed[68][0] == pytest.approx(2 * then[0].last - then[1].last, abs=1.0)


@pytest.mark.parametrize(
    ("legs", "code"),
    [
        ([leg(APPLE, 1, "BUY"), leg(999, 1, "SELL")], 200),
        ([leg(APPLE, 0, "BUY"), leg(MICROSOFT, 1, "SELL")], 321),
        ([leg(APPLE, 1, "HOLD")], 321),
        ([], 321),
    ],
)
@pytest.mark.parametrize("request_", [Request.MKT_DATA, Request.HISTORICAL_DATA])
def test_legs_that_are_none(still: Any, request_: Request, legs: list[dict[str, Any]], code: int) -> None:
    talker = still.talk()
    talker.send(request_, request_id=7, **bag(*legs))

    assert talker.error(request_id=7).values["code"] == code


@pytest.mark.parametrize("what", ["TRADES", "MIDPOINT", "BID", "ASK", "SCHEDULE"])
def test_there_are_no_bars_of_a_combination(still: Any, what: str) -> None:
    talker = still.talk()
    talker.send(
        Request.HISTORICAL_DATA, request_id=7, **bag(*PAIR), bar_size="1 hour", duration="2 D", what=what, rth=True
    )

    answer = talker.error(request_id=7).values

    assert answer["code"] == 162
    assert "HMDS query returned no data" in answer["message"]


def test_an_unmodified_ib_insync_streams_and_takes_snapshots(still: Any) -> None:
    ibi: Any = pytest.importorskip("ib_insync")  # not on Python 3.14
    legs = [ibi.ComboLeg(each["con_id"], each["ratio"], each["action"], "SMART") for each in PAIR]
    contract = ibi.Bag(symbol="AAPL,MSFT", exchange="SMART", currency="USD", comboLegs=legs)

    async def run() -> tuple[Any, Any, list[Any]]:
        ib = ibi.IB()
        await ib.connectAsync("127.0.0.1", still.port, clientId=5, timeout=5)
        try:
            ticker = ib.reqMktData(contract)
            async with asyncio.timeout(5):
                while math.isnan(ticker.close):
                    await ib.updateEvent
            [snapshot] = await ib.reqTickersAsync(contract)
            bars = await ib.reqHistoricalDataAsync(contract, "", "2 D", "1 hour", "MIDPOINT", True)
            return ticker, snapshot, bars
        finally:
            ib.disconnect()

    ticker, snapshot, bars = asyncio.run(run())

    assert ticker.bid < ticker.ask
    assert (snapshot.bid, snapshot.ask, snapshot.last) == (ticker.bid, ticker.ask, ticker.last)
    assert min(ticker.bidSize, ticker.askSize) > 0
    assert list(bars) == []
