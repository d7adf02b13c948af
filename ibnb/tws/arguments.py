"""Arguments checked before anything is sent: those of `ibnb.connect`, and seconds and flags wherever they are given."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ibnb.errors import BadInput
from ibnb.ground.masking import mask_account
from ibnb.ground.spellings import once_of_one
from ibnb.tws.client.values import ContractLike, ContractsLike
from ibnb.tws.reach.endpoints import check_host, check_port
from ibnb.tws.start.clientids import check_client_id

#: Seconds that a person may wait for what comes by itself.
LONGEST_WAIT = 7 * 86_400


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
    check_flag("readonly", readonly)
    if isinstance(allow_live, str) and readonly:
        raise BadInput(
            "allow_live", mask_account(allow_live), "only together with readonly=False", "Leave it out to look only."
        )
    return Arguments(
        check_host(host),
        None if port is None else check_port(port),
        None if client_id is None else check_client_id(client_id),
        account.strip() if isinstance(account, str) else "",
        bool(readonly),
        allow_live.strip() if isinstance(allow_live, str) else None,
        check_timeout(timeout),
    )


def check_timeout(timeout: object, most: int = 3600) -> float:
    """Return a time-out in seconds.

    Raises
    ------
    BadInput
        If it is not a number above 0 and up to `most`.

    Examples
    --------
    >>> check_timeout(5)
    5.0
    """
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= most:
        raise BadInput("timeout", timeout, f"a number of seconds above 0, up to {most}")
    return float(timeout)


def check_whole(timeout: object) -> float | None:
    """Return the timeout of a call that may take as long as it needs, where it is None.

    Raises
    ------
    BadInput
    """
    return None if timeout is None else check_timeout(timeout, LONGEST_WAIT)


def seconds_of(timeout: object) -> float:
    """Return the seconds of a call that may take as long as it needs, which is infinitely many where it is None.

    Raises
    ------
    BadInput
        If it is none.

    Examples
    --------
    >>> seconds_of(4), seconds_of(None)
    (4.0, inf)
    """
    seconds = check_whole(timeout)
    return math.inf if seconds is None else seconds


def check_flag(name: str, value: object) -> bool:
    """Return a switch; whatever else Python would take for true or false is a mistake.

    Raises
    ------
    BadInput
        If it is neither True nor False.

    Examples
    --------
    >>> check_flag("rth", False)
    False
    """
    kind = type(value)
    from_numpy = kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")
    if not (isinstance(value, bool) or from_numpy):
        raise BadInput(name, value, "True or False", f"{name}=True")
    return bool(value)


def check_callback(callback: Any, shape: str) -> Callable[[Any, Any], object]:
    """Return a callback of two arguments; one of the second alone, as they were before, is taken with a warning.

    Parameters
    ----------
    callback : callable
        As a person gave it.
    shape : str
        How it is called: ``"callback(stream, changed)"``.

    Raises
    ------
    BadInput
        If it cannot be called so.
    """
    try:
        return once_of_one(callback, shape)
    except TypeError:
        raise BadInput("callback", callback, f"it is called as {shape}", "a function of two arguments") from None


def several(contracts: ContractsLike) -> list[ContractLike]:
    """Return one or many contracts as a list of at least one.

    Raises
    ------
    BadInput
        If there is none.
    """
    wanted = list(contracts) if isinstance(contracts, Iterable) and not isinstance(contracts, str) else [contracts]
    if not wanted:
        raise BadInput("contracts", contracts, "at least one contract", "such as ['AAPL', 'EUR.USD']")
    return wanted
