"""An alert as a person holds it, from any thread; in a cell a widget that says how it stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ibnb.alerts.alert import AlertStream
from ibnb.alerts.book import rows_of
from ibnb.alerts.levels import number
from ibnb.alerts.told import Told
from ibnb.errors import IBNBError, RequestTimeout
from ibnb.ground.views import drawn
from ibnb.ground.zones import clock
from ibnb.tws.arguments import LONGEST_WAIT, check_timeout
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.texts import Html, clean

if TYPE_CHECKING:
    import pandas as pd

#: How a state is marked, beside its word.
SYMBOLS = {"armed": "○", "waiting": "◌", "told": "●", "ended": "■"}
_SHOWN = 5


class Alert:
    """Something that is watched for a person. Made by ``tws.alert``; the session keeps it until it ends.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     alert = tws.alert("AAPL", above=100_000)
    ...     alert.state
    ...     alert.cancel()
    ...     alert
    'armed'
    <Alert 1: AAPL at or above 100,000, ■ ended: cancelled>
    """

    #: The widget that shows it, made by the room of widgets when it is first shown.
    view: Any = None

    def __init__(self, loop: BackgroundLoop, stream: AlertStream) -> None:
        self._loop, self._stream = loop, stream

    @property
    def number(self) -> int:
        """Its number, as in ``tws.alerts``."""
        return self._stream.number

    @property
    def title(self) -> str:
        """What it watches, in words."""
        return clean(self._stream.title())

    @property
    def state(self) -> str:
        """``"armed"``, ``"waiting"`` (armed, and TWS sends nothing at present), ``"told"``, or ``"ended"``.

        ``"ended"`` is what was cancelled, or ended with its session, before it had told all. One with `again` is
        ``"told"`` until its figure has come back.
        """
        return self._stream.state

    @property
    def reason(self) -> str:
        """Why it waits, or has ended; empty where all is well."""
        return self._stream.reason

    @property
    def is_done(self) -> bool:
        """Whether it tells nothing any more: it has told all, or has ended."""
        return self._stream.is_done

    @property
    def told(self) -> list[Told]:
        """What it has told, the oldest first; the latest hundred."""
        return list(self._stream.told)

    @property
    def frame(self) -> pd.DataFrame:
        """Its rows of ``tws.alerts``: one a level of each thing that it watches."""
        from ibnb.tables import alerts

        return alerts.frame(rows_of(self._stream))

    def wait(self, timeout: float | None = None) -> Told:
        """Wait for its next telling, and return it: the first that no wait has returned yet, so that none is missed.

        Parameters
        ----------
        timeout : float, optional
            Seconds; without it, as long as it takes.

        Raises
        ------
        RequestTimeout
            If it tells nothing in time.
        IBNBError
            If none will come: it has told all, or has ended.
        """
        seconds = None if timeout is None else check_timeout(timeout, LONGEST_WAIT)
        try:
            return self._loop.run(self._stream.wait, timeout=seconds, words=f"an alert: {self.title}")
        except TimeoutError:
            why = self.reason or f"it stands at {self._figures() or 'no figure yet'}"
            next_step = "Wait longer; while a market is closed nothing changes."
            raise RequestTimeout("wait()", seconds or 0.0, f"Nothing was told: {why}.", next_step) from None

    def cancel(self) -> None:
        """Watch no more, and give market data lines back. What it has told stays. May be repeated."""
        with suppress(IBNBError):  # a session that is closed has ended it
            if self._loop.on_own_thread:
                self._stream.cancel()
            else:
                self._loop.run(self._stream.cancel)

    def listen(self, callback: Callable[[], object], every: float) -> None:
        """Have a function called when something of it has changed, for those who draw it."""
        if self._loop.on_own_thread:
            self._stream.listen(callback, every)
        else:
            self._loop.run(self._stream.listen, callback, every)

    def _figures(self) -> str:
        """Return where the figures stand that are watched."""
        known = [subject for subject in self._stream.subjects if subject.value == subject.value]
        single = len(self._stream.subjects) == 1
        words = [f"{'' if single else subject.name + ' '}{number(subject.value)}" for subject in known[:_SHOWN]]
        return ", ".join(words) + (" ..." if len(known) > _SHOWN else "")

    def status(self) -> str:
        """Return how it stands, in words."""
        state, reason = self.state, clean(self.reason, 200)
        words = state + (f": {reason}" if reason and state in ("waiting", "ended") else "")
        figures = self._figures() if state == "armed" else ""
        return f"{words}, now {figures}" if figures else words

    def __repr__(self) -> str:
        last = f", {clean(self.told[-1].text)}" if self.told else ""
        return f"<Alert {self.number}: {self.title}, {SYMBOLS[self.state]} {self.status()}{last}>"

    def _repr_html_(self) -> str:
        lines = Html().join(
            Html("<li>{} {}</li>").format(clock(each.time), each.text) for each in reversed(self.told[-_SHOWN:])
        )
        told = Html("<ul>{}</ul>").format(lines) if lines else ""
        return Html("<p>Alert {}: <strong>{}</strong>, {}</p>{}").format(self.number, self.title, self.status(), told)

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        return {"text/plain": repr(self), "text/html": self._repr_html_(), **drawn("alert", self)}
