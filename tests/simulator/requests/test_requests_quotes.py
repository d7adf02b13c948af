"""Quotes over a real socket: what comes first, live and delayed and frozen, generic ticks, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ibnb.simulator.market.subscriptions import Subscriptions
from ibnb.simulator.server.streams.tick_types import DELAYED_AS, Tick
from ibnb.simulator.world import build_world, read_clock
from ibnb.wire.codec import Message
from ibnb.wire.ids import Request, Response

TICKS = (Response.TICK_PRICE, Response.TICK_SIZE, Response.TICK_STRING, Response.TICK_GENERIC)
SATURDAY = "2026-11-21T11:00:00-05:00"


def prices(messages: list[Message]) -> dict[int, float]:
    return {m.values["tick_type"]: m.values["price"] for m in messages if m.id == Response.TICK_PRICE}


def tick_types(messages: list[Message]) -> set[int]:
    return {m.values["tick_type"] for m in messages if m.id in TICKS}


def test_a_snapshot_begins_with_parameters_and_type_and_ends(talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DATA, "stock", snapshot=True)

    got = talker.until(Response.TICK_SNAPSHOT_END)

    assert [m.id for m in got[:2]] == [Response.TICK_REQ_PARAMS, Response.MARKET_DATA_TYPE]
    assert got[0].values["bbo_exchange"] == "9c0001"
    assert got[1].values["market_data_type"] == 1
    shown = prices(got)
    assert shown[Tick.LOW] <= shown[Tick.LAST] <= shown[Tick.HIGH]
    assert 0 < shown[Tick.BID] < shown[Tick.ASK]


@pytest.mark.second
def test_a_stream_goes_on_until_it_is_cancelled(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DATA, "future", generic_ticks="233")

    first = talker.until(Response.TICK_SIZE, tick_type=Tick.VOLUME)[-1]
    later = talker.until(Response.TICK_SIZE, tick_type=Tick.VOLUME)[-1]
    traded = talker.until(Response.TICK_STRING, tick_type=Tick.RT_VOLUME)[-1].values["value"].split(";")
    talker.send(Request.CANCEL_MKT_DATA, request_id=7)
    talker.send(Request.CANCEL_MKT_DATA, request_id=7)

    assert later.values["size"] > first.values["size"]
    assert len(traded) == 6
    assert float(traded[3]) >= later.values["size"]
    assert talker.error(request_id=7).values["code"] == 300
    assert talker.is_silent(0.6)


@pytest.mark.second
def test_clients_of_different_versions_and_ids_see_the_same(sim: Any, ask: Callable[..., None]) -> None:
    talkers = [sim.talk(number, version=version) for number, version in ((1, 150), (2, 200), (3, 176))]
    for number, talker in enumerate(talkers):
        ask(talker, Request.MKT_DATA, "future", request_id=10**number, generic_ticks="233" if number else "")

    seen = [
        {m.values["size"] for _ in range(4) for m in talker.until(Response.TICK_SIZE, tick_type=Tick.VOLUME)[-1:]}
        for talker in talkers
    ]

    assert all(seen[0] & others for others in seen[1:])


@pytest.mark.second
def test_quotes_lie_in_the_bars_of_their_seconds(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    market = sim.server.market
    began = market.clock.now() - 1
    ask(talker, Request.MKT_DATA, "future")
    got = [m for _ in range(6) for m in talker.until(Response.TICK_SIZE, tick_type=Tick.VOLUME)]

    [future] = market.instruments.match({"symbol": "ES", "sec_type": "CONTFUT", "exchange": "CME", "currency": "USD"})
    bars = market.bars(future, market.clock.now() + 1, "60 S", "1 secs", "TRADES", False)
    bars = bars[bars.start >= int(began)]
    last = [m.values["price"] for m in got if m.id == Response.TICK_PRICE and m.values["tick_type"] == Tick.LAST]
    assert last
    assert all(bars.low.min() <= price <= bars.high.max() for price in last)


def test_generic_ticks_agree_with_history(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DATA, "stock", generic_ticks="100,101,104,106,165,221,225,236,293,294,295,318,411,456")

    got = talker.until(Response.TICK_STRING, tick_type=Tick.IB_DIVIDENDS)

    market = sim.server.market
    stock = market.instruments.by_con_id(265598)
    year = market.bars(stock, None, "1 Y", "1 day", "TRADES", True)
    implied = market.bars(stock, None, "5 D", "1 day", "OPTION_IMPLIED_VOLATILITY", True)
    generic = {m.values["tick_type"]: m.values["value"] for m in got if m.id == Response.TICK_GENERIC}
    assert prices(got)[Tick.LOW_52_WEEK] == pytest.approx(year.low[-252:].min(), rel=0.02)
    assert prices(got)[Tick.HIGH_52_WEEK] >= prices(got)[Tick.HIGH_13_WEEK] >= prices(got)[Tick.LAST]
    # the clock goes on between the tick and the bars, and volatility moves by the second
    assert generic[Tick.OPTION_IMPLIED_VOLATILITY] == pytest.approx(implied.close[-1], abs=0.002)
    assert {Tick.CALL_VOLUME, Tick.PUT_OPEN_INTEREST, Tick.AVG_VOLUME, Tick.SHORTABLE, Tick.SHORTABLE_SHARES,
            Tick.TRADE_COUNT, Tick.TRADE_RATE, Tick.VOLUME_RATE, Tick.AUCTION_IMBALANCE} <= tick_types(got)  # fmt: skip


@pytest.mark.parametrize(
    ("contract", "absent", "present"),
    [
        ("pair", {Tick.LAST, Tick.VOLUME}, {Tick.BID, Tick.ASK, Tick.CLOSE}),
        ("index", {Tick.BID, Tick.ASK, Tick.VOLUME}, {Tick.LAST, Tick.CLOSE}),
    ],
)
def test_what_an_instrument_does_not_have(
    talker: Any, ask: Callable[..., None], contract: str, absent: set[int], present: set[int]
) -> None:
    ask(talker, Request.MKT_DATA, contract, snapshot=True)

    seen = tick_types(talker.until(Response.TICK_SNAPSHOT_END))

    assert present <= seen
    assert not absent & seen


def test_an_option_has_greeks_for_each_price(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    market = sim.server.market
    chain = market.option_parameters(265598)[0]
    strike = min(chain.strikes, key=lambda each: abs(each - market.price(market.instruments.by_con_id(265598))))
    [option] = market.instruments.match(
        {"symbol": "AAPL", "sec_type": "OPT", "expiry": chain.expirations[4], "strike": strike, "right": "C"}
    )
    ask(talker, Request.MKT_DATA, option.con_id, snapshot=True)

    got = {m.values["tick_type"]: m.values for m in talker.until(Response.TICK_SNAPSHOT_END) if "delta" in m.values}

    assert set(got) == {10, 11, 12, 13}
    assert got[10]["implied_volatility"] < got[11]["implied_volatility"]
    assert all(0.2 < each["delta"] < 0.8 for each in got.values())
    assert got[10]["option_price"] < got[11]["option_price"]


# Live, delayed, frozen ----------------------------------------------------------------------


def test_delayed_data_is_told_before_it_comes(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    sim.server.subscriptions = Subscriptions(without={"AAPL"})
    talker.send(Request.MARKET_DATA_TYPE, market_data_type=3)
    ask(talker, Request.MKT_DATA, "stock", snapshot=True)

    got = talker.until(Response.TICK_SNAPSHOT_END)

    kinds = [m.id for m in got]
    assert got[kinds.index(Response.ERROR)].values["code"] == 10167
    assert kinds.index(Response.ERROR) < kinds.index(Response.MARKET_DATA_TYPE) < kinds.index(Response.TICK_PRICE)
    assert got[kinds.index(Response.MARKET_DATA_TYPE)].values["market_data_type"] == 3
    assert tick_types(got) <= set(DELAYED_AS.values())
    market = sim.server.market
    then = market.quote(market.instruments.by_con_id(265598), market.clock.now() - 900)
    assert prices(got)[68] == pytest.approx(then.last, rel=0.002)


@pytest.mark.parametrize(
    ("policy", "wanted", "code"),
    [
        (Subscriptions(without={"*"}), 1, 10089),
        (Subscriptions(without={"STK"}, code=354), 2, 354),
        (Subscriptions(without={"STK"}, code=10168), 1, 10168),
        (Subscriptions(without={"NASDAQ"}, code=10090), 1, 10090),
        (Subscriptions(without={"AAPL"}, delayed=False), 3, 10186),
        (Subscriptions(competing=True), 3, 10197),
    ],
)
def test_no_data_says_why(
    sim: Any, talker: Any, ask: Callable[..., None], policy: Subscriptions, wanted: int, code: int
) -> None:
    sim.server.subscriptions = policy
    talker.send(Request.MARKET_DATA_TYPE, market_data_type=wanted)
    ask(talker, Request.MKT_DATA, "stock")

    assert talker.read().values["code"] == code
    assert talker.is_silent(0.4)


def test_a_stream_turns_delayed_when_its_subscription_ends(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    talker.send(Request.MARKET_DATA_TYPE, market_data_type=3)
    ask(talker, Request.MKT_DATA, "stock")
    live = talker.until(Response.MARKET_DATA_TYPE)[-1].values["market_data_type"]
    sim.server.subscriptions = Subscriptions(without={"AAPL"})

    delayed = talker.until(Response.MARKET_DATA_TYPE)
    ticks = talker.until(Response.TICK_PRICE, tick_type=68)

    assert live == 1
    assert delayed[-1].values["market_data_type"] == 3
    assert 10167 in [m.values.get("code") for m in delayed]
    assert tick_types(ticks) <= set(DELAYED_AS.values())


@pytest.fixture
def closed(serve: Callable[..., Any]) -> Any:
    """Return a server on a Saturday, whose markets keep to the exchanges' hours."""
    clock = read_clock(SATURDAY)
    clock.strict = True
    return serve(world=build_world(seed=7, clock=clock))


