"""Accounts in a file: what is read is what was written, and a damaged file is refused and left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ibnb.errors import BadInput, SimulatorError
from ibnb.simulator.accounts import Books, demo_account, empty_account
from ibnb.simulator.accounts.state import StateFile
from ibnb.simulator.market import Market
from ibnb.simulator.matching import Engine

MOMENT = datetime(2026, 3, 18, 13, tzinfo=ZoneInfo("US/Eastern"))
LEG = {
    "ratio": 1, "exchange": "SMART", "open_close": 0, "short_sale_slot": 0, "designated_location": "",
    "exempt_code": -1,
}  # fmt: skip


@pytest.fixture(scope="module")
def market(make_real_market: Callable[..., Market]) -> Market:
    return make_real_market(MOMENT)


@pytest.fixture
def books(market: Market) -> Books:
    """Accounts with something of everything: the demo account, and orders of several kinds."""
    books = Books([demo_account(market), empty_account(market, "DU7654321")])
    engine = Engine(market, books)
    common = {"exchange": "SMART", "action": "BUY", "total_quantity": Decimal(5), "account": "DU7654321"}
    combo = {
        "sec_type": "BAG", "con_id": 0, "symbol": "AAPL", "currency": "USD",
        "combo_legs": [{"con_id": 265598, "action": "BUY", **LEG}, {"con_id": 272093, "action": "SELL", **LEG}],
    }  # fmt: skip
    condition = {"type": 6, "conjunction": "a", "is_more": True, "value": Decimal(10**15), "con_id": 265598}
    for number, fields in enumerate(
        [
            {"con_id": 265598, "order_type": "MKT"},
            {"con_id": 265598, "order_type": "TRAIL", "action": "SELL", "aux_price": 1.5},
            {"con_id": 265598, "order_type": "MKT", "conditions": [{**condition, "exchange": "SMART"}]},
            {**combo, "order_type": "MKT"},
            {**combo, "order_type": "LMT", "lmt_price": -5000.0, "compete_against_best_offset": float("inf")},
        ],
        1,
    ):
        engine.place(3, {"order_id": number, **common, **fields})
    return books


def content(books: Books) -> list[Any]:
    return [
        [
            book.account, book.base_currency, book.last_serial, book.ledger.cash, book.ledger.journal,
            list(book.ledger.positions.values()), [asdict(order) for order in book.orders], book.executions,
        ]
        for book in books
    ]  # fmt: skip


def test_accounts_are_read_as_they_were_written(market: Market, books: Books, tmp_path: Path) -> None:
    file = StateFile(tmp_path / "accounts.json", market)
    assert not file.exists()

    file.save(books)
    again = file.load()

    assert content(again) == content(books)
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.json"]
    assert again.next_order_id(3) == books.next_order_id(3) == 6


def test_accounts_trade_on(market: Market, books: Books, tmp_path: Path) -> None:
    file = StateFile(tmp_path / "accounts.json", market)
    file.save(books)

    def trade(accounts: Books) -> list[Any]:
        engine = Engine(market, accounts)
        notes = engine.cancel(3, 2) + engine.cancel(3, 5)
        notes += engine.place(
            3,
            {
                "order_id": 6, "con_id": 265598, "exchange": "SMART", "action": "SELL", "order_type": "MKT",
                "total_quantity": Decimal(5), "account": "DU7654321",
            },
        )  # fmt: skip
        return [(note.event.response, note.event.values) for note in notes]

    assert trade(file.load()) == trade(books)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[1, 2]",
        lambda text: text.replace("ibnb simulator accounts", "something else"),
        lambda text: text.replace('"cash"', '"money"'),
        lambda text: text.replace('"con_id": 265598', '"con_id": 424242424'),
        lambda text: text.replace('"action": "BUY"', '"action": "HOLD"'),
        lambda text: text.replace('{"decimal": "5"}', '{"decimal": "five"}'),
    ],
)
def test_damaged_file_is_refused_and_left_alone(
    market: Market, books: Books, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    path = tmp_path / "accounts.json"
    StateFile(path, market).save(books)
    damaged = damage(path.read_text())
    path.write_text(damaged)

    with pytest.raises(SimulatorError, match=r"accounts\.json cannot be read .* The file was left as it is"):
        StateFile(path, market).load()

    assert path.read_text() == damaged


def test_file_of_another_market_is_refused(market: Market, books: Books, tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    StateFile(path, market).save(books)
    path.write_text(path.read_text().replace('"seed": 7', '"seed": 8'))

    with pytest.raises(BadInput, match="seed=7 is not possible: 8, the seed of the market in"):
        StateFile(path, market).load()


def test_folder_must_exist(market: Market, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a file in a folder that exists"):
        StateFile(tmp_path / "none" / "accounts.json", market)


def test_what_cannot_be_written_leaves_the_old_file(market: Market, books: Books, tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    file = StateFile(path, market)
    file.save(books)
    before = path.read_text()
    books["DU7654321"].orders[0].fields["order_ref"] = object()

    with pytest.raises(TypeError, match="cannot be kept"):
        file.save(books)

    assert path.read_text() == before
    assert json.loads(before)["version"] == 1
    assert list(tmp_path.iterdir()) == [path]
