"""What a session is connected to: simulated, paper or LIVE. In one place, because safety hangs on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from ibnb.ground.account_numbers import is_paper
from ibnb.ground.masking import mask_account
from ibnb.tws.codes.causes import Finding, describe
from ibnb.tws.reach.endpoints import Endpoint

Kind = Literal["simulated", "paper", "LIVE"]

#: The simulator's notices name farms that end so, such as ``usfarm.ibnb-sim``.
_SIMULATED_FARM = re.compile(r":\S+\.ibnb-sim\b")


def is_live(account: str) -> bool:
    """Return whether an account number is one of real money, or may be: all but what is surely paper.

    Examples
    --------
    >>> is_live("DUO123456"), is_live("U1234567"), is_live("DEMO")
    (False, True, True)
    """
    return not is_paper(account)


def kind_of(accounts: Iterable[str], notices: Iterable[str]) -> Kind:
    """Return what a session is, from its accounts and from the texts of the farm notices it got.

    An account of real money outweighs everything else.
    """
    if any(is_live(account) for account in accounts):
        return "LIVE"
    return "simulated" if any(_SIMULATED_FARM.search(text) for text in notices) else "paper"


def only_of(accounts: Sequence[str]) -> str:
    """Return the account of those that are one; "" for several, which most of TWS's requests take for all.

    Examples
    --------
    >>> only_of(["DU1234567"]), only_of(["DU1234567", "DU1234568"])
    ('DU1234567', '')
    """
    return accounts[0] if len(accounts) == 1 else ""


def masked(accounts: Sequence[str], most: int = 3) -> str:
    """Return accounts for showing, the middle of each number masked."""
    shown = ", ".join(mask_account(account) for account in accounts[:most])
    return shown + (f" and {len(accounts) - most} more" if len(accounts) > most else "")


def mismatch(endpoint: Endpoint, accounts: Sequence[str]) -> Finding | None:
    """Return the finding that the port is usual for paper and the account live, or the reverse."""
    usual = endpoint.usual_money
    if usual is None or not accounts:
        return None
    actual = "live" if any(is_live(account) for account in accounts) else "paper"
    if usual == actual:
        return None
    return describe(
        "port-account-mismatch",
        f"port {endpoint.port}, account {masked(accounts)}",
        port=endpoint.port,
        port_kind=usual,
        accounts=masked(accounts),
        account_kind=actual,
    )
