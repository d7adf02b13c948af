"""Depth of book that stays current: the subscription, and what a person holds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.errors import MalformedMessage
from ibnb.ground.spellings import once_called
from ibnb.live.depth_book import Book, BrokenBookError, Level
from ibnb.live.streams.handle import SingleHandle
from ibnb.live.streams.single import SingleStream, check_limit, check_room
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractLike
from ibnb.tws.contracts import label
from ibnb.tws.resolve import resolve_live
from ibnb.tws.units.price_units import unit_of
from ibnb.tws.units.sizes import US_SIZES, is_us_share, size_attrs
from ibnb.wire.codec import decode_response
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    import pandas as pd

_MESSAGES = {int(Response.MARKET_DEPTH), int(Response.MARKET_DEPTH_L2)}
#: The rows are void, new ones follow; the service restarted, subscribe again.
_RESET, _HALTED = 317, 316
#: TWS serves three books at once to every account, one more for each hundred lines.
_FEWEST, _SHARE = 3, 0.01
MOST_ROWS = 60
_NAN = float("nan")


@once_called(rows="limit")
async def depth(ib: IB, contract: ContractLike, limit: int = 5, *, timeout: float = 10) -> DepthStream:
    """Return the depth of book of a contract, which stays current (reqMktDepth).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : str, int or Contract
        A US stock shows the exchanges behind SMART together; for one of them alone, give a Contract with its name.
    limit : int
        Levels on each side, 1 to 60.
    timeout : float
        Seconds to look the contract up.

    Returns
    -------
    DepthStream
        With ``frame``, ``await wait(n)``, ``on_update`` and ``stop()``.

    Raises
    ------
    BadInput
        Before anything is sent.
    RequestError
        With TWS's reason, or where more books would be open than TWS serves at once.
    """
    check_limit("limit", limit, MOST_ROWS)
    check_room(ib, DepthStream, _FEWEST, _SHARE, "reqMktDepth")
    deadline = Deadline(timeout)
    found = (await resolve_live(ib, contract, timeout=timeout)).contract
    return await DepthStream(ib, found, limit).opened(deadline.left)


class DepthStream(SingleStream):
    """The book of one contract. Made by `ibnb.aio.depth`; awaited on its client's loop."""

    counted = "changes of the book"

    def __init__(self, ib: IB, contract: Contract, rows: int) -> None:
        super().__init__(ib, contract, f"reqMktDepth({label(contract)}, {rows})", _MESSAGES)
        self._rows, self._book = rows, Book()
        self._smart = contract.exchange == "SMART"
        self._changed_at: dict[int, int] = {}  # by level: the count at its latest change

    @property
    def frame(self) -> pd.DataFrame:
        """The book as it stands (``ibnb.schema("depth")``). From any thread."""
        from ibnb.tables.market import depth as table

        about: dict[str, Any] = {"contract": label(self.contract), "live": self.state, "reason": self.reason}
        about |= unit_of(self._ib, self.contract) | size_attrs([self.contract])
        return table.frame(self._book.columns(self._rows), warnings=self._warnings(), **about)

    def words(self) -> list[str]:
        """Return what it is, in words."""
        sizes = [US_SIZES] if is_us_share(self.contract) else []
        return [f"depth of {label(self.contract)}", f"{self._rows} rows", *sizes]

    def _begin(self) -> None:
        self._book.clear()

    def _send(self, req_id: int) -> None:
        self._ib.client.reqMktDepth(req_id, self.contract, self._rows, self._smart, [])

    def _cancel(self, req_id: int) -> None:
        self._ib.client.cancelMktDepth(req_id, self._smart)

    def _take(self, _kind: int, payload: bytes) -> None:
        try:
            row = decode_response(self._ib.client.serverVersion(), payload).values
            level = Level(_number(row["price"]), _number(row["size"]), str(row.get("market_maker") or ""))
            self._book.change(row["side"], row["position"], row["operation"], level)
        except (MalformedMessage, BrokenBookError, TypeError):
            # rows are told apart by their places alone: one that is lost shifts all behind it
            self.malformed += 1
            if self._again is None:
                self._ask_later("A message of the book did not fit; the book is asked for anew.")
            return
        self.count += 1
        self._changed_at[row["position"]] = self.count
        if self._again is None:
            self._came()

    def _since(self, count: int) -> list[int]:
        """Return which levels have changed."""
        return sorted(level for level, at in self._changed_at.items() if at > count)

    def _remark(self, code: int, _text: str) -> None:
        if code == _RESET:
            self._book.clear()
            self.wake()
        elif code == _HALTED:
            self._ask_later("TWS has halted the book; it is asked for anew.")


def _number(value: Any) -> float:
    return _NAN if value is None else float(value)


class Depth(SingleHandle):
    """Depth of book that stays current. Made by ``tws.depth``; a context manager.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.depth("EUR.USD", limit=3) as book:
    ...         len(book.frame) <= 3
    True
    """

    _counted = DepthStream.counted

    def shown(self) -> pd.DataFrame:
        """Return what is shown in a cell: all levels."""
        return self.frame
