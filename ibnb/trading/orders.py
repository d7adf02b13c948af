"""The orders that a person can plan, as coroutines: market, limit, stop, stop-limit, trailing, bracket, any other.

Each looks its contract up and checks the order against the contract's rules, and returns it unsent.
"""

from __future__ import annotations

from ibnb.errors import BadInput, IBNBError
from ibnb.ground.masking import mask_account
from ibnb.trading.check.market_rules import rules_for
from ibnb.trading.check.rules import check_order
from ibnb.trading.records.record import Record
from ibnb.trading.records.undoing import closing_note, left_of
from ibnb.trading.sending.planned import Planned
from ibnb.trading.sending.tracker import tracker_of
from ibnb.trading.sending.trade import LiveTrade
from ibnb.trading.values import build
from ibnb.trading.values.build import Common, number, plain_number
from ibnb.trading.values.plan import BUY, SELL, Line, Plan
from ibnb.tws.ask.calls.call import managed_accounts
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails, ContractLike, Order
from ibnb.tws.identity import masked
from ibnb.tws.resolve import resolve_live

#: Has no order of its own, but one for each of its members.
_NO_ORDERS = frozenset({"IND", "CONTFUT", "NEWS"})


async def market(
    ib: IB,
    side: str,
    quantity: float | None,
    contract: ContractLike,
    *,
    tif: str = "DAY",
    outside_rth: bool = False,
    account: str | None = None,
    ref: str = "",
    oca: str = "",
    cash_quantity: float | None = None,
    timeout: float = 10,
) -> Planned:
    """Return an order at the market's price (MKT)."""
    return await _single(
        ib, side, quantity, contract, "MKT", account, timeout, Common(tif, outside_rth, ref, oca, cash_quantity)
    )


async def limit(
    ib: IB,
    side: str,
    quantity: float | None,
    contract: ContractLike,
    price: float,
    *,
    tif: str = "DAY",
    outside_rth: bool = False,
    account: str | None = None,
    ref: str = "",
    oca: str = "",
    cash_quantity: float | None = None,
    timeout: float = 10,
) -> Planned:
    """Return an order at a price or better (LMT)."""
    prices = {"lmtPrice": plain_number("price", price)}
    return await _single(
        ib,
        side,
        quantity,
        contract,
        "LMT",
        account,
        timeout,
        Common(tif, outside_rth, ref, oca, cash_quantity),
        **prices,
    )


async def stop(
    ib: IB,
    side: str,
    quantity: float,
    contract: ContractLike,
    stop_price: float,
    *,
    tif: str = "DAY",
    outside_rth: bool = False,
    account: str | None = None,
    ref: str = "",
    oca: str = "",
    timeout: float = 10,
) -> Planned:
    """Return an order at the market's price as soon as a price is reached (STP)."""
    prices = {"auxPrice": plain_number("stop_price", stop_price)}
    return await _single(
        ib, side, quantity, contract, "STP", account, timeout, Common(tif, outside_rth, ref, oca), **prices
    )


async def stop_limit(
    ib: IB,
    side: str,
    quantity: float,
    contract: ContractLike,
    stop_price: float,
    price: float,
    *,
    tif: str = "DAY",
    outside_rth: bool = False,
    account: str | None = None,
    ref: str = "",
    oca: str = "",
    timeout: float = 10,
) -> Planned:
    """Return an order at a limit as soon as a price is reached (STP LMT)."""
    prices = {"auxPrice": plain_number("stop_price", stop_price), "lmtPrice": plain_number("price", price)}
    return await _single(
        ib, side, quantity, contract, "STP LMT", account, timeout, Common(tif, outside_rth, ref, oca), **prices
    )


async def trail(
    ib: IB,
    side: str,
    quantity: float,
    contract: ContractLike,
    amount: float | None = None,
    *,
    percent: float | None = None,
    stop_price: float | None = None,
    limit_offset: float | None = None,
    tif: str = "DAY",
    outside_rth: bool = False,
    account: str | None = None,
    ref: str = "",
    oca: str = "",
    timeout: float = 10,
) -> Planned:
    """Return a stop that follows the price (TRAIL; with a limit behind it TRAIL LIMIT)."""
    if (amount is None) == (percent is None):
        raise BadInput("amount", amount, "either amount= (in prices) or percent=, by which the stop trails")
    prices: dict[str, float | None] = {
        "auxPrice": None if amount is None else number("amount", amount),
        "trailingPercent": None if percent is None else number("percent", percent),
        "trailStopPrice": None if stop_price is None else plain_number("stop_price", stop_price),
        "lmtPriceOffset": None if limit_offset is None else plain_number("limit_offset", limit_offset),
    }
    kind = "TRAIL" if limit_offset is None else "TRAIL LIMIT"
    return await _single(
        ib, side, quantity, contract, kind, account, timeout, Common(tif, outside_rth, ref, oca), **prices
    )


