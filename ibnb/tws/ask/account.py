"""Asking for what the accounts hold and are worth: positions, account updates, values and summary."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from ibnb.errors import BadInput, RequestTimeout
from ibnb.tws.ask.calls import objects
from ibnb.tws.ask.calls.call import Ask, managed_accounts, request_id, send_and_wait
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Heard, Rows
from ibnb.tws.ask.calls.window import Window, window_of
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.health import gone
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import AccountValue, Contract, Position
from ibnb.tws.codes.book import request_timeout
from ibnb.tws.identity import masked
from ibnb.wire.ids import Response

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

#: The account whose updates TWS sends, "" for none: one at a time, and none after the connection has ended.
SUBSCRIBED: Slot[str] = Slot("subscribed account", "connection", lambda _: "")
#: The account that was subscribed last, and is to be again after a loss; "" for none.
FOLLOWED: Slot[str] = Slot("account to be followed", "session", lambda _: "")
#: Another client of this TWS is subscribed to another account, and this one is served no updates.
TAKEN = 2101


async def positions(ib: IB, *, timeout: float = 10) -> Rows[Position]:
    """Return what all accounts hold (reqPositions).

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds.

    Returns
    -------
    Rows of Position
        One for each account and contract, without those closed today. TWS goes on to send changes, which
        ``ib.positions()`` follows.
    """
    with Heard(ib, Response.POSITION) as heard:

        def send() -> None:
            heard.begin()
            ib.client.reqPositions()

        rows = await send_and_wait(
            ib,
            Ask(
                "reqPositions",
                send,
                timeout,
                key="positions",
                cancel=ib.client.cancelPositions,
                cause="no-positions",
            ),
        )
        if heard.is_on:
            messages, module = heard.take(), module_of(ib)
            found = [objects.position(module, loose.values) for loose in messages.rows(Response.POSITION, "con_id")]
            rows = Rows(found, messages.remarks("positions", Response.POSITION))
    return Rows(_latest(rows), getattr(rows, "remarks", ()))


def _latest(rows: Iterable[Position]) -> Iterator[Position]:
    """Give each position once, as it was told last; not those of 0, which were closed."""
    latest = {(row.account, _which(row.contract)): row for row in rows}
    return (row for row in latest.values() if row.position)


def _which(contract: Contract) -> tuple[Any, str]:
    """Return what tells a contract from others: its conId, and its name where that is none or cannot be read."""
    is_read = isinstance(contract.conId, int) and contract.conId > 0
    return contract.conId, "" if is_read else str(contract.localSymbol)


async def subscribe_account(ib: IB, account: str, *, timeout: float = 10) -> None:
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
    state, window, deadline = state_of(ib), window_of(ib), Deadline(timeout)
    before, state[SUBSCRIBED] = state[SUBSCRIBED], ""
    ask = Ask(
        f"reqAccountUpdates({account})",
        lambda: _switch_account(ib, window, before, account),
        timeout,
        key="accountValues",
        cancel=lambda: ib.client.reqAccountUpdates(False, account),
        cause="no-account-updates",
        unaddressed=frozenset({TAKEN}),
    )
    try:
        await send_and_wait(ib, ask)
        await _ended(ib, window, ask, deadline)
    except RequestTimeout as late:
        raise _without_end(window, account, late) or late from None
    state[SUBSCRIBED] = state[FOLLOWED] = account


async def _ended(ib: IB, window: Window, ask: Ask, deadline: Deadline) -> None:
    """Wait for the account's own end marker, where that of another, asked for before, came in its place."""
    if window.has_ended:
        return
    lost = asyncio.Event()
    ib.disconnectedEvent += lost.set
    ends = [asyncio.ensure_future(window.end()), asyncio.ensure_future(lost.wait())]
    try:
        done, _ = await asyncio.wait(ends, timeout=deadline.left, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ib.disconnectedEvent -= lost.set
        for each in ends:
            each.cancel()
    if lost.is_set():
        raise gone(ib)
    if not done:
        if ask.cancel is not None:
            ask.cancel()
        raise request_timeout(ask.name, ask.timeout, ask.cause)


def _without_end(window: Window, account: str, late: RequestTimeout) -> RequestTimeout | None:
    """Return what is to be said where much has come, but not the end of it; None where nothing has."""
    values, rows = window.came() if window.account == account else (0, 0)
    if not values and not rows:
        return None
    came = f"{values} account values and {rows} portfolio rows came, the end marker of the download (54) did not."
    return RequestTimeout(late.request, late.seconds, came, late.next_step, late.cause)


def _switch_account(ib: IB, window: Window, before: str, account: str) -> None:
    window.open(account)
    if before and before != account:
        ib.client.reqAccountUpdates(False, before)
    if before != account:  # what was sold while nobody looked would stand in there for ever
        ib.wrapper.portfolio.pop(account, None)
    ib.client.reqAccountUpdates(True, account)


async def account_values(ib: IB, account: str = "", *, timeout: float = 10) -> Rows[AccountValue]:
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
    Rows of AccountValue
        Those that are kept up to date by a subscription, where there is one (reqAccountUpdates); else asked
        for (reqAccountUpdatesMulti).
    """
    names = [account] if account else managed_accounts(ib)
    for name in names:
        _known(ib, name)
    kept = state_of(ib)[SUBSCRIBED]  # what was asked for once stays as it was then
    asked = [_values_once(ib, name, timeout) for name in names if name != kept or not ib.accountValues(name)]
    remarks = [remark for some in await asyncio.gather(*asked) for remark in some]
    window = window_of(ib)
    if window.account in names:
        remarks += window.value_remarks()
    return Rows((value for value in ib.accountValues() if value.account in names), remarks)


async def _values_once(ib: IB, account: str, timeout: float) -> list[str]:
    """Ask for the values of an account; return what is to be told of those that could not be read."""
    req_id = request_id(ib)

    def cancel() -> None:
        ib.client.cancelAccountUpdatesMulti(req_id)

    with Heard(ib, Response.ACCOUNT_UPDATE_MULTI) as heard:
        heard.begin()
        await send_and_wait(
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
        messages = heard.take()
        messages.rows(Response.ACCOUNT_UPDATE_MULTI, "currency", req_id)
        return messages.remarks("account values", Response.ACCOUNT_UPDATE_MULTI)


async def account_summary(ib: IB, account: str = "", *, timeout: float = 10) -> Rows[AccountValue]:
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
    Rows of AccountValue
        The subscription behind it is ended at once: TWS allows two at a time.
    """
    if account:
        _known(ib, account)
    req_id = request_id(ib)
    rows: dict[tuple[str, str, str], Any] = {}

    def collect(value: Any) -> None:
        rows[value.account, value.tag, value.currency] = value

    def cancel() -> None:
        ib.client.cancelAccountSummary(req_id)

    with Heard(ib, Response.ACCOUNT_SUMMARY) as heard:
        ib.accountSummaryEvent += collect
        heard.begin()
        try:
            await send_and_wait(
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
        messages = heard.take()
    cancel()
    messages.rows(Response.ACCOUNT_SUMMARY, "currency", req_id)
    remarks = messages.remarks("figures of the summary", Response.ACCOUNT_SUMMARY)
    return Rows((value for value in rows.values() if not account or value.account == account), remarks)


def _known(ib: IB, account: str) -> None:
    accounts = managed_accounts(ib)
    if account not in accounts:
        raise BadInput("account", account, f"one of this log-in's: {masked(accounts) or 'none'}")
