"""Whose: from what a person says of accounts, in every function that knows them, to the numbers of the log-in."""

from __future__ import annotations

from ibnb.errors import BadInput
from ibnb.tws.ask.calls.call import managed_accounts
from ibnb.tws.client.ib import IB
from ibnb.tws.identity import masked

#: Stands for all accounts of a log-in, as in TWS.
ALL = "all"


def accounts_wanted(ib: IB, account: object) -> list[str]:
    """Return the accounts that are meant, in the log-in's order.

    Parameters
    ----------
    ib : IB
        A connected client.
    account : str or None
        A number, ``"all"``, or None for all of them too: a session puts its own account in its place.

    Raises
    ------
    BadInput
        If the log-in has no such account.
    """
    known = managed_accounts(ib)
    if account is None or account == "":
        return known
    if isinstance(account, str):
        word = account.strip()
        if word.lower() == ALL:
            return known
        if word.upper() in known:
            return [word.upper()]
    raise BadInput("account", account, f"one of this log-in's: {masked(known) or 'none'}, or {ALL!r} for all")


def leaves_out(ib: IB, accounts: list[str]) -> bool:
    """Return whether rows of other accounts are to be left out; not where all are meant, which shows strangers."""
    return set(accounts) != set(managed_accounts(ib))