async def bracket(
    ib: IB,
    side: str,
    quantity: float,
    contract: ContractLike,
    price: float,
    *,
    take_profit: float,
    stop_loss: float,
    tif: str = "DAY",
    outside_rth: bool = False,
    account: str | None = None,
    ref: str = "",
    timeout: float = 10,
) -> Planned:
    """Return a limit order with the two that end it, by a gain or by a loss."""
    prices = [
        plain_number(name, value)
        for name, value in (("price", price), ("take_profit", take_profit), ("stop_loss", stop_loss))
    ]
    owner, terms = account_of(ib, account), Common(tif, outside_rth, ref)
    lines = build.bracket(module_of(ib), terms, owner, side, quantity, *prices)
    return await planned(ib, contract, owner, lines, timeout=timeout)


async def order(
    ib: IB, contract: ContractLike, order: Order, *, account: str | None = None, ref: str = "", timeout: float = 10
) -> Planned:
    """Return an order of any kind, from an Order of the client library, which is copied."""
    owner = account_of(ib, account_named(order, account))
    return await planned(ib, contract, owner, (build.from_order(module_of(ib), order, owner, ref),), timeout=timeout)


def account_named(order: Order, account: str | None) -> str | None:
    """Return whose an order is: of the account that is named beside it, or else of the one that it names itself."""
    return getattr(order, "account", "") or None if account is None or account == "" else account


async def close_out(trade: LiveTrade, *, timeout: float = 10) -> Planned:
    """Return the market order that undoes what an order has filled."""
    record = trade.record
    if not record.filled:
        raise IBNBError(
            "Nothing of this order is filled, so that there is nothing to close out. trade.cancel() ends it."
        )
    tracker = tracker_of(trade.ib)
    await tracker.remember()
    left = left_of(record, tracker.records.values())
    if left <= 0:
        raise IBNBError(
            "What was filled of this order is closed out already, or an order that does so works. See tws.trades()."
        )
    ends = [each.role for each in tracker.records.values() if _ends(each, record)]
    if ends:
        raise IBNBError(
            f"The {' and the '.join(ends)} of this bracket work on, and would open a position the other way once it is "
            "closed out. Cancel them first: tws.trades() has them."
        )
    side = SELL if record.order.action == BUY else BUY
    common = Common(ref=closing_note(record.token))
    line = build.single(module_of(trade.ib), common, record.account, side, left, "MKT")
    return await planned(trade.ib, record.contract, record.account, (line,), timeout=timeout)


def _ends(record: Record, parent: Record) -> bool:
    """Tell whether an order works that ends another of its bracket."""
    return record.plan_token == parent.token and record is not parent and not record.is_over


async def _single(
    ib: IB,
    side: str,
    quantity: float | None,
    contract: ContractLike,
    kind: str,
    account: str | None,
    timeout: float,
    common: Common,
    **prices: float | None,
) -> Planned:
    owner = account_of(ib, account)
    line = build.single(module_of(ib), common, owner, side, quantity, kind, **prices)
    return await planned(ib, contract, owner, (line,), timeout=timeout)


async def planned(ib: IB, contract: ContractLike, account: str, lines: tuple[Line, ...], *, timeout: float) -> Planned:
    """Return orders for a contract, looked up and checked."""
    deadline = Deadline(timeout)
    details = require_orders(contract, await resolve_live(ib, contract, timeout=deadline.left))
    rules = await rules_for(ib, details, details.contract.exchange, timeout=deadline.left)
    for line in lines:
        check_order(rules, line.order, line.role)
    return Planned(ib, Plan(details, account, lines), rules)


def require_orders(word: ContractLike, details: ContractDetails) -> ContractDetails:
    """Return a contract's details.

    Raises
    ------
    BadInput
        If it is one that has no orders, such as an index.
    """
    kind = details.contract.secType
    if kind in _NO_ORDERS:
        raise BadInput("contract", word, "one that can be traded", f"{kind} has no orders; trade what it stands for")
    return details


def account_of(ib: IB, account: str | None) -> str:
    """Return the account that an order is for.

    Raises
    ------
    BadInput
        If it is none of the log-in, or has to be named.
    """
    known = managed_accounts(ib)
    if account is None or account == "":
        if len(known) == 1:
            return known[0]
        raise BadInput("account", account, f"one of this log-in's, which has several: {masked(known)}")
    if isinstance(account, str) and account.strip().upper() in known:
        return account.strip().upper()
    hint = "the whole number, as tws.accounts() has it" if isinstance(account, str) else ""
    if hint and account not in map(mask_account, known):
        hint = "advisors' groups and models are not supported: name one account"
    raise BadInput("account", account, f"one of this log-in's: {masked(known) or 'none'}", hint)
