"""Connect: makes the session of a panel, shows what it is and what it holds, and ends it."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Callable

import pandas as pd

from ibnb.errors import ConnectError, RequestError
from ibnb.opening import connect
from ibnb.session import Session
from ibnb.tws.codes.causes import SetupWarning
from ibnb.widgets.kit.connection_line import ConnectionLine
from ibnb.widgets.kit.lifetime import close_widgets
from ibnb.widgets.kit.notice import Notice
from ibnb.widgets.setup.fields import Target
from ibnb.widgets.setup.holdings import positions_html, session_html
from ibnb.widgets.setup.layout import Layout
from ibnb.widgets.setup.practice import Practice

#: Takes the session of a panel over, or is told that it has ended.
Heir = Callable[[Session | None], object]


class Connecting:
    """Makes and ends the one session of a panel.

    Parameters
    ----------
    layout, practice
        Of the panel.
    timeout : float
        Seconds for each step.
    readonly : bool
        Whether orders are refused.
    heir : callable, optional
        Called with each session, and with None when it has ended: what shows it further. Without one, a person has it
        as ``panel.session``.

    Attributes
    ----------
    session : Session or None
        The session, once there is one.
    """

    def __init__(
        self, layout: Layout, practice: Practice, timeout: float, readonly: bool = True, heir: Heir | None = None
    ) -> None:
        self._layout, self._practice, self._timeout = layout, practice, timeout
        self._readonly, self._heir = readonly, heir
        self.session: Session | None = None
        self._line: ConnectionLine | None = None

    async def connect(self, target: Target, likely_id: int | None = None) -> None:
        """Make the session and show it.

        Parameters
        ----------
        target : Target
            Where.
        likely_id : int, optional
            The client id to try first, where the target names none: the one that was seen to be free.

        Raises
        ------
        BadInput, ConnectError
            As `ibnb.connect`.
        """
        orders = "Read-only: orders are refused." if self._readonly else "Orders are allowed, but for real money."
        self._layout.say(Notice("busy", "Connecting …", orders))
        abandoned = threading.Event()
        try:
            session, positions = await asyncio.to_thread(
                _open, target, likely_id, self._timeout, self._readonly, abandoned
            )
        finally:
            abandoned.set()
        self._practice.lend(session)
        self.session = session
        table = "" if positions is None else positions_html(positions)
        self._layout.show_session(session_html(session, named=self._heir is None) + table)
        self._line = ConnectionLine(session)
        self._layout.show_standing(self._line.view)
        self._layout.point_to_connect(False)
        findings = " ".join(finding.summary for finding in session.findings)
        if findings:
            live = "Connected to a LIVE account, real money, with remarks."
            title = live if session.kind == "LIVE" else "Connected, with remarks."
            self._layout.say(Notice("warn", title, findings))
        else:
            where = "The session is panel.session." if self._heir is None else ""
            money = "Connected to a LIVE account, real money." if session.kind == "LIVE" else "Connected."
            self._layout.say(Notice("pass", money, where))
        if self._heir is not None:
            self._heir(session)

    def disconnect(self) -> bool:
        """End the session, not the simulator it may stand on; return whether there was one."""
        session, self.session = self.session, None
        if session is None:
            return False
        if self._heir is not None:
            self._heir(None)
        session.simulator = None
        session.close()
        self._layout.show_session("")
        self._layout.show_standing()
        if self._line is not None:
            self._line.close()
            close_widgets(self._line.view)
        return True


def _open(
    target: Target, likely_id: int | None, timeout: float, readonly: bool, abandoned: threading.Event
) -> tuple[Session, pd.DataFrame | None]:
    """Connect and ask for the positions, None where TWS does not send them; blocks, so a worker thread does it."""
    # the panel shows the session's findings itself; a warning from here would land beside some other cell
    warnings.filterwarnings("ignore", category=SetupWarning, module=r"ibnb\.widgets\.setup\.connecting")
    session = _connected(target, likely_id, timeout, readonly)
    try:
        positions = session.positions(timeout=timeout)
    except RequestError:
        positions = None
    except BaseException:
        session.close()
        raise
    if abandoned.is_set():  # nobody waits for it any more
        session.close()
    return session, positions


def _connected(target: Target, likely_id: int | None, timeout: float, readonly: bool) -> Session:
    """Return a session under the likely id, unless somebody has taken it since."""
    if likely_id is not None and target.client_id is None:
        try:
            return connect(target.host, target.port, likely_id, target.account, readonly, timeout=timeout)
        except ConnectError as error:
            if error.cause != "client-id-in-use":
                raise
    return connect(target.host, target.port, target.client_id, target.account, readonly, timeout=timeout)
