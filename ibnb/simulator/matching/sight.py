"""What the conditions of an order look at: the market, and the account that the order is for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.worth.segments import segments
from ibnb.simulator.accounts.worth.valuation import value

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.accounts.trades.orders import OrderRecord
    from ibnb.simulator.market import Quote


class BookSight:
    """The view from an account's book at one moment.

    Parameters
    ----------
    book : Book
        The account.
    order : OrderRecord
        The order whose conditions are looked at; executions count from its coming on.
    moment : float
        Epoch seconds.
    """

    def __init__(self, book: Book, order: OrderRecord, moment: float) -> None:
        self._book, self._order, self._moment = book, order, moment

    def now(self) -> float:
        """Return the moment, in epoch seconds."""
        return self._moment

    def quote_of(self, con_id: int) -> Quote:
        """Return the quote of a contract."""
        market = self._book.market
        instrument = market.instruments.by_con_id(con_id)
        assert instrument is not None, "contracts of conditions are looked up before an order is taken"
        return market.quote(instrument, self._moment)

    def cushion(self) -> Decimal:
        """Return excess liquidity as per cent of net liquidation."""
        return segments(self._book, value(self._book))[""].cushion * 100

    def has_executed(self, symbol: str, sec_type: str, exchange: str) -> bool:
        """Return whether the account has traded this since the order came."""
        return any(
            execution.time >= self._order.placed_at
            and execution.perm_id != self._order.perm_id
            and execution.instrument.symbol == symbol
            and sec_type in ("", execution.instrument.sec_type)
            and exchange in ("", "SMART", execution.exchange)
            for execution in reversed(self._book.executions)
        )
