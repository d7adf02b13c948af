"""A market whose prices and clock a test sets by hand, and an engine with one account over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from ibnb.simulator.accounts import Books, empty_account
from ibnb.simulator.market import Clock, Instrument, Market, Quote
from ibnb.simulator.matching import Engine, Note

EASTERN = ZoneInfo("US/Eastern")
# A Wednesday, 13:00 in New York: the regular session is open.
NOW = datetime(2026, 3, 18, 13, tzinfo=EASTERN).timestamp()
AAPL, MSFT, EURUSD = 265598, 272093, 12087792
QUOTE = Quote(
    bid=99.99, ask=100.01, last=100.0, bid_size=300.0, ask_size=500.0, last_size=1.0, volume=10_000.0, open=99.0,
    high=101.0, low=98.0, close=98.0, time=0.0,
)  # fmt: skip


class HandClock(Clock):
    """A clock that stands where a test puts it."""

    def __init__(self, strict: bool = False) -> None:
        super().__init__(NOW, speed=0, strict=strict)
        self.moment = NOW

    def now(self) -> float:
        return self.moment


class ScriptedMarket(Market):
    """The simulated market, in which a test sets the quotes of single contracts."""

    def __init__(self, strict: bool = False) -> None:
        self.clock: HandClock
        self.script: dict[int, Quote] = {}
        super().__init__(seed=7, clock=HandClock(strict))

    def quote(self, instrument: Instrument, t: float | None = None) -> Quote:
        moment = self.clock.now() if t is None else t
        scripted = self.script.get(instrument.con_id)
        return super().quote(instrument, moment) if scripted is None else replace(scripted, time=float(floor(moment)))

    def at(self, price: float, con_id: int = AAPL, size: float = 500.0, spread: float = 0.02) -> None:
        """Put a contract's last trade at a price, with bid and ask around it."""
        low, high = round(price - spread / 2, 4), round(price + spread / 2, 4)
        self.script[con_id] = replace(
            self.script.get(con_id, QUOTE), bid=low, ask=high, last=price, bid_size=size, ask_size=size
        )


class Floor:
    """An engine with one account, and shorthand for what tests do with it."""

    def __init__(self, market: ScriptedMarket, cash: int = 10_000_000) -> None:
        self.market = market
        self.books = Books([empty_account(market, "DU1234567", cash=cash)])
        self.book = self.books["DU1234567"]
        self.engine = Engine(market, self.books)
        self.notes: list[Note] = []

    def place(self, order_id: int, order_type: str = "MKT", client: int = 1, **fields: Any) -> list[str]:
        """Place an order; return what is said, as `said` gives it."""
        values = {
            "order_id": order_id, "con_id": AAPL, "exchange": "SMART", "action": "BUY",
            "total_quantity": Decimal(10), "order_type": order_type, **fields,
        }  # fmt: skip
        values["total_quantity"] = Decimal(values["total_quantity"])
        return self._told(self.engine.place(client, values))

    def cancel(self, order_id: int, client: int = 1) -> list[str]:
        return self._told(self.engine.cancel(client, order_id))

    def pass_seconds(self, seconds: float = 1.0) -> list[str]:
        """Let time go on, and match."""
        self.market.clock.moment += seconds
        return self._told(self.engine.tick())

    def move(self, price: float, **fields: Any) -> list[str]:
        """Let a second pass in which the price goes elsewhere."""
        self.market.at(price, **fields)
        return self.pass_seconds()

    def order(self, order_id: int, client: int = 1) -> Any:
        found = self.book.find(client, order_id)
        assert found is not None
        return found

    def held(self, con_id: int = AAPL) -> Decimal:
        position = self.book.ledger.positions.get(con_id)
        return position.quantity if position else Decimal(0)

    def _told(self, notes: list[Note]) -> list[str]:
        self.notes = notes
        return [said(note) for note in notes]


def said(note: Note) -> str:
    """Return a note in short: ``5 Submitted``, ``3 Filled 10``, ``11 10@100.01``, ``59``, ``4 202``."""
    number, values = int(note.event.response), note.event.values
    if number == 5:
        return f"5 {values['status']}"
    if number == 3:
        why = f" {values['why_held']}" if values["why_held"] else ""
        return f"3 {values['status']} {values['filled'].normalize():f}{why}"
    if number == 11:
        return f"11 {values['shares'].normalize():f}@{values['price']}"
    return f"4 {values['code']}" if number == 4 else str(number)
