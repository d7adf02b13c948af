"""What a person holds of an order in a session: an `Order` before it is sent, a `Trade` after."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

from ibnb.errors import IBNBError, NotConnected, RequestTimeout
from ibnb.ground.masking import mask_account, mask_text
from ibnb.trading.orders import close_out
from ibnb.trading.records.record import Record
from ibnb.trading.records.told import Told
from ibnb.trading.sending.planned import Planned
from ibnb.trading.sending.trade import LiveTrade
from ibnb.tws.arguments import check_whole, seconds_of
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.texts import Html

if TYPE_CHECKING:
    import pandas as pd

_SENT = "It was sent: tws.trades() shows what becomes of it. Nothing is to be sent again."
_NOT_SENT = "It was not sent, and may be submitted again."


class Order:
    """An order that was not sent: it shows itself, is previewed, and submitted once. Made by ``tws.limit`` and its kin.

    Attributes
    ----------
    account : str
        Whose.
    contract : Contract
        What is ordered.
    sentences : tuple of str
        What is asked for, in words.
    refs : tuple of str
        The reference of each, by which TWS and the audit log know it.
    """

    def __init__(self, loop: BackgroundLoop, planned: Planned) -> None:
        self._loop, self._planned = loop, planned
        self.account, self.contract = planned.plan.account, copy.copy(planned.plan.contract)
        self.sentences = planned.plan.sentences
        self.refs = tuple(line.token for line in planned.plan.lines)

    @property
    def is_submitted(self) -> bool:
        """Whether it was sent; then it is not sent again."""
        return self._planned.is_submitted

    @property
    def is_previewed(self) -> bool:
        """Whether a preview was made in the last 30 seconds."""
        return self._planned.is_previewed

    @property
    def frame(self) -> pd.DataFrame:
        """What is asked for, one row an order, without the columns that are empty; TWS is not asked."""
        from ibnb.tables.order import preview

        plan = self._planned.plan
        told = [{"role": line.role, "sentence": text} for line, text in zip(plan.lines, self.sentences, strict=True)]
        frame = preview.frame([SimpleNamespace(contract=plan.contract, order=line.order) for line in plan.lines], told)
        return frame[[name for name in frame.columns if frame[name].notna().any() and frame[name].ne("").any()]]

    def preview(self, *, timeout: float | None = 10) -> pd.DataFrame:
        """Return what it would do, one row an order; nothing is sent that could be filled.

        TWS request: placeOrder with whatIf, and what the guards want to know.

        Parameters
        ----------
        timeout : float, optional
            Seconds; None for as long as it takes.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("preview")``: commission, margins and equity before and after, the position after,
            TWS's warning, and what each guard says.

        Raises
        ------
        ReadOnly, OrderRejected
            If the session, or TWS (where its API is read-only), takes no orders: to TWS a preview is one.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port, readonly=False) as tws:
        ...     order = tws.limit("BUY", 10, "AAPL", 100)
        ...     order.preview()["stopped_by"].tolist()
        ['']
        """
        seconds = seconds_of(timeout)
        return self._loop.run(lambda: self._planned.preview(timeout=seconds), words="TWS: the preview of the order")

    def submit(self, force: str | None = None, *, timeout: float | None = 60) -> Any:
        """Send it, once, and return as soon as TWS has acknowledged it (or, after 3 s, has it as PendingSubmit).

        TWS request: placeOrder.

        Parameters
        ----------
        force : str, optional
            Why to send it though a guard says no; the audit log keeps it.
        timeout : float, optional
            Seconds to wait for the connection, where it is lost meanwhile; None for as long as it takes. It is never
            sent again: TWS is asked what became of it.

        Returns
        -------
        Trade
            Of a bracket a list of three, the parent first.

        Raises
        ------
        OrderStopped
            If a guard says no; nothing was sent, and it may be submitted once that is set right.
        OrderRejected
            If TWS does not take it.
        OrderUnknown
            If TWS says nothing of it: look at TWS.
        OrderNotArrived
            If the connection was lost, and TWS does not know it.
        IBNBError
            If it was submitted before.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port, readonly=False) as tws:
        ...     trade = tws.limit("BUY", 10, "AAPL", 100).submit()
        ...     trade.cancel().state
        'cancelled'
        """
        seconds = seconds_of(timeout)
        try:
            sent = self._loop.run(lambda: self._planned.submit(force, timeout=seconds), words="TWS: the order")
        except KeyboardInterrupt as interrupt:
            interrupt.add_note(_SENT if self._loop.run(self._planned.settled) else _NOT_SENT)
            raise
        except IBNBError as error:
            carry_trade(self._loop, error)
            if isinstance(error, NotConnected) and self._planned.has_left:
                error.add_note(_SENT)
            raise
        trades = [Trade(self._loop, each) for each in sent]
        return trades if len(trades) > 1 else trades[0]

    def __repr__(self) -> str:
        state = "submitted" if self.is_submitted else "not sent"
        return "\n".join([*self.sentences, f"({state})"])

    def _repr_html_(self) -> str:
        said = Html("").join(Html("<div><b>{}</b></div>").format(text) for text in self.sentences)
        state = "Submitted." if self.is_submitted else "Not sent: preview() shows what it would do, submit() sends it."
        shown = self.frame.drop(columns=["account", "sentence"])
        table = Html(shown.to_html(index=False, border=0))  # pandas escapes what stands in it
        return Html("<div>{}{}<div><small>{}</small></div></div>").format(said, table, state)


class Trade(Told):
    """An order that was sent: what became of it, waiting for it, changing it, ending it. TWS knows it by its `ref`."""

    def __init__(self, loop: BackgroundLoop, live: LiveTrade) -> None:
        self._loop, self._live = loop, live

    @property
    def _record(self) -> Record:
        return self._live.record

    @property
    def fills(self) -> pd.DataFrame:
        """Its fills: columns of ``ibnb.schema("executions")``."""
        return self._live.fills

    @property
    def log(self) -> pd.DataFrame:
        """What has happened to it: columns of ``ibnb.schema("trade_log")``."""
        return self._live.log

    def wait(self, state: str = "done", timeout: float | None = None) -> Self:
        """Wait until it is so, and return it.

        Parameters
        ----------
        state : {"submitted", "filled", "done"}
            Taken by TWS; filled whole; or over, whichever way.
        timeout : float, optional
            Seconds; without it, as long as it takes. Ctrl-C ends the wait, not the order.

        Raises
        ------
        RequestTimeout
            If it is not so in time.
        IBNBError
            If it can be so no more.
        """
        seconds = check_whole(timeout)
        try:
            self._loop.run(self._live.wait, state, timeout=seconds, words=f"the order to be {state}")
        except TimeoutError as late:
            if isinstance(late, IBNBError):
                raise
            raise RequestTimeout(
                f"wait({state!r})",
                seconds or 0.0,
                f"{self._live.words()}.",
                "Wait longer, change the price, or cancel it.",
            ) from None
        return self

    def modify(
        self,
        price: float | None = None,
        quantity: float | None = None,
        *,
        stop_price: float | None = None,
        force: str | None = None,
        timeout: float | None = 10,
    ) -> Self:
        """Change it, and return it when TWS has taken that.

        TWS request: placeOrder, under the order's own id.

        Parameters
        ----------
        price : float, optional
            The new limit; of a stop its stop, of a trailing stop its amount.
        quantity : float, optional
            All of it, what is filled included.
        stop_price : float, optional
            The new stop of a stop-limit order.
        force : str, optional
            Why to send it though a guard says no.
        timeout : float, optional
            Seconds; None for as long as it takes.

        Raises
        ------
        OrderStopped
            If a guard says no to the order as it is to be.
        OrderRejected
            If TWS does not take it; the order works on as it was.
        OrderUnknown
            If TWS says nothing of it in time.
        """
        wishes: dict[str, Any] = {"stop_price": stop_price, "force": force, "timeout": seconds_of(timeout)}
        self._loop.run(lambda: self._live.modify(price, quantity, **wishes), words="TWS: the change of the order")
        return self

    def cancel(self, *, timeout: float | None = 10) -> Self:
        """Cancel it (cancelOrder), of a bracket's parent the other two as well, and return it when it is over."""
        seconds = seconds_of(timeout)
        self._loop.run(lambda: self._live.cancel(timeout=seconds), words="TWS: the end of the order")
        return self

    def close_out(self, *, timeout: float | None = 10) -> Order:
        """Return the market order that undoes what was filled, unsent; cancel the ends of a bracket first."""
        seconds, words = seconds_of(timeout), "TWS: what the order has filled"
        return Order(self._loop, self._loop.run(lambda: close_out(self._live, timeout=seconds), words=words))

    def __repr__(self) -> str:
        return f"<Trade {self.ref} {self._live.words()}>"

    def _repr_html_(self) -> str:
        record = self._record
        last = next((entry.text for entry in reversed(record.log) if entry.text), "")
        return Html("<div><b>{}</b><div><small>{} {}</small></div></div>").format(
            self._live.words(), mask_account(record.account), mask_text(last)
        )


def carry_trade(loop: BackgroundLoop, error: IBNBError) -> None:
    """Have an error carry the order that it is about as a person holds it."""
    if isinstance(live := getattr(error, "trade", None), LiveTrade):
        error.trade = Trade(loop, live)  # type: ignore[attr-defined]
