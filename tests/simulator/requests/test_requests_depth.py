"""The depth of book: the best rows are the quote, and what a client keeps of the changes is the book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ibnb.simulator.market.ticks.depth import ASK, BID, DELETE, INSERT, Change, Level, levels, steps
from ibnb.simulator.server.handlers.market.depth import reset_books
from ibnb.wire.codec import Message
from ibnb.wire.ids import Request, Response

SIDES = st.lists(st.builds(Level, st.integers(1, 5).map(float), st.integers(1, 3).map(float), st.sampled_from("AB")))


def applied(side: list[Level], changes: list[Change], by_position: bool) -> list[Level]:
    """Keep a book as clients do: as a list that rows are inserted into, or by position."""
    held = dict(enumerate(side))
    for position, operation, level in changes:
        if operation == DELETE:
            assert position == len(held) - 1
            del held[position]
        elif operation == INSERT and not by_position:
            rows = [*held.values()]
            rows.insert(position, level)
            held = dict(enumerate(rows))
        else:
            held[position] = level
    return [*held.values()]


@given(SIDES, SIDES, st.booleans())
def test_the_changes_lead_from_one_book_to_the_next(before: list[Level], after: list[Level], by_position: bool) -> None:
    assert applied(before, steps(before, after), by_position) == after


def test_the_best_rows_are_the_quote(sim: Any) -> None:
    market = sim.server.market
    stock = market.instruments.by_con_id(265598)
    moment = market.clock.now()

    book, top = levels(market, stock, moment, 6), market.tape(stock, moment).at(moment)

    assert (book[BID][0].price, book[ASK][0].price) == (top.bid, top.ask)
    assert (book[BID][0].size, book[ASK][0].size) == (top.quote.bid_size, top.quote.ask_size)
    bids = [row.price for row in book[BID]]
    assert bids == sorted(set(bids), reverse=True)
    assert len(bids) == 6


def rows_of(messages: list[Message], kind: Response) -> list[dict[str, Any]]:
    return [m.values for m in messages if m.id == kind]


def test_a_book_by_price_comes_whole_then_in_changes(talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DEPTH, "pair", rows=3)

    first = [talker.read() for _ in range(6)]
    change = talker.read(5)

    assert {m.id for m in first} == {Response.MARKET_DEPTH}
    assert [(m.values["side"], m.values["position"], m.values["operation"]) for m in first] == [
        (side, position, INSERT) for side in (BID, ASK) for position in range(3)
    ]
    assert change.values["operation"] == 1
    talker.send(Request.CANCEL_MKT_DEPTH, request_id=7)
    talker.send(Request.CANCEL_MKT_DEPTH, request_id=7)
    assert talker.error(request_id=7).values["code"] == 310


def test_smart_depth_names_the_exchanges(talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DEPTH, "stock", rows=6, smart=True)

    got = rows_of([talker.read() for _ in range(12)], Response.MARKET_DEPTH_L2)

    assert len(got) == 12
    assert all(row["smart"] and row["market_maker"] for row in got)


def test_a_reset_voids_the_rows(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DEPTH, "pair", rows=2)
    for _ in range(4):
        talker.read()

    assert sim.inspect(lambda: reset_books(sim.server)) == 1
    assert talker.error(request_id=7).values["code"] == 317
    assert talker.read().values["operation"] == INSERT


def test_where_there_is_no_depth(talker: Any, ask: Callable[..., None]) -> None:
    ask(talker, Request.MKT_DEPTH, "stock", rows=5)
    assert talker.read().values["code"] == 10092

    ask(talker, Request.MKT_DEPTH, "index", rows=5)
    assert talker.read().values["code"] == 10092


def test_three_books_and_no_more(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    for number in range(4):
        ask(talker, Request.MKT_DEPTH, "pair", request_id=number, rows=1)

    assert talker.error(request_id=3).values["code"] == 309
