"""Every single tick as it happens: the subscription, the latest ticks, and what a person holds of it."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, MalformedMessage
from ibnb.ground.numerals import count_text
from ibnb.ground.spellings import once_called
from ibnb.live.streams.handle import SingleHandle
from ibnb.live.streams.single import SingleStream, check_limit, check_room
from ibnb.tables.schema.timeparse import iana
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractLike
from ibnb.tws.contracts import label
from ibnb.tws.resolve import resolve_live
from ibnb.tws.units.price_units import magnifier_of, unit_of
from ibnb.tws.units.prices import NEGATIVE_PRICES, is_price
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    import pandas as pd

#: The kinds by TWS's names: their number on the wire, and what historical ticks call them.
KINDS = {"Last": (1, "TRADES"), "AllLast": (2, "TRADES"), "BidAsk": (3, "BID_ASK"), "MidPoint": (4, "MIDPOINT")}
#: TWS serves five at once to every account, one for each twenty lines.
_FEWEST, _SHARE = 5, 0.05
MOST_TICKS = 1_000_000
_NAN = float("nan")
#: What the bits of the mask mean, lowest first, by kind; the columns beside them by their names on the wire.
_BITS = {"TRADES": ("past_limit", "unreported"), "BID_ASK": ("bid_past_low", "ask_past_high"), "MIDPOINT": ()}
_FIELDS = {
    "TRADES": {"price": "price", "size": "size", "exchange": "exchange", "conditions": "special_conditions"},
    "BID_ASK": {"bid": "bid", "ask": "ask", "bid_size": "bid_size", "ask_size": "ask_size"},
    "MIDPOINT": {"price": "midpoint"},
}


@once_called(kind="what")
async def tick_by_tick(
    ib: IB, contract: ContractLike, what: str = "AllLast", *, limit: int = 10_000, timeout: float = 10
) -> TickByTickStream:
    """Return every tick of a contract as it happens (reqTickByTickData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : str, int or Contract
        ``"AAPL"``, ``"EUR.USD"``, a conId, or a Contract.
    what : {"AllLast", "Last", "BidAsk", "MidPoint"}
        Trades with those that no tape reports, trades, quotes, or midpoints.
    limit : int
        So many ticks are kept, the latest.
    timeout : float
        Seconds to look the contract up.

    Returns
    -------
    TickByTickStream
        With ``frame``, ``await wait(n)``, ``on_update`` and ``stop()``.

    Raises
    ------
    BadInput
        Before anything is sent.
    RequestError
        With TWS's reason, or where more would be open than TWS serves at once.
    """
    kind = kind_of(what)
    check_limit("limit", limit, MOST_TICKS)
    check_room(ib, TickByTickStream, _FEWEST, _SHARE, "reqTickByTickData")
    deadline = Deadline(timeout)
    details = await resolve_live(ib, contract, timeout=timeout)
    if details.contract.secType == "CASH" and KINDS[kind][1] == "TRADES":
        raise BadInput("what", what, "a currency pair has quotes and midpoints, no trades", "'BidAsk' or 'MidPoint'")
    zone = iana(details.timeZoneId) if details.timeZoneId else "UTC"
    return await TickByTickStream(ib, details.contract, kind, zone, limit).opened(deadline.left)


def kind_of(what: object) -> str:
    """Return a kind of ticks as reqTickByTickData writes it, from this spelling or from that of other requests.

    Examples
    --------
    >>> kind_of("BID_ASK"), kind_of("TRADES"), kind_of("last")
    ('BidAsk', 'AllLast', 'Last')
    """
    plain = what.replace("_", "").strip().lower() if isinstance(what, str) else ""
    found = {**{name.lower(): name for name in KINDS}, "trades": "AllLast"}.get(plain)
    if found is None:
        raise BadInput("what", what, f"one of {', '.join(map(repr, KINDS))}", "'AllLast' is every trade")
    return found


class TickByTickStream(SingleStream):
    """The ticks of one contract. Made by `ibnb.aio.tick_by_tick`; awaited on its client's loop."""

    counted = "ticks"

    def __init__(self, ib: IB, contract: Contract, kind: str, zone: str, limit: int) -> None:
        name = f"reqTickByTickData({label(contract)}, {kind})"
        super().__init__(ib, contract, name, {int(Response.TICK_BY_TICK)})
        self._kind, self._zone = kind, zone
        self._number, self._what = KINDS[kind]
        self._lock = Lock()
        self._ticks: deque[tuple[Any, ...]] = deque(maxlen=limit)

    @property
    def frame(self) -> pd.DataFrame:
        """The latest ticks, oldest first: those columns of ``ibnb.schema("ticks")`` that the kind has. Any thread."""
        return self._framed(None)

    def latest(self, n: int) -> pd.DataFrame:
        """Return the latest ticks alone, which costs less than all. From any thread."""
        return self._framed(n)

    def _framed(self, most: int | None) -> pd.DataFrame:
        from ibnb.tables.market import ticks as table

        with self._lock:
            rows = list(self._ticks)
        if most is not None:
            rows = rows[len(rows) - min(most, len(rows)) :]
        names = ("time", *_FIELDS[self._what], *_BITS[self._what])
        columns: dict[str, Any] = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
        about: dict[str, Any] = {
            "contract": label(self.contract),
            "kind": self._kind,
            "live": self.state,
            "reason": self.reason,
        }
        about |= {"warnings": self._warnings(), **unit_of(self._ib, self.contract)}
        return table.frame(columns, self._what, self._zone, **about)

    def words(self) -> list[str]:
        """Return what it is, in words."""
        return [f"{self._kind} of {label(self.contract)}", f"{count_text(len(self._ticks))} ticks"]

    def _send(self, req_id: int) -> None:
        self._ib.client.reqTickByTickData(req_id, self.contract, self._kind, 0, False)

    def _cancel(self, req_id: int) -> None:
        self._ib.client.cancelTickByTickData(req_id)

    def _take(self, _kind: int, payload: bytes) -> None:
        try:
            tick = self._read(payload)
        except MalformedMessage:
            self.malformed += 1
            return
        if tick["tick_type"] != self._number:
            self.malformed += 1
            return
        mask = tick.get("mask") or 0
        bits = [bool(mask >> place & 1) for place in range(len(_BITS[self._what]))]
        values = {field: _plain(tick[field]) for field in _FIELDS[self._what].values()}
        for side in ("bid", "ask") if self._what == "BID_ASK" else ():
            if not self._is_price(values[side], values[f"{side}_size"]):
                values[side] = None
        row = (tick["time"], *values.values(), *bits)
        with self._lock:
            self._ticks.append(row)
        self.count += 1
        self._came()

    def _is_price(self, price: Any, size: Any) -> bool:
        """Return whether somebody bids or offers."""
        if price is None:
            return False
        negative, magnifier = self.contract.secType in NEGATIVE_PRICES, magnifier_of(self._ib, self.contract) or 1
        return is_price(price, _NAN if size is None else size, negative=negative, magnifier=magnifier)

    def _since(self, count: int) -> Any:
        """Return the ticks that are new, as a frame."""
        return self._framed(self.count - count)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else float(value)


class TickByTick(SingleHandle):
    """Every tick of a contract as it happens. Made by ``tws.tick_by_tick``; a context manager.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.tick_by_tick("EUR.USD", what="MidPoint") as ticks:
    ...         ticks.frame.columns.tolist()
    ['price']
    """

    _counted = TickByTickStream.counted
