"""Several accounts under one log-in."""

from __future__ import annotations

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.accounts import Book, Books, OrderRecord, empty_account, value


@pytest.fixture
def books(market):
    return Books([Book(market, "DF1000000"), empty_account(market, "DU1000001", cash=5_000)])


def test_books_are_listed_in_their_order(books):
    assert books.accounts == ["DF1000000", "DU1000001"]
    assert [book.account for book in books] == books.accounts
    assert len(books) == 2
    assert "DU1000001" in books
    assert books["DU1000001"].account == "DU1000001"


def test_unnamed_account_is_the_only_one_or_none(books):
    assert books.only("") is None
    assert books.only("DU1000001") is books["DU1000001"]
    assert books.only("DU9") is None
    assert Books([books["DU1000001"]]).only("") is books["DU1000001"]


@pytest.mark.parametrize(
    ("group", "accounts"),
    [
        ("All", ["DF1000000", "DU1000001"]),
        ("", ["DF1000000", "DU1000001"]),
        ("DU1000001", ["DU1000001"]),
        ("x", []),
    ],
)
def test_groups(books, group, accounts):
    assert [book.account for book in books.group(group)] == accounts


def test_no_account_and_the_same_account_twice_are_refused(market):
    with pytest.raises(BadInput, match="at least one"):
        Books([])
    with pytest.raises(BadInput, match="once"):
        Books([Book(market), Book(market)])


def test_next_order_id_is_beyond_the_client_s_own_in_all_accounts(books, named):
    for account, order_id, client_id in (("DF1000000", 4, 1), ("DU1000001", 9, 1), ("DU1000001", 30, 2)):
        fields = {"action": "BUY", "total_quantity": 1, "order_type": "MKT"}
        books[account].submit(OrderRecord(named["share"], fields, order_id=order_id, client_id=client_id))

    assert [books.next_order_id(client_id) for client_id in (0, 1, 2)] == [1, 10, 31]


def test_empty_account_holds_cash_alone(books):
    valuation = value(books["DU1000001"])

    assert valuation.positions == []
    assert valuation.base(lambda part: part.net_liquidation) == 5_000
