"""A rebalance as a person holds it: its orders as they would be sent, previewed as one frame, submitted together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ibnb.errors import IBNBError
from ibnb.trading.handles import Order, Trade, carry_trade
from ibnb.trading.rebalance import LiveRebalance
from ibnb.tws.arguments import seconds_of
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.texts import Html

if TYPE_CHECKING:
    import pandas as pd

_NOTHING = "Nothing is to be ordered."


class Rebalance:
    """Orders towards target weights, unsent. Made by ``tws.rebalance``; a sequence of `Order`."""

    def __init__(self, loop: BackgroundLoop, live: LiveRebalance) -> None:
        self._loop, self._live = loop, live
        self.orders = [Order(loop, planned) for planned in live.orders]

    def preview(self, *, timeout: float | None = 30) -> pd.DataFrame:
        """Return what they would do, one row an order, each by itself: columns of ``ibnb.schema("preview")``."""
        seconds = seconds_of(timeout)
        return self._loop.run(lambda: self._live.preview(timeout=seconds), words="TWS: the previews of the orders")

    def submit(self, force: str | None = None, *, timeout: float | None = 60) -> list[Trade]:
        """Send them one after the other, the biggest sale first, and return their trades.

        The first that does not work ends it: those before it work on, and the error says how many these are.
        """
        seconds = seconds_of(timeout)
        try:
            sent = self._loop.run(lambda: self._live.submit(force, timeout=seconds), words="TWS: the orders")
        except KeyboardInterrupt as interrupt:
            for order in self._live.orders:
                self._loop.run(order.settled)
            interrupt.add_note(
                f"{self._live.submitted} of {len(self)} orders were sent: tws.trades() shows what becomes of them. "
                "Make a new rebalance for what is still to be done."
            )
            raise
        except IBNBError as error:
            carry_trade(self._loop, error)
            raise
        return [Trade(self._loop, each) for each in sent]

    def __len__(self) -> int:
        return len(self.orders)

    def __getitem__(self, number: int) -> Order:
        return self.orders[number]

    def __iter__(self) -> Iterator[Order]:
        return iter(self.orders)

    def __repr__(self) -> str:
        return (
            "\n".join(sentence for order in self.orders for sentence in order.sentences) or "Nothing is to be ordered."
        )

    def _repr_html_(self) -> str:
        rows = [Html("<li>{}</li>").format(sentence) for order in self.orders for sentence in order.sentences]
        return Html("<ol>{}</ol>").format(Html("").join(rows)) if rows else f"<p>{_NOTHING}</p>"
