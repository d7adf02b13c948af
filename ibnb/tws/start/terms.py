"""What a session was opened with: what is needed to open it again as it was."""

from __future__ import annotations

from dataclasses import dataclass

from ibnb.tws.client.backend import Backend
from ibnb.tws.reach.endpoints import Endpoint


@dataclass(frozen=True)
class Terms:
    """What a session was opened with, and is opened with again.

    Attributes
    ----------
    backend : Backend
        The client library.
    endpoint : Endpoint
        Where TWS is.
    address : str
        The numeric address that answered.
    client_id : int
        The id that is kept.
    account : str
        The account that is subscribed; "" for none.
    accounts : tuple of str
        The accounts of the log-in; with others the session does not go on.
    timeout : float
        Seconds for each step.
    """

    backend: Backend
    endpoint: Endpoint
    address: str
    client_id: int
    account: str
    accounts: tuple[str, ...]
    timeout: float
