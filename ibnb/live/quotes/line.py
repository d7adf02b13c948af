"""One market data line: the stream of one contract's quotes, shared by all boards that watch it."""

from __future__ import annotations

from typing import Any

from ibnb.live.quotes.quote import MESSAGES, NO_TICKS, Quote
from ibnb.live.streams.stream import SILENT, LiveStream
from ibnb.tws.ask.prices.data_type import DELAYED_FROZEN, send_as
from ibnb.tws.client.ib import IB
from ibnb.tws.client.lines import lines_of
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import contract_key, label
from ibnb.tws.units.price_units import magnifier_of
from ibnb.tws.units.prices import NEGATIVE_PRICES

_NO_LINE_LEFT, _INVALID = 101, 321
#: Of options TWS tells how many are open only where it is asked for, by this generic tick.
_OPEN_INTEREST, _OPTIONS = "101", frozenset({"OPT", "FOP"})
_NO_PRICE = "TWS has sent no price yet"

#: Kinds of options of which TWS has refused to tell how many are open: the next are asked for without.
_UNTOLD: Slot[dict[str, bool]] = Slot("kinds without open interest", "session", lambda _: {})


class QuoteLine(LiveStream):
    """The quotes of one contract: live ones, and where those are refused delayed ones (reqMktData).

    Attributes
    ----------
    quote : Quote
        The newest prices.
    magnifier : int or None
        How many of the units that its prices are in make one of its currency; None where no details tell it.
    users : int
        How many watch it.
    """

    def __init__(self, ib: IB, contract: Contract, limit: int) -> None:
        super().__init__(ib, contract, f"reqMktData({label(contract)})", MESSAGES)
        self.key = contract_key(contract)
        self.magnifier = magnifier_of(ib, contract)
        self.quote = Quote(limit, contract.secType in NEGATIVE_PRICES, self.magnifier or 1)
        self.users = 0
        self._sent: int | None = None
        told = contract.secType in _OPTIONS and contract.secType not in state_of(ib)[_UNTOLD]
        self._generic_ticks = _OPEN_INTEREST if told else ""

    @property
    def answered(self) -> bool:
        """Whether TWS has sent prices, or why there are none."""
        return self.refusal is not None or self.quote.has_price()

    def _begin(self) -> None:
        lines_of(self._ib).take(self.key, self.name)
        self.kept_by_tws = True

    def _ended(self) -> None:
        lines_of(self._ib).give_back(self.key)
        self.kept_by_tws = False

    def _send(self, req_id: int) -> None:
        def send() -> None:
            if req_id == self._req_id:  # not stopped before its turn
                self._sent = req_id
                self._ib.client.reqMktData(req_id, self.contract, self._generic_ticks, False, False, [])

        send_as(self._ib, DELAYED_FROZEN, send)

    def _cancel(self, req_id: int) -> None:
        if req_id == self._sent:
            self._ib.client.cancelMktData(req_id)

    def _take(self, kind: int, payload: bytes) -> None:
        if not self.quote.take(kind, payload):
            self.malformed += 1
        elif kind in NO_TICKS:
            if self.reason == SILENT:
                self._set("stale", _NO_PRICE)
        elif self.state != "live" or self._listening is not None:
            self._came()
        elif self.armed:  # thousands of times a second
            self.wake()

    def _had_data(self) -> bool:
        return self.quote.has_price()

    def _refuse(self, code: int, text: str) -> None:
        if code == _NO_LINE_LEFT:
            lines_of(self._ib).refused()
        super()._refuse(code, text)
        if code == _INVALID and self._generic_ticks:  # prices matter more than how many are open
            self._generic_ticks, self.refusal = "", None
            state_of(self._ib)[_UNTOLD][self.contract.secType] = True
            self._recover("TWS does not tell of this option how many are open")


#: The lines in use; after a loss they subscribe again by themselves.
_QUOTE_LINES: Slot[dict[tuple[Any, ...], QuoteLine]] = Slot("quotes by contract", "session", lambda _: {})


def quote_lines(ib: IB) -> dict[tuple[Any, ...], QuoteLine]:
    """Return the lines of an ``IB`` by their contracts."""
    return state_of(ib)[_QUOTE_LINES]


async def join(ib: IB, contract: Contract, limit: int) -> QuoteLine:
    """Return the line of a contract, which is opened where nobody watches it yet.

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        With its conId.
    limit : int
        So many ticks are to be kept.

    Raises
    ------
    RequestError
        If all lines are taken; nothing was sent then.
    """
    lines = quote_lines(ib)
    line = lines.get(contract_key(contract))
    if line is None:
        line = QuoteLine(ib, contract, limit)
        lines[line.key] = line
        try:
            await line.open()
        except BaseException:
            lines.pop(line.key, None)
            raise
    line.quote.keep(limit)
    line.users += 1
    return line


def leave(ib: IB, line: QuoteLine) -> None:
    """Leave a line, which ends with the last who does."""
    line.users -= 1
    if line.users <= 0:
        quote_lines(ib).pop(line.key, None)
        line.stop()
