"""What TWS streams of the account that is subscribed, as it came on the wire: its portfolio row by row."""

from __future__ import annotations

from typing import Any

from ibnb.options import mask_account
from ibnb.tws.ask import objects
from ibnb.tws.ask.heard import Heard, Messages, Rows
from ibnb.tws.backend import module_of
from ibnb.wire.ids import Response

_ROW, _VALUE, _END = Response.PORTFOLIO_VALUE, Response.ACCOUNT_VALUE, Response.ACCOUNT_DOWNLOAD_END


class Window:
    """The account window of one ``IB``. Every three minutes TWS sends all of it again; the latest row counts.

    Parameters
    ----------
    ib : IB
        A connected client.
    """

    def __init__(self, ib: Any) -> None:
        self._ib = ib
        self._heard = Heard(ib, _ROW, _VALUE, _END)
        self._close()

    def _close(self) -> None:
        self.account = ""
        self._rows: dict[object, Any] = {}
        self._unread: dict[Response, list[str]] = {_ROW: [], _VALUE: []}
        self._strangers: dict[str, set[object]] = {}
        self._count = 0

    def open(self, account: str) -> None:
        """Show an account from now on; to be called when it is being subscribed."""
        self._close()
        self.account = account
        self._heard.begin()

    def close(self) -> None:
        """Show none any more."""
        self._close()
        self._heard.end()

    def shows(self, account: str) -> bool:
        """Return whether what is streamed of an account is heard."""
        return self._heard.is_on and self.account == account

    def portfolio(self) -> Rows:
        """Return the rows of the portfolio (PortfolioItem), without those that were closed."""
        self._fold()
        strange = [
            f"{len(keys)} portfolio rows of {mask_account(name)} came, which is no account of this log-in: left out"
            for name, keys in self._strangers.items()
        ]
        return Rows(self._rows.values(), [*self._unread[_ROW], *strange])

    def value_remarks(self) -> list[str]:
        """Return what is to be told of account values that could not be read."""
        self._fold()
        return list(self._unread[_VALUE])

    def came(self) -> tuple[int, int]:
        """Return how many account values and portfolio rows have come."""
        self._fold()
        return self._count, len(self._rows)

    def _fold(self) -> None:
        messages = self._heard.take()
        self._count += len(messages.of(_VALUE))
        messages.rows(_VALUE, "account")
        for values in messages.rows(_ROW, "con_id"):
            self._take(values)
        self._remark(messages, _ROW, "portfolio rows")
        self._remark(messages, _VALUE, "account values")

    def _take(self, values: dict[str, Any]) -> None:
        key = values["con_id"] or (values.get("symbol"), values.get("local_symbol"))
        account = values.setdefault("account", self.account)  # the last field: a row that is cut lacks it
        if account != self.account:
            if account not in self._ib.client.getAccounts():
                self._strangers.setdefault(account, set()).add(key)
            return  # of the account that was subscribed before
        if values.get("position") == 0:
            self._rows.pop(key, None)
        else:
            self._rows[key] = objects.portfolio_item(module_of(self._ib), values)

    def _remark(self, messages: Messages, kind: Response, what: str) -> None:
        found = messages.remarks(what, kind)
        if found or messages.of(_END):  # all has been sent anew: what was odd before is so no more
            self._unread[kind] = found
