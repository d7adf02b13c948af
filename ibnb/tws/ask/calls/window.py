"""What TWS streams of the account that is subscribed, as it came on the wire: its portfolio row by row."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from ibnb.ground.masking import mask_account
from ibnb.tws.ask.calls import objects
from ibnb.tws.ask.calls.heard import Rows, read_row, unread_remarks
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.filter import filter_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import PortfolioItem
from ibnb.wire.ids import Response

_ROW, _VALUE, _END = Response.PORTFOLIO_VALUE, Response.ACCOUNT_VALUE, Response.ACCOUNT_DOWNLOAD_END
_WANTED = {_ROW: "con_id", _VALUE: "account"}
_ROW_ID, _END_ID = str(int(_ROW)).encode(), str(int(_END)).encode()
_FIELDS, _NO_NUMBER = 20, (b"", b"0")
#: A message as it is known: its kind, and what is the same whenever it is told again.
Key = tuple[Response, bytes]


class Window:
    """The account window of one ``IB``. TWS goes on to send rows, every three minutes at least; the latest counts.

    They are kept as they came, the latest of each alone, and read when somebody asks: a session may stay open for
    weeks.

    Parameters
    ----------
    ib : IB
        A connected client.
    """

    def __init__(self, ib: IB) -> None:
        self._ib = ib
        self._stop: Callable[[], None] | None = None
        self._clear("")

    def _clear(self, account: str) -> None:
        self.account = account
        self._ended = asyncio.Event()
        self._new: dict[Key, bytes] = {}  # what was not read yet
        self._rows: dict[bytes, PortfolioItem] = {}  # by what the contract is known by, as written
        self._known: dict[Key, str] = {}  # all that came, and why it could not be read whole
        self._strangers: dict[str, set[bytes]] = {}

    def open(self, account: str) -> None:
        """Show an account from now on; to be called when it is being subscribed."""
        if self._stop is not None:
            self._stop()
        self._clear(account)
        filter = filter_of(self._ib)
        self._stop = None if filter is None else filter.hearers.add((_ROW, _VALUE, _END), self._hear)

    def shows(self, account: str) -> bool:
        """Return whether what is streamed of an account is heard."""
        return self._stop is not None and self.account == account

    @property
    def has_ended(self) -> bool:
        """Whether the account's own download has ended, where it is heard: to the client any account's end is."""
        return self._stop is None or self._ended.is_set()

    async def end(self) -> None:
        """Wait for the end of the account's own download."""
        await self._ended.wait()

    def portfolio(self) -> Rows[PortfolioItem]:
        """Return the rows of the portfolio (PortfolioItem), without those that were closed."""
        self._read()
        strange = [
            f"{len(keys)} portfolio rows of {mask_account(name)} came, which is no account of this log-in: left out"
            for name, keys in self._strangers.items()
        ]
        return Rows(self._rows.values(), [*self._remarks(_ROW, "portfolio rows"), *strange])

    def value_remarks(self) -> list[str]:
        """Return what is to be told of account values that could not be read."""
        self._read()
        return self._remarks(_VALUE, "account values")

    def came(self) -> tuple[int, int]:
        """Return how many account values and portfolio rows have come."""
        self._read()
        return sum(kind == _VALUE for kind, _ in self._known), len(self._rows)

    def _hear(self, payload: bytes) -> None:
        fields = payload.split(b"\0")
        if fields[0] == _END_ID:
            name = b"".join(fields[2:]).decode("utf-8", "replace")
            if name == self.account or name not in self._ib.client.getAccounts():  # not that of another account
                self._ended.set()
            return
        if fields[0] != _ROW_ID:
            key = _VALUE, b"\0".join(fields[2:3] + fields[4:])
        elif len(fields) <= _FIELDS or fields[-2] == self.account.encode():  # where it is cut, whose it is stays open
            key = _ROW, fields[2] if len(fields) > 2 and fields[2] not in _NO_NUMBER else b"\0".join(fields[2:13])
        else:
            key = _ROW, fields[2] + b"@" + fields[-2]
        self._new[key] = payload

    def _read(self) -> None:
        new, self._new = self._new, {}
        version = int(self._ib.client.serverVersion())
        for key, payload in new.items():
            kind, name = key
            loose, self._known[key] = read_row(version, payload, _WANTED[kind])
            if kind == _ROW and loose is not None:
                self._take(name, loose.values)

    def _take(self, name: bytes, values: dict[str, Any]) -> None:
        account = values.setdefault("account", self.account)  # the last field: a row that is cut lacks it
        if account != self.account:
            if account not in self._ib.client.getAccounts():
                self._strangers.setdefault(account, set()).add(name)
            return  # of the account that was subscribed before
        if values.get("position") == 0:
            self._rows.pop(name, None)
        else:
            self._rows[name] = objects.portfolio_item(module_of(self._ib), values)

    def _remarks(self, kind: Response, what: str) -> list[str]:
        whys = [why for (each, _), why in self._known.items() if each == kind]
        return unread_remarks(Counter(filter(None, whys)), len(whys), what)


_WINDOW: Slot[Window] = Slot("account window", "connection", Window)


def window_of(ib: IB) -> Window:
    """Return the account window of an ``IB``, empty until an account is subscribed."""
    return state_of(ib)[_WINDOW]
