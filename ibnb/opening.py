"""The ways to get a session: `connect` to a TWS, or `start` with whatever there is."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

from ibnb.announce import announce
from ibnb.display import show_frames_by_themselves
from ibnb.errors import ConnectError
from ibnb.ground.masking import mask_account
from ibnb.simulator.process import simulate, simulate_while
from ibnb.tws.arguments import check_arguments
from ibnb.tws.client.backend import load
from ibnb.tws.reach.endpoints import presets

if TYPE_CHECKING:
    from ibnb.session import Session

#: How long `start` looks for a TWS before it takes the simulator, in seconds.
_LOOK = 2.0
#: A port that is free says so within these seconds, but on Windows, which tries again for two.
_AT_ONCE = 0.1
#: What is said of a TWS, and means nothing to the simulator.
_OF_A_TWS = ("host", "port", "account", "allow_live")


def connect(
    host: str = "127.0.0.1",
    port: int | None = None,
    client_id: int | None = None,
    account: str | None = None,
    readonly: bool = True,
    allow_live: str | None = None,
    timeout: float = 4,
    backend: str | None = None,
) -> Session:
    """Connect to a running TWS or IB Gateway.

    Parameters
    ----------
    host : str
        Name or address of the machine that TWS runs on.
    port : int, optional
        Its socket port. Without it the usual ones are looked at side by side: 7497, 4002, 7496, 4001; paper first.
    client_id : int, optional
        The id that TWS knows this session by; without it a free one is chosen.
    account : str, optional
        Whose portfolio to follow; needed only where the log-in has several accounts.
    readonly : bool
        Whether orders are refused, as they are by default.
    allow_live : str, optional
        The one account of real money for which orders are allowed, by its number.
    timeout : float
        Seconds for each of: finding TWS, starting the API, each of the first requests.
    backend : {"ib_insync", "ib_async"}, optional
        The client library; without it the one that is installed.

    Returns
    -------
    Session
        It never falls back to a simulator by itself.

    Raises
    ------
    BadInput
        If an argument is impossible, before anything is sent.
    ConnectError
        With ``.cause``, ``.evidence`` and ``.fix``, as soon as the cause is certain.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     tws.kind, tws.readonly
    ('simulated', True)
    """
    from ibnb.session import Session
    from ibnb.tws.connect import open_connection

    session = open_connection(Session, host, port, client_id, account, readonly, allow_live, timeout, backend)
    show_frames_by_themselves()
    return session


def start(**options: Any) -> Session:
    """Connect to a TWS that works if there is one, else start a simulated one; say in large letters which.

    Parameters
    ----------
    **options
        As for `connect`. The environment variable ``IBNB_SIMULATOR=1`` (``ibnb lab --simulator``) always takes the
        simulator, on which they hold as well; host, port, account and allow_live have no meaning there.

    Returns
    -------
    Session
        Closing it also ends the simulator that was started for it.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()                                     # doctest: +SKIP
    """
    check_arguments(**{name: value for name, value in options.items() if name != "backend"})
    look = _Look(options)
    # Loading a session takes as long as a simulator takes to come up: where one will be needed, both are done at once.
    simulator = simulate_while(look) if look.is_needless or _nothing_listens(options) else None
    if simulator is None:
        look()
    if look.session is not None:
        if simulator is not None:  # a TWS has come up just now
            simulator.close()
        announce(look.session)
        return look.session
    simulator = simulator or simulate()
    kept = {key: value for key, value in options.items() if key not in _OF_A_TWS}
    try:
        session = connect(simulator.host, simulator.port, **kept)
    except BaseException:
        simulator.close()
        raise
    session.simulator = simulator
    why = look.why
    named = str(options.get("account") or "").strip()
    if named and named.upper() not in session.managed_accounts:
        why += f"; your account {mask_account(named)} is not among the simulated ones"
    announce(session, why)
    return session


class _Look:
    """A look for a TWS that works, unless none is wanted; whatever comes of it, what a session needs is loaded then.

    Attributes
    ----------
    session : Session or None
        With the TWS that was found.
    why : str
        Why there is none.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self.is_needless = os.environ.get("IBNB_SIMULATOR", "") not in ("", "0")
        self.session: Session | None = None
        self.why = "you asked for it with IBNB_SIMULATOR"

    def __call__(self) -> None:
        import ibnb.session
        import ibnb.tables.account.positions  # and with it what every table needs
        import ibnb.tws.connect  # noqa: F401

        if self.is_needless:
            load(self._options.get("backend"))
            return
        try:
            self.session = connect(**{"timeout": _LOOK, **self._options})
        except ConnectError as error:
            self.why = f"{error.summary} [{error.cause}]"


def _nothing_listens(options: dict[str, Any]) -> bool:
    """Return whether nothing listens on the usual ports of this machine, as far as that is certain at once."""
    if {"host", "port"} & options.keys():
        return False
    for endpoint in presets("127.0.0.1"):
        try:
            socket.create_connection((endpoint.host, endpoint.port), timeout=_AT_ONCE).close()
        except ConnectionRefusedError:
            continue
        except OSError:
            pass
        return False
    return True