def test_a_closed_market_has_no_book_unless_it_is_frozen(closed: Any, ask: Callable[..., None]) -> None:
    talker = closed.talk()
    ask(talker, Request.MKT_DATA, "stock", snapshot=True)
    live = talker.until(Response.TICK_SNAPSHOT_END)
    talker.send(Request.MARKET_DATA_TYPE, market_data_type=2)
    ask(talker, Request.MKT_DATA, "stock", snapshot=True)
    frozen = talker.until(Response.TICK_SNAPSHOT_END)

    assert prices(live)[Tick.BID] == prices(live)[Tick.ASK] == -1
    assert prices(live)[Tick.LAST] == prices(frozen)[Tick.LAST] > 0
    assert 0 < prices(frozen)[Tick.BID] < prices(frozen)[Tick.ASK]
    assert [m.values["market_data_type"] for m in frozen if m.id == Response.MARKET_DATA_TYPE] == [2]


# Refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"generic_ticks": "100,999"}, 321),
        ({"generic_ticks": "233", "snapshot": True}, 321),
        ({"generic_ticks": "abc"}, 321),
    ],
)
def test_refused(talker: Any, ask: Callable[..., None], values: dict[str, Any], code: int) -> None:
    ask(talker, Request.MKT_DATA, "stock", **values)

    assert talker.error(request_id=7).values["code"] == code


