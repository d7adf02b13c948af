"""All alerts of one client: numbered, bounded, ended with their session; and the coroutines that set and list them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ibnb.alerts.alert import AlertStream, Callback
from ibnb.alerts.told import Told
from ibnb.alerts.wish import Wish, wish
from ibnb.errors import BadInput, IBNBError
from ibnb.tws.arguments import check_callback, check_timeout
from ibnb.tws.client.health import gone, is_mended
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import ContractsLike
from ibnb.tws.keeping.timeline import Event, timeline_of

if TYPE_CHECKING:
    import pandas as pd

#: So many alerts may be set at once, and so many that are over are remembered.
MOST, REMEMBERED = 100, 200
_ENDS = {"closed": "the session was closed", "log-in-changed": "TWS came back with other accounts"}


class AlertBook:
    """The alerts of one client; on its loop."""

    def __init__(self, ib: IB) -> None:
        self._ib = ib
        self._numbers = itertools.count(1)
        self._alerts: dict[int, AlertStream] = {}
        ib.disconnectedEvent += self._on_lost
        if (timeline := timeline_of(ib)) is not None:
            timeline.listen(self._on_event)

    def alerts(self) -> list[AlertStream]:
        """Return them in the order in which they were set, those that are over too. From any thread."""
        return list(self._alerts.values())

    def require_room(self) -> None:
        """Refuse one more than may be set at once."""
        if sum(not alert.is_done for alert in self.alerts()) >= MOST:
            raise IBNBError(f"{MOST} alerts are set, and no more are taken. End some: tws.cancel_alerts().")

    def add(self, alert: AlertStream, callback: Callback | None) -> None:
        """Have an alert tell from now on, in place of one like it: a cell that is run again tells nothing twice."""
        number = next(self._numbers)
        for each in self.alerts():
            if not each.is_done and each.is_like(alert):
                each.end(f"set anew as alert {number}")
        self._alerts[number] = alert
        over = [key for key, each in self._alerts.items() if each.is_done]
        for key in over[: max(len(over) - REMEMBERED, 0)]:
            del self._alerts[key]
        alert.begin(number, callback)

    def cancel(self, numbers: tuple[int, ...]) -> None:
        """End alerts by their numbers; without one all."""
        for number in numbers:
            if isinstance(number, bool) or number not in self._alerts:
                known = ", ".join(str(key) for key, each in self._alerts.items() if not each.is_done)
                raise BadInput("numbers", number, f"of alerts that are set: {known or 'there are none'}")
        for number in numbers or tuple(self._alerts):
            self._alerts[number].cancel()

    def frame(self) -> pd.DataFrame:
        """Return all as a table (``ibnb.schema("alerts")``). From any thread."""
        from ibnb.tables import alerts as table

        return table.frame([row for alert in self.alerts() for row in rows_of(alert)])

    def _on_event(self, event: Event) -> None:
        if event.kind in _ENDS:
            self._end(_ENDS[event.kind])

    def _on_lost(self) -> None:
        if not is_mended(self._ib):
            self._end("the connection to TWS was lost")

    def _end(self, why: str) -> None:
        for alert in self.alerts():
            alert.end(why)


def rows_of(alert: AlertStream) -> list[dict[str, Any]]:
    """Return the rows of an alert: one for each level of each thing that it watches."""
    rows: list[dict[str, Any]] = []
    state, last = alert.state, {told.name: told.time for told in list(alert.told)}
    for subject in alert.subjects:
        for level in subject.levels or (None,):
            standing = {"armed": "armed", "told": "told", "over": "told"}[level.standing] if level else "armed"
            rows.append(
                {
                    "alert": alert.number,
                    "name": subject.name,
                    "con_id": subject.con_id or None,
                    "account": subject.account,
                    "what": alert.wish.what,
                    "condition": "" if level is None else level.words(),
                    "state": state if state == "ended" or (state == "waiting" and standing == "armed") else standing,
                    "value": subject.value,
                    "change_percent": subject.change,
                    "again": None if level is None else level.again,
                    "told": subject.told,
                    "time": last.get(subject.name),
                    "reason": alert.reason if state == "ended" else subject.reason or alert.reason,
                }
            )
    return rows


_BOOK: Slot[AlertBook] = Slot("alerts", "session", AlertBook)


def book_of(ib: IB) -> AlertBook:
    """Return the alerts of an ``IB``."""
    return state_of(ib)[_BOOK]


async def opened(ib: IB, wanted: Wish, where: str, *, timeout: float = 10) -> AlertStream:
    """Return an alert that hears of what it watches, and tells nothing yet."""
    if not ib.client.isReady():
        raise gone(ib)
    book_of(ib).require_room()
    stream = AlertStream(ib, wanted, where)
    await stream.open(timeout)
    return stream


async def alert(
    ib: IB,
    contracts: ContractsLike | None = None,
    *,
    above: float | None = None,
    below: float | None = None,
    change: float | tuple[float, float] | None = None,
    what: str = "price",
    again: float | None = None,
    crossing: bool = False,
    account: str | None = None,
    callback: Callable[[AlertStream, Told], object] | None = None,
    timeout: float = 10,
) -> AlertStream:
    """Set an alert, which tells once that a figure has reached a level, that there was a fill, or that TWS is lost.

    With ``state``, ``told``, ``await wait()`` and ``cancel()``; arguments as of a session's ``alert``.
    """
    wanted = wish(
        contracts,
        above=above,
        below=below,
        change=change,
        what=what,
        again=again,
        crossing=crossing,
        account=account,
    )
    told = None if callback is None else check_callback(callback, "callback(alert, told)")
    stream = await opened(ib, wanted, "", timeout=check_timeout(timeout))
    book_of(ib).add(stream, None if told is None else lambda news: told(stream, news))
    return stream


async def alerts(ib: IB) -> pd.DataFrame:
    """Return the alerts of this client, set, told and ended (``ibnb.schema("alerts")``)."""
    return book_of(ib).frame()
