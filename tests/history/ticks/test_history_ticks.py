"""Ticks over real sockets: a range in pages is what one look at the market gives; wishes are checked first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.errors import BadInput
from ibnb.ground.progress import Progress
from ibnb.history.columns.ticks import joined
from ibnb.history.store.kept import MemoryRows
from ibnb.history.ticks.job import TickJob
from ibnb.history.ticks.source import Source
from ibnb.history.ticks.ticks import ticks
from ibnb.history.ticks.wishes import TickWishes
from ibnb.tws.client import filter as wire_filter

ZONE = "America/New_York"
START, END = "2026-04-02 09:30:00", "2026-04-02 09:44:00"
MINUTE: dict[str, Any] = {"start": "2026-04-02 10:00", "end": "2026-04-02 10:01"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate() as sim:
        yield sim


@pytest.fixture
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        yield session


def test_ticks_of_a_range_make_its_bars(tws: ibnb.Session) -> None:
    trades = tws.run(lambda ib: ticks(ib, "AAPL", start=START, end=END, store=False))
    bars = tws.history("AAPL", start=START, end=END, bar_size="1 min", store=False)

    assert len(trades) > 2_000
    assert trades.index.is_monotonic_increasing
    assert trades.index[0] >= pd.Timestamp(START, tz=ZONE)
    assert trades.index[-1] < pd.Timestamp(END, tz=ZONE)
    minutes = trades["price"].resample("1min")
    assert minutes.max().tolist() == bars["high"].tolist()
    assert minutes.min().tolist() == bars["low"].tolist()
    assert minutes.last().tolist() == bars["close"].tolist()
    assert trades["size"].resample("1min").sum().tolist() == bars["volume"].tolist()
    assert minutes.size().tolist() == bars["bar_count"].tolist()
    assert trades.attrs["complete"] is True
    assert trades.attrs["symbol"] == "AAPL"


@pytest.mark.parametrize("what", ["TRADES", "BID_ASK", "MIDPOINT"])
def test_pages_of_any_size_and_direction_give_the_same(
    tws: ibnb.Session, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = int(pd.Timestamp("2026-04-02 09:30:00", tz=ZONE).timestamp())

    async def every(ib: Any) -> list[pd.DataFrame]:
        from ibnb.tws.resolve import resolve

        source = Source(ib, (await resolve(ib, "AAPL")).contract, what, True, False, 10)

        def job(number: int) -> TickJob:
            return TickJob(source, MemoryRows(partial(joined, what)), ZONE, number=number)

        found = [await job(number).forward(begin, begin + 120) for number in (37, 100, 1_000)]
        found.append(await job(90).backward(begin + 120, len(found[0])))
        monkeypatch.setattr(wire_filter, "filter_of", lambda _: None)  # then by the client's own decoding
        found.append(await job(1_000).forward(begin, begin + 120))
        return [each.frame(ZONE) for each in found]

    first, *others = tws.run(every)

    assert len(first) > 100
    assert len(others) == 4
    for other in others:
        pd.testing.assert_frame_equal(other, first)


def test_a_limit_takes_the_first_or_the_last(tws: ibnb.Session) -> None:
    progress = Progress()
    whole = tws.run(lambda ib: ticks(ib, "AAPL", start=START, end=END, store=False, progress=progress))
    first = tws.ticks("AAPL", start=START, end=END, limit=1_500)
    last = tws.ticks("AAPL", end=END, limit=1_500)

    pd.testing.assert_frame_equal(first, whole[:1_500])
    pd.testing.assert_frame_equal(last, whole[-1_500:])
    assert progress.rows == len(whole)
    assert progress.done == progress.planned > 2
    assert progress.line().endswith("ticks")


def test_a_duration_goes_back_over_trading_as_for_bars(tws: ibnb.Session) -> None:
    sunday = "2026-04-12"  # of the week after Easter
    seconds = tws.ticks("AAPL", "120 S", end=sunday, store=False)
    bars = tws.history("AAPL", "120 S", "1 min", end=sunday, store=False)

    same = tws.ticks("AAPL", start="2026-04-10 15:58", end=sunday, store=False)
    pd.testing.assert_frame_equal(seconds, same)
    assert seconds["price"].resample("1min").max().tolist() == bars["high"].tolist()
    assert seconds.attrs["range"] == "120 S back to 2026-04-13 00:00:00, America/New_York"
    first = tws.ticks("AAPL", "120 S", limit=10, end=sunday, store=False)
    pd.testing.assert_frame_equal(first, seconds[:10])
    day = tws.ticks("AAPL", "1 D", what="MIDPOINT", limit=1, end=sunday, store=False)
    assert day.index[0].strftime("%Y-%m-%d %H:%M") == "2026-04-10 09:30"
    assert tws.ticks("AAPL", limit=3, end=sunday, store=False).attrs["range"].startswith("the last 3 to 2026-04-13")


def test_a_range_without_trading_is_an_empty_table(tws: ibnb.Session) -> None:
    weekend = tws.run(lambda ib: ticks(ib, "AAPL", start="2026-04-04", end="2026-04-05", store=False))

    assert weekend.empty
    assert list(weekend.columns)[:2] == ["price", "size"]
    assert str(weekend.index.tz) == ZONE


def test_a_currency_pair_has_quotes(tws: ibnb.Session) -> None:
    quotes = tws.run(lambda ib: ticks(ib, "EUR.USD", what="bid_ask", **MINUTE, store=False))

    assert len(quotes) > 10
    assert (quotes["bid"] <= quotes["ask"]).all()


@pytest.mark.parametrize(
    ("wishes", "named"),
    [
        ({}, "start"),
        ({"start": "2026-04-02", "what": "BID"}, "what"),
        ({"start": "2026-04-02", "what": 5}, "what"),
        ({"start": "2026-04-02", "limit": 0}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"start": "2026-04-03", "end": "2026-04-01"}, "start"),
        ({"start": "2100-01-01"}, "start"),
        ({"start": "soon"}, "start"),
        ({"duration": "10 minutes"}, "duration"),
        ({"duration": 5}, "duration"),
    ],
)
def test_wrong_wishes_are_refused(wishes: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput) as caught:
        TickWishes(**wishes).check()

    assert caught.value.name == named


def test_a_currency_pair_has_no_trades(tws: ibnb.Session) -> None:
    with pytest.raises(BadInput, match="MIDPOINT"):
        tws.run(lambda ib: ticks(ib, "EUR.USD", **MINUTE))
