"""The books before a loss and after it: every difference is told, once, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ibnb.tws.client.backend import load
from ibnb.tws.keeping.books import Books, OpenOrder, changes

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ACCOUNT = "DU1234567"
ORDER = OpenOrder("BUY 5 AAPL LMT", "Submitted", 0.0)
AMOUNTS = st.sampled_from([-3.0, 0.5, 1.0, 200.0])
POSITIONS = st.dictionaries(st.tuples(st.just(ACCOUNT), st.integers(1, 4)), st.tuples(st.just("AAPL"), AMOUNTS))
ORDERS = st.dictionaries(st.integers(1, 4), st.builds(OpenOrder, st.just("BUY 5 AAPL LMT"), st.text("ab"), AMOUNTS))
CASH = st.dictionaries(st.tuples(st.just(ACCOUNT), st.sampled_from(["USD", "EUR"])), AMOUNTS)
BOOKS = st.builds(Books, POSITIONS, ORDERS, CASH)


def fill(exec_id: str = "1", perm_id: int = 7, when: datetime = NOW) -> Any:
    execution = SimpleNamespace(
        execId=exec_id, permId=perm_id, time=when, acctNumber=ACCOUNT, side="SLD", shares=5.0, price=201.5
    )
    return SimpleNamespace(execution=execution, contract=load().module.Stock("AAPL", "SMART", "USD"))


@given(BOOKS)
def test_nothing_changed_nothing_told(books: Books) -> None:
    assert changes(books, books) == []


@given(BOOKS, BOOKS)
def test_each_difference_is_told_once_whichever_way(one: Books, other: Books) -> None:
    positions = {key for key in one.positions | other.positions if one.positions.get(key) != other.positions.get(key)}
    orders = {key for key in one.orders | other.orders if one.orders.get(key) != other.orders.get(key)}
    cash = {key for key in one.cash.keys() & other.cash.keys() if one.cash[key] != other.cash[key]}

    for found in (changes(one, other), changes(other, one)):
        kinds = [change.kind for change in found]
        assert kinds.count("position-changed") == len(positions)
        assert kinds.count("order-changed") == len(orders)
        assert kinds.count("cash-changed") == len(cash)


def test_accounts_are_masked() -> None:
    before = Books({(ACCOUNT, 1): ("AAPL", 5.0)}, {}, {(ACCOUNT, "USD"): 10.0})
    after = Books({}, {}, {(ACCOUNT, "USD"): 20.0})

    told = "\n".join(change.text for change in changes(before, after, [fill()]))

    assert ACCOUNT not in told
    assert "DU***567 holds 0 AAPL, before 5." in told and "sold 5 AAPL" in told and "20.00 USD in cash" in told


def test_an_order_that_is_gone_was_filled_or_is_only_gone() -> None:
    before = Books(orders={7: ORDER, 8: ORDER})

    told = [change.text for change in changes(before, Books(), [fill(perm_id=7)]) if change.kind == "order-changed"]

    assert told == ["BUY 5 AAPL LMT: it was filled.", "BUY 5 AAPL LMT: it is not open any more."]


def test_fills_that_were_known_or_are_older_are_not_told() -> None:
    before = replace(Books(), fills=frozenset({"1"}))
    fills = [fill("1"), fill("2", when=NOW - timedelta(hours=1)), fill("3", when=NOW + timedelta(seconds=1))]

    assert len(changes(before, Books(), fills, NOW)) == 1
    assert len(changes(before, Books(), fills)) == 2
