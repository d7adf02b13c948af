"""Asking for the portfolio of an account, or of one account after the other, with TWS's own prices and values."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ibnb.errors import BadInput, IBNBError, NotConnected, RequestError, RequestTimeout
from ibnb.ground.masking import mask_account
from ibnb.tws.ask.account import FOLLOWED, SUBSCRIBED, positions, subscribe_account
from ibnb.tws.ask.calls.call import managed_accounts, turn_of
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Rows
from ibnb.tws.ask.calls.window import window_of
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import state_of
from ibnb.tws.client.values import PortfolioItem
from ibnb.tws.identity import masked, only_of

#: Where the subscription that was before is made again after the time has run out, so many seconds are given to it.
_BACK = 1.0


async def portfolio(ib: IB, account: str = "", *, timeout: float = 10) -> Rows[PortfolioItem]:
    """Return the portfolio of an account with market prices (reqAccountUpdates).

    Parameters
    ----------
    ib : IB
        A connected client.
    account : str
        One of the log-in's accounts. Without it the one that is subscribed, or the only one.
    timeout : float
        Seconds.

    Returns
    -------
    Rows of PortfolioItem

    Raises
    ------
    BadInput
        If the log-in has several accounts and none is named.
    """
    subscribed, accounts = state_of(ib)[SUBSCRIBED], managed_accounts(ib)
    account = account or subscribed or only_of(accounts)
    if not account:
        raise BadInput("account", account, f"one of {masked(accounts)}", "This log-in has several accounts.")
    if subscribed != account:
        await subscribe_account(ib, account, timeout=timeout)
    window = window_of(ib)
    if window.shows(account):
        return window.portfolio()
    return Rows(ib.portfolio(account))


def subscribed_account(ib: IB) -> str:
    """Return the account whose values and portfolio are subscribed; "" where none is."""
    return state_of(ib)[SUBSCRIBED]


async def portfolios(ib: IB, accounts: Sequence[str], *, timeout: float = 10) -> Rows[PortfolioItem]:
    """Return the portfolios of several accounts, one after the other (reqAccountUpdates).

    Each account is subscribed in turn, for no other request tells TWS's own prices and values of all positions; then
    the account that was subscribed before is again, or none is.

    Parameters
    ----------
    ib : IB
        A connected client.
    accounts : sequence of str
        Of the log-in's accounts.
    timeout : float
        Seconds for all of them. An account that does not come gets its share, so that the others do.

    Returns
    -------
    Rows of PortfolioItem
        In the order of the accounts. Where the portfolio of some never ends, or TWS serves another client's account in
        its place (2101), the rows that came and, without prices and values, what the positions tell beside them; a
        remark names the account.

    Raises
    ------
    RequestError
        If none of the accounts comes.
    """
    state, deadline = state_of(ib), Deadline(timeout)
    async with turn_of(ib, "portfolios"):
        before, followed = state[SUBSCRIBED], state[FOLLOWED]
        found: dict[str, Rows[PortfolioItem]] = {}
        missing: dict[str, RequestError] = {}
        try:
            turns = sorted(accounts, key=lambda name: name == before)  # the way ends where it began
            for place, account in enumerate(turns):
                # one part more than there are accounts: what is lacking is asked for in the end
                seconds = deadline.share(len(turns) - place + 1)
                try:
                    found[account] = await portfolio(ib, account, timeout=seconds)
                except RequestError as error:
                    if not isinstance(error, RequestTimeout) and error.cause != "account-taken":
                        raise
                    missing[account] = error
                    window = window_of(ib)
                    found[account] = window.portfolio() if window.shows(account) else Rows()
            if missing and len(missing) == len(accounts):
                raise _of_all(next(iter(missing.values())), timeout)
        finally:
            state[FOLLOWED] = followed
            if before and state[SUBSCRIBED] != before and ib.client.isReady():
                await subscribe_account(ib, before, timeout=max(deadline.left, _BACK))
            elif not before and state[SUBSCRIBED] and ib.client.isReady():
                ib.client.reqAccountUpdates(False, state[SUBSCRIBED])
                state[SUBSCRIBED] = ""
    for account, reason in missing.items():
        found[account] = await _filled(ib, account, found[account], reason, deadline.left)
    rows = [item for account in accounts for item in found[account]]
    return Rows(rows, [remark for account in accounts for remark in found[account].remarks])


def _of_all(error: RequestError, timeout: float) -> RequestError:
    """Return what stands for the failure of every account."""
    if not isinstance(error, RequestTimeout):
        return error
    name = "reqAccountUpdates, for each account"
    return RequestTimeout(name, timeout, error.meaning, error.next_step, error.cause)


async def _filled(
    ib: IB, account: str, came: Rows[PortfolioItem], error: RequestError, seconds: float
) -> Rows[PortfolioItem]:
    """Return the rows that came of a portfolio which did not come whole, and what is held beside them."""
    name, reason = mask_account(account), error.meaning.rstrip(".")
    try:
        held = await positions(ib, timeout=seconds)
    except NotConnected:
        raise
    except IBNBError:
        why = f"{name}: its portfolio is not complete, and the positions did not come in its place. {reason}"
        return Rows(came, [*came.remarks, why])
    known = {item.contract.conId for item in came}
    item, unset = module_of(ib).PortfolioItem, math.nan
    more = [
        item(each.contract, each.position, unset, unset, each.avgCost, unset, unset, account)
        for each in held
        if each.account == account and each.contract.conId not in known
    ]
    what = "did not end" if isinstance(error, RequestTimeout) else "is not served"
    why = f"{name}: its portfolio {what}. {reason}; {len(more)} rows are of the positions, without price and value"
    return Rows([*came, *more], [*came.remarks, *held.remarks, why])
