"""The arguments of `ibnb.connect`, checked before anything is sent."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ibnb.errors import BadInput
from ibnb.options import mask_account
from ibnb.tws.clientids import check_client_id
from ibnb.tws.endpoints import check_host, check_port


@dataclass(frozen=True)
class Arguments:
    """What `ibnb.connect` was asked for, checked."""

    host: str
    port: int | None
    client_id: int | None
    account: str
    readonly: bool
    allow_live: str | None
    timeout: float


def check_arguments(
    host: object = "127.0.0.1",
    port: object = None,
    client_id: object = None,
    account: object = None,
    readonly: object = True,
    allow_live: object = None,
    timeout: object = 4,
) -> Arguments:
    """Check the arguments of `ibnb.connect` before anything is sent.

    Raises
    ------
    BadInput
    """
    for name, value in (("account", account), ("allow_live", allow_live)):
        if value is not None and not (isinstance(value, str) and value.strip()):
            raise BadInput(name, value, "an account number such as 'DU1234567', or None")
    if not isinstance(readonly, bool):
        raise BadInput("readonly", readonly, "True or False")
    if isinstance(allow_live, str) and readonly:
        raise BadInput(
            "allow_live", mask_account(allow_live), "only together with readonly=False", "Leave it out to look only."
        )
    return Arguments(
        check_host(host),
        None if port is None else check_port(port),
        None if client_id is None else check_client_id(client_id),
        account.strip() if isinstance(account, str) else "",
        readonly,
        allow_live.strip() if isinstance(allow_live, str) else None,
        check_timeout(timeout),
    )


def check_timeout(timeout: object) -> float:
    """Return a time-out in seconds.

    Raises
    ------
    BadInput
        If it is not a number above 0 and up to 3600.
    """
    allowed = "a number of seconds above 0, up to 3600"
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise BadInput("timeout", timeout, allowed)
    if not math.isfinite(timeout) or not 0 < timeout <= 3600:
        raise BadInput("timeout", timeout, allowed)
    return float(timeout)