def test_an_id_in_use_and_an_unknown_contract(talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DATA, "stock")
    ask(talker, Request.MKT_DATA, "pair")
    duplicate = talker.error(request_id=7).values["code"]
    ask(talker, Request.MKT_DATA, 999, request_id=8)

    assert duplicate == 322
    assert talker.error(request_id=8).values["code"] == 200


def test_components_behind_the_best_prices(talker: Any) -> None:
    talker.send(Request.SMART_COMPONENTS, request_id=3, bbo_exchange="9c0001")
    rows = talker.read().values["components"]
    talker.send(Request.SMART_COMPONENTS, request_id=4, bbo_exchange="zzz")

    assert {"bit": 10, "exchange": "NASDAQ", "letter": "Q"} in rows
    assert talker.read().values["code"] == 321


@pytest.mark.parametrize("habit", ["healthy", "habit-contfut-live"])
def test_a_continuous_future_has_history_only(sim: Any, ask: Callable[..., None], habit: str) -> None:
    sim.inspect(lambda: sim.server.scenarios.switch(habit))
    talker = sim.talk()
    asked: dict[Request, dict[str, Any]] = {
        Request.MKT_DATA: {},
        Request.MKT_DEPTH: {"rows": 5, "smart": False},
        Request.REAL_TIME_BARS: {"bar_size": 5, "what": "TRADES", "rth": False},
        Request.TICK_BY_TICK_DATA: {"tick_type": "Last", "number_of_ticks": 0},
    }
    answers = []
    for number, (request, values) in enumerate(asked.items()):
        ask(talker, request, "continuous", 50 + number, **values)
        answers.append(talker.read())

    refused = [answer.id == Response.ERROR and answer.values["code"] == 321 for answer in answers]
    assert refused == [habit == "healthy"] * 4
