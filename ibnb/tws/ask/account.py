"""Asking for what the accounts hold: positions, portfolio, values and summary."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from ibnb.errors import BadInput
from ibnb.tws.ask.call import Ask, answer, desk_of
from ibnb.tws.identity import masked

#: Another client of this TWS is subscribed to another account, and this one is served no updates.
TAKEN = 2101
#: All that reqAccountSummary knows, and the ledger of every currency. TWS itself answers `ReqTEquity`.
SUMMARY_TAGS = (
    "AccountType,NetLiquidation,TotalCashValue,SettledCash,AccruedCash,BuyingPower,EquityWithLoanValue,"
    "PreviousDayEquityWithLoanValue,GrossPositionValue,RegTEquity,RegTMargin,SMA,InitMarginReq,MaintMarginReq,"
    "AvailableFunds,ExcessLiquidity,Cushion,FullInitMarginReq,FullMaintMarginReq,FullAvailableFunds,"
    "FullExcessLiquidity,LookAheadNextChange,LookAheadInitMarginReq,LookAheadMaintMarginReq,"
    "LookAheadAvailableFunds,LookAheadExcessLiquidity,HighestSeverity,DayTradesRemaining,"
    "DayTradesRemainingT+1,DayTradesRemainingT+2,DayTradesRemainingT+3,DayTradesRemainingT+4,Leverage,"
    "$LEDGER:ALL"
)


async def positions(ib: Any, *, timeout: float = 10) -> list[Any]:
    """Return what all accounts hold (reqPositions).

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds.

    Returns
    -------
    list of Position
        One for each account and contract, without those closed today. TWS goes on to send changes, which
        ``ib.positions()`` follows.
    """
    rows = await answer(
        ib,
        Ask(
            "reqPositions",
            ib.client.reqPositions,
            timeout,
            key="positions",
            cancel=ib.client.cancelPositions,
            cause="no-positions",
        ),
    )
    latest = {(row.account, row.contract.conId): row for row in rows}
    return [row for row in latest.values() if row.position]


async def subscribe_account(ib: Any, account: str, *, timeout: float = 10) -> None:
    """Subscribe to the values and the portfolio of an account (reqAccountUpdates).

    TWS serves one account at a time: the one before is unsubscribed. Afterwards ``ib.accountValues()`` and
    ``ib.portfolio()`` follow that account.

    Parameters
    ----------
    ib : IB
        A connected client.
    account : str
        One of the log-in's accounts.
    timeout : float
        Seconds.

    Raises
    ------
    RequestError
        With the cause ``account-taken`` where TWS serves another account to another client: it has one for all.
    """
    _known(ib, account)
    desk = desk_of(ib)
    before, desk.account = desk.account, ""
    await answer(
        ib,
        Ask(
            f"reqAccountUpdates({account})",
            lambda: _switch_account(ib, before, account),
            timeout,
            key="accountValues",
            cancel=lambda: ib.client.reqAccountUpdates(False, account),
            cause="no-account-updates",
            unaddressed=frozenset({TAKEN}),
        ),
    )
    desk.account = account


def _switch_account(ib: Any, before: str, account: str) -> None:
    if before and before != account:
        ib.client.reqAccountUpdates(False, before)
    if before != account:  # what was sold while nobody looked would stand in there for ever
        ib.wrapper.portfolio.pop(account, None)
    ib.client.reqAccountUpdates(True, account)


async def account_values(ib: Any, account: str = "", *, timeout: float = 10) -> list[Any]:
    """Return all values of an account, or of all accounts.

    Parameters
    ----------
    ib : IB
        A connected client.
    account : str
        One of the log-in's accounts; without it all of them.
    timeout : float
        Seconds.

    Returns
    -------
    list of AccountValue
        Those that are kept up to date by a subscription, where there is one (reqAccountUpdates); else asked
        for (reqAccountUpdatesMulti).
    """
    names = [account] if account else list(ib.client.getAccounts())
    for name in names:
        _known(ib, name)
    await asyncio.gather(*(_values_once(ib, name, timeout) for name in names if not ib.accountValues(name)))
    return [value for value in ib.accountValues() if value.account in names]


async def _values_once(ib: Any, account: str, timeout: float) -> None:
    req_id = ib.client.getReqId()

    def cancel() -> None:
        ib.client.cancelAccountUpdatesMulti(req_id)

    await answer(
        ib,
        Ask(
            f"reqAccountUpdatesMulti({account})",
            lambda: ib.client.reqAccountUpdatesMulti(req_id, account, "", False),
            timeout,
            req_id=req_id,
            cancel=cancel,
            cause="no-account-updates",
        ),
    )


async def portfolio(ib: Any, account: str = "", *, timeout: float = 10) -> list[Any]:
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
    list of PortfolioItem

    Raises
    ------
    BadInput
        If the log-in has several accounts and none is named.
    """
    desk = desk_of(ib)
    accounts = list(ib.client.getAccounts())
    account = account or desk.account or (accounts[0] if len(accounts) == 1 else "")
    if not account:
        raise BadInput("account", account, f"one of {masked(accounts)}", "This log-in has several accounts.")
    if desk.account != account:
        await subscribe_account(ib, account, timeout=timeout)
    return list(ib.portfolio(account))


def subscribed_account(ib: Any) -> str:
    """Return the account whose values and portfolio are subscribed; "" where none is."""
    return desk_of(ib).account


async def portfolios(ib: Any, accounts: Sequence[str], *, timeout: float = 10) -> list[Any]:
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
        Seconds, for each account.

    Returns
    -------
    list of PortfolioItem
        In the order of the accounts.
    """
    desk = desk_of(ib)
    async with desk.turns.setdefault("portfolios", asyncio.Lock()):
        before = desk.account
        found: dict[str, list[Any]] = {}
        try:
            for account in sorted(accounts, key=lambda name: name == before):  # the way ends where it began
                found[account] = await portfolio(ib, account, timeout=timeout)
        finally:
            if before and desk.account != before and ib.client.isReady():
                await subscribe_account(ib, before, timeout=timeout)
            elif not before and desk.account and ib.client.isReady():
                ib.client.reqAccountUpdates(False, desk.account)
                desk.account = ""
    return [item for account in accounts for item in found[account]]


async def account_summary(ib: Any, account: str = "", *, timeout: float = 10) -> list[Any]:
    """Return the summary of all accounts, with the cash of every currency (reqAccountSummary).

    Parameters
    ----------
    ib : IB
        A connected client.
    account : str
        Only that account.
    timeout : float
        Seconds.

    Returns
    -------
    list of AccountValue
        The subscription behind it is ended at once: TWS allows two at a time.
    """
    if account:
        _known(ib, account)
    req_id = ib.client.getReqId()
    rows: dict[tuple[str, str, str], Any] = {}

    def collect(value: Any) -> None:
        rows[value.account, value.tag, value.currency] = value

    def cancel() -> None:
        ib.client.cancelAccountSummary(req_id)

    ib.accountSummaryEvent += collect
    try:
        await answer(
            ib,
            Ask(
                "reqAccountSummary(All)",
                lambda: ib.client.reqAccountSummary(req_id, "All", SUMMARY_TAGS),
                timeout,
                req_id=req_id,
                cancel=cancel,
                cause="no-account-updates",
            ),
        )
    finally:
        ib.accountSummaryEvent -= collect
    cancel()
    return [value for value in rows.values() if not account or value.account == account]


def _known(ib: Any, account: str) -> None:
    accounts = list(ib.client.getAccounts())
    if account not in accounts:
        raise BadInput("account", account, f"one of this log-in's: {masked(accounts) or 'none'}")
