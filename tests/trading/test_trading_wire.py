"""Orders at a TWS whose single messages come late, twice, changed or never: what is shown of them stays true."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from trading.between import CANCEL_ORDER, EXECUTION, OPEN_ORDER, ORDER_STATUS, Between
from waiting import until

import ibnb
from ibnb.trading.handles import Trade

FAR = 100.0
Connect = Callable[..., ibnb.Session]


@pytest.fixture
def between(simulator: ibnb.Simulator) -> Iterator[Between]:
    found = Between(simulator.port)
    yield found
    found.close()


@pytest.fixture
def tws(between: Between, connect: Connect) -> ibnb.Session:
    return connect(port=between.port, client_id=91)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask after moments of silence rather than seconds."""
    monkeypatch.setattr("ibnb.trading.sending.submit.SILENCE", 0.5)
    monkeypatch.setattr("ibnb.trading.sending.change.SILENCE", 0.5)
    monkeypatch.setattr("ibnb.trading.sending.find.ONCE_MORE", 0.1)
    monkeypatch.setattr("ibnb.trading.sending.find.SYNCED", 0.3)
    monkeypatch.setattr("ibnb.trading.sending.find.DOUBT", 0.1)


def working(tws: ibnb.Session) -> Trade:
    """Return a limit order that works, of which TWS has said all."""
    trade: Trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    assert until(lambda: trade.status == "Submitted")
    return trade


def fill_of(trade: Trade, shares: int) -> list[str]:
    """Return a fill of an order, as TWS tells it."""
    contract = ["265598", "AAPL", "STK", "", "0", "", "", "SMART", "USD", "AAPL", "NMS"]
    where = ["0001.01.01", "20261118  11:00:00", "DU1234567", "NASDAQ", "BOT", str(shares), "100.0"]
    whose = [str(trade.perm_id), "91", "0", str(shares), "100.0", f"ibnb:{trade.ref}", "", "", "", "0"]
    return [EXECUTION, "-1", str(trade.order_id), *contract, *where, *whose]


def status_of(trade: Trade, word: str, filled: int, remaining: int) -> list[str]:
    """Return a status of an order, as TWS tells it."""
    return [
        *(ORDER_STATUS, str(trade.order_id), word, str(filled), str(remaining), "100.0"),
        *(str(trade.perm_id), "0", "100.0", "91", "", "0"),
    ]


def test_a_message_of_before_a_change_turns_nothing_back(between: Between, tws: ibnb.Session) -> None:
    trade = working(tws)
    late = between.last(OPEN_ORDER, trade.order_id)
    trade.modify(quantity=20)

    between.tell(late, late, fill_of(trade, 10))

    assert until(lambda: trade.filled == 10)
    assert (trade.state, trade.quantity, trade.remaining) == ("working", 20, 10)
    assert until(lambda: "TWS knows it" in trade.log["text"].iloc[-1])
    assert trade.quantity == 20
    before = len([each for each in between.asked if each[0] == CANCEL_ORDER])
    trade.cancel()
    assert len([each for each in between.asked if each[0] == CANCEL_ORDER]) == before + 1


def test_what_is_put_back_elsewhere_is_believed_when_tws_says_so_again(tws: ibnb.Session) -> None:
    trade = working(tws)
    trade.modify(price=90.0)
    record = trade._record
    elsewhere: Any = copy.copy(record.order)
    elsewhere.lmtPrice = FAR

    tws.run(lambda ib: ib.client.placeOrder(record.order_id, record.contract, elsewhere))

    assert until(lambda: record.order.lmtPrice == FAR)
    assert trade.modify(quantity=5).quantity == 5
    assert record.order.lmtPrice == FAR


def test_a_status_that_says_that_more_is_to_come_is_believed(between: Between, tws: ibnb.Session) -> None:
    trade = working(tws)
    between.tell(fill_of(trade, 10))
    assert until(lambda: trade.state == "filled")  # by its fills

    between.tell(status_of(trade, "Submitted", 10, 5))

    assert until(lambda: trade.state == "working")
    assert (trade.quantity, trade.remaining) == (15, 5)
    between.tell(status_of(trade, "Filled", 15, 0), status_of(trade, "Submitted", 10, 5))
    assert until(lambda: trade.state == "filled")
    assert trade.wait("done", timeout=5).state == "filled"
