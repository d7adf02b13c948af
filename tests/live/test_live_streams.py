"""Depth, single ticks and real-time bars over real sockets: frames, callbacks, limits, refusals, nonsense."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from times import times_of
from waiting import until, until_async

import ibnb
from ibnb.errors import BadInput, IBNBError, RequestError
from ibnb.live.depth_book import ASK, BID, DELETE, INSERT, UPDATE, Book, BrokenBookError, Level
from ibnb.tables.market import bars, depth, ticks

SOON = 20.0


# Depth ----------------------------------------------------------------------------------------------------------------


def test_a_book_has_its_schema_and_its_order(tws: ibnb.Session) -> None:
    changed: list[list[int]] = []
    with tws.depth("EUR.USD", limit=4) as book:
        book.on_update(lambda _book, levels: changed.append(levels), every=0)
        frame = book.wait(4, timeout=SOON)

        assert frame.columns.tolist() == [column.name for column in depth.SCHEMA.columns]
        assert frame.index.tolist() == [0, 1, 2, 3]
        assert frame["bid"].is_monotonic_decreasing and frame["ask"].is_monotonic_increasing
        assert (frame["bid"] < frame["ask"]).all()
        assert {level for levels in changed for level in levels} <= {0, 1, 2, 3} and changed
        assert "depth of EUR.USD" in repr(book) and '<th scope="row">' in book._repr_html_()
    assert book.state == "stopped" and len(book.frame) == 4


@pytest.mark.second
def test_a_stock_shows_the_exchanges_behind_smart(tws: ibnb.Session) -> None:
    with tws.depth("AAPL") as book:
        assert book.wait(1, timeout=SOON)["bid_maker"].str.len().min() > 0


@pytest.mark.second
def test_the_client_comes_to_the_same_book(tws: ibnb.Session) -> None:
    async def both(ib: Any) -> tuple[list[tuple[float, float]], pd.DataFrame]:
        book = await ibnb.aio.depth(ib, "EUR.USD", limit=5)
        ticker = ib.reqMktDepth(book.contract, numRows=5)
        pairs: list[tuple[list[tuple[float, float]], pd.DataFrame]] = []

        def alike() -> bool:  # each has a subscription of its own: now and then one of them is a message ahead
            pairs.append(([(level.price, level.size) for level in ticker.domBids], book.frame))
            return len(pairs[-1][0]) == 5 and pairs[-1][0] == rows_of(pairs[-1][1])

        await until_async(alike)
        ib.cancelMktDepth(book.contract)
        book.stop()
        return pairs[-1]

    def rows_of(frame: pd.DataFrame) -> list[tuple[float, float]]:
        return list(zip(frame["bid"], frame["bid_size"], strict=True))

    own, frame = tws.run(both)

    assert len(own) == 5
    assert own == rows_of(frame)


def test_more_books_than_tws_serves_are_refused_before_anything_is_sent(
    simulator: ibnb.Simulator, tws: ibnb.Session
) -> None:
    books = [tws.depth(pair) for pair in ("EUR.USD", "GBP.USD", "USD.JPY")]
    before = simulator.received()["MKT_DEPTH"]
    try:
        with pytest.raises(RequestError, match="3 are open, and TWS serves 3 at once") as caught:
            tws.depth("AUD.USD")
        assert "reqMktDepth(GBP.USD, 5)" in str(caught.value) and "tws.lines.limit" in str(caught.value)
        assert simulator.received()["MKT_DEPTH"] == before
    finally:
        for book in books:
            book.stop()


@pytest.mark.parametrize("rows", [0, 61, 2.5, True, "5"])
def test_impossible_rows_are_refused(tws: ibnb.Session, rows: Any) -> None:
    with pytest.raises(BadInput, match="limit"):
        tws.depth("EUR.USD", limit=rows)


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_a_book_with_a_malformed_message_is_asked_for_anew(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    with tws.depth("EUR.USD") as book:
        before = simulator.received()["MKT_DEPTH"]
        told: list[str] = []
        book.on_update(lambda same, _changed: told.append(repr(same)), every=0)  # each state, however short
        simulator.scenario("malformed:response=MARKET_DEPTH,how=short")
        assert until(lambda: any("asked for anew" in words for words in told))
        simulator.scenario("healthy")
        assert until(lambda: book.state == "live")
        frame = book.wait(2, timeout=SOON)

        assert simulator.received()["MKT_DEPTH"] > before
        assert frame["bid"].is_monotonic_decreasing and len(frame) <= 5


def test_changes_that_do_not_fit_are_found() -> None:
    book, level = Book(), Level(1.0, 1.0, "")
    for side, position, operation in (
        (BID, 1, INSERT),
        (BID, 1, UPDATE),
        (2, 0, INSERT),
        (BID, -1, INSERT),
        (BID, 0, 7),
    ):
        with pytest.raises(BrokenBookError):
            book.change(side, position, operation, level)
    book.change(BID, 0, DELETE, level)
    book.change(BID, 0, UPDATE, level)
    book.change(ASK, 0, INSERT, Level(2.0, 1.0, ""))
    book.change(ASK, 0, INSERT, Level(1.5, 1.0, ""))

    assert book.columns(5)["ask"] == [1.5, 2.0]
    assert np.isnan(book.columns(5)["bid"][1])
    book.clear()
    assert book.columns(5)["level"] == []


# Tick by tick ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contract", "kind", "what"),
    [
        ("AAPL", "AllLast", "TRADES"),
        ("AAPL", "Last", "TRADES"),
        ("AAPL", "BidAsk", "BID_ASK"),
        ("SPY", "MidPoint", "MIDPOINT"),
    ],
)
def test_every_kind_of_tick_has_its_columns(tws: ibnb.Session, contract: str, kind: str, what: str) -> None:
    with tws.tick_by_tick(contract, kind) as stream:
        frame = stream.wait(3, timeout=SOON)

    assert tuple(frame.columns) == ticks.COLUMNS[what]
    assert str(times_of(frame).tz) == "America/New_York" and frame.index.is_monotonic_increasing
    assert frame.iloc[:, 0].notna().all()
    assert frame.attrs["kind"] == kind


@pytest.mark.second
def test_new_ticks_come_to_the_callback_once_each_and_the_latest_are_kept(tws: ibnb.Session) -> None:
    pieces: list[pd.DataFrame] = []
    with tws.tick_by_tick("AAPL", limit=5) as stream:
        start = len(stream.frame)
        stream.on_update(lambda _stream, new: pieces.append(new), every=0)
        stream.wait(12, timeout=SOON)
        assert until(lambda: sum(map(len, pieces)) >= 12)
        frame = stream.frame

    assert len(frame) == 5 and start <= 5
    assert max(map(len, pieces)) <= 5


@pytest.mark.second
def test_the_same_ticks_as_the_client_has(tws: ibnb.Session) -> None:
    async def both(ib: Any) -> tuple[list[Any], pd.DataFrame]:
        stream = await ibnb.aio.tick_by_tick(ib, "SPY", "Last")
        ticker, seen = ib.reqTickByTickData(stream.contract, "Last"), list[Any]()
        ticker.updateEvent += lambda updated: seen.extend(updated.tickByTicks)
        await stream.wait(8)
        assert await until_async(lambda: len(seen) >= 4)
        ib.cancelTickByTickData(stream.contract, "Last")
        frame = stream.frame
        stream.stop()
        return seen, frame

    seen, frame = tws.run(both)

    own = [(tick.price, tick.size, tick.exchange) for tick in seen]
    ours = list(zip(frame["price"], frame["size"], frame["exchange"], strict=True))
    shared = [row for row in ours if row in own]
    assert own and shared == [row for row in own if row in ours]


@pytest.mark.second
def test_a_sixth_is_refused_before_anything_is_sent(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    streams = [tws.tick_by_tick(symbol, "BidAsk") for symbol in ("AAPL", "SPY", "MSFT", "NVDA", "QQQ")]
    before = simulator.received()["TICK_BY_TICK_DATA"]
    try:
        with pytest.raises(RequestError, match="5 are open"):
            tws.tick_by_tick("GBP.USD", "MidPoint")
        assert simulator.received()["TICK_BY_TICK_DATA"] == before
    finally:
        for stream in streams:
            stream.stop()


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("AAPL", "allast"), "AllLast"),
        (("AAPL", "bid and ask"), "'BidAsk'"),
        (("EUR.USD", "Last"), "MidPoint"),
        (("AAPL", 3), "AllLast"),
    ],
)
def test_impossible_kinds_are_refused_with_a_hint(tws: ibnb.Session, arguments: tuple[Any, Any], hint: str) -> None:
    with pytest.raises(BadInput, match=hint):
        tws.tick_by_tick(*arguments)
    with pytest.raises(BadInput, match="limit"):
        tws.tick_by_tick("AAPL", limit=0)


# Real-time bars -------------------------------------------------------------------------------------------------------


@pytest.mark.second
def test_bars_come_every_five_seconds() -> None:
    with ibnb.simulate(clock="2026-11-18T11:00:00-05:00", speed=40) as sim, ibnb.connect(port=sim.port) as tws:
        pieces: list[pd.DataFrame] = []
        with tws.realtime_bars("AAPL", limit=3) as trades, tws.realtime_bars("EUR.USD", "MIDPOINT") as middle:
            trades.on_update(lambda _bars, new: pieces.append(new), every=0)
            middle.wait(2, timeout=SOON)
            frame = trades.wait(4, timeout=SOON)

    assert frame.columns.tolist() == [column.name for column in bars.SCHEMA.columns]
    assert len(frame) == 3 and frame.index.is_unique
    assert set(np.diff(times_of(frame).asi8 // 10**6)) == {5}
    assert (frame["volume"] > 0).all() and middle.frame["volume"].isna().all()
    assert pd.concat(pieces).index.is_unique
    assert frame.attrs["bar_size"] == "5 secs"


@pytest.mark.parametrize(
    ("arguments", "allowed"), [(("AAPL", "trades"), "TRADES"), (("EUR.USD",), "MIDPOINT"), (("AAPL", "BID_ASK"), "ASK")]
)
def test_impossible_bars_are_refused(tws: ibnb.Session, arguments: tuple[Any, ...], allowed: str) -> None:
    with pytest.raises(BadInput, match=allowed):
        tws.realtime_bars(*arguments)


# Refused, malformed, over ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("healthy_again")
def test_tws_own_refusals_are_told_and_nothing_stays_behind(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("no-subscription")
    asked: list[tuple[Callable[[], Any], str]] = [
        (lambda: tws.depth("AAPL"), "354"),
        (lambda: tws.tick_by_tick("AAPL"), "10189"),
        (lambda: tws.realtime_bars("AAPL"), "420"),
        (lambda: tws.depth("NOPE"), "200"),
    ]

    for ask, code in asked:
        with pytest.raises(RequestError, match=code):
            ask()

    from ibnb.tws.subscriptions.stream import streams_of

    assert streams_of(tws.ib) == []


@pytest.mark.second
@pytest.mark.parametrize("how", ["short", "text", "unknown"])
@pytest.mark.usefixtures("healthy_again")
def test_malformed_ticks_are_left_out(simulator: ibnb.Simulator, tws: ibnb.Session, how: str) -> None:
    with tws.tick_by_tick("SPY", "BidAsk") as stream:
        simulator.scenario(f"malformed:response=TICK_BY_TICK,how={how}")
        time.sleep(0.4)
        simulator.scenario("healthy")
        frame = stream.wait(3, timeout=SOON)

    assert (frame["bid"] <= frame["ask"]).all() and frame["bid"].between(1, 10_000).all()
    assert frame.index.min().year >= 2026


def test_one_that_is_stopped_says_so(tws: ibnb.Session) -> None:
    stream = tws.tick_by_tick("AAPL")
    stream.stop()

    with pytest.raises(IBNBError, match="stopped"):
        stream.wait(timeout=1)
    with pytest.raises(BadInput):
        stream.wait(0)
    assert "■ stopped" in repr(stream)
