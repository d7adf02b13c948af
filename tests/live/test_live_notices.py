"""Remarks of TWS about a request that goes on: they end no stream, no snapshot and no book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from simulator.running import Running
from waiting import until

import ibnb
from ibnb.simulator.scenarios.fault import Fault
from ibnb.tws.codes.book import is_fatal
from ibnb.wire.ids import Request

SOON = 25.0
REMARKS = {
    10090: "Part of requested market data is not subscribed. Subscription-independent ticks are still active.",
    10091: "Part of requested market data requires additional subscription for API.",
    10167: "Requested market data is not subscribed. Displaying delayed market data.",
    10349: "Order TIF was set to DAY based on order preset.",
    2188: "Historical data ends before now: there is no subscription for real-time data.",
}
_DATA = (
    Request.MKT_DATA,
    Request.MKT_DEPTH,
    Request.TICK_BY_TICK_DATA,
    Request.REAL_TIME_BARS,
    Request.HISTORICAL_DATA,
)


class Remarks(Fault):
    """Every request for data is remarked on before it is answered."""

    async def requested(self, client: Any, request: Any) -> float | None:
        """Remark on it."""
        if request.id in _DATA:
            for code, text in REMARKS.items():
                client.error(code, text, request.values["request_id"])
        return 0.0


@pytest.fixture
def session(inside: Running) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=inside.port, timeout=20) as tws:
        yield tws


@pytest.fixture
def remarked(inside: Running) -> Iterator[None]:
    fault = Remarks()
    inside.inspect(lambda: inside.server.scenarios.add(fault))
    yield
    inside.inspect(lambda: inside.server.scenarios.remove(fault))


def remark_on_all(inside: Running, *codes: int) -> None:
    def send() -> None:
        for client in inside.server.clients:
            for request_id in list(client.streams):
                for code in codes:
                    client.error(code, REMARKS.get(code, "Market depth data has been RESET."), request_id)

    inside.inspect(send)


def test_the_book_knows_that_none_of_them_ends_anything() -> None:
    assert not any(is_fatal(code, text) for code, text in REMARKS.items())
    assert not is_fatal(317, "Market depth data has been RESET.")


@pytest.mark.second
@pytest.mark.usefixtures("remarked")
def test_they_end_no_request_that_is_being_answered(session: ibnb.Session) -> None:
    with (
        session.watch(["AAPL", "EUR.USD"]) as board,
        session.depth("EUR.USD") as book,
        session.tick_by_tick("EUR.USD", "BidAsk") as ticks,
        session.realtime_bars("EUR.USD", what="MIDPOINT") as bars,
    ):
        board.wait(2, timeout=SOON)
        assert [each.state for each in (board, book, ticks)] == ["live"] * 3
        assert bars.state != "stopped"
    quotes = session.quotes(["AAPL", "EUR.USD"])
    assert (quotes["bid"] > 0).all()
    assert not quotes["reason"].str.len().any()
    # A duration would be counted back from this machine's clock, and the simulator has one of its own.
    monday: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-02"}
    assert len(session.history("EUR.USD", **monday, bar_size="1 hour", what="MIDPOINT", store=False)) > 1


@pytest.mark.second
def test_they_end_no_stream_that_is_running(inside: Running, session: ibnb.Session) -> None:
    with (
        session.watch(["AAPL", "EUR.USD"]) as board,
        session.depth("EUR.USD") as book,
        session.tick_by_tick("EUR.USD", "BidAsk") as ticks,
    ):
        remark_on_all(inside, *REMARKS)
        board.wait(4, timeout=SOON)
        book.wait(1, timeout=SOON)
        ticks.wait(1, timeout=SOON)

        assert [each.state for each in (board, book, ticks)] == ["live"] * 3
        assert not board.frame["stale"].any()


def test_a_book_that_is_reset_goes_on(inside: Running, session: ibnb.Session) -> None:
    from ibnb.simulator.server.handlers.market.depth import reset_books

    with session.depth("EUR.USD") as book:
        assert inside.inspect(lambda: reset_books(inside.server)) == 1
        book.wait(10, timeout=SOON)
        assert until(lambda: book.frame[["bid", "ask"]].notna().sum().tolist() == [5, 5])
        assert book.state == "live"
        frame = book.frame

    assert frame["bid"].is_monotonic_decreasing and frame["ask"].is_monotonic_increasing
    assert book.state == "stopped"
