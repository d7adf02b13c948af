"""From what the form of a ticket asks for to the orders that would be sent."""

from __future__ import annotations

import math
from typing import Any

from ibnb.errors import BadInput
from ibnb.ground.numerals import shown_number
from ibnb.trading import orders
from ibnb.trading.check.facts import facts_for, worth_of
from ibnb.trading.check.rules import rules_of
from ibnb.trading.sending.planned import Planned
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails
from ibnb.widgets.ticket.fields import LIMIT, MARKET, MONEY, SHARE, STOP, STOP_LIMIT, TRAIL, UNITS, Wish


async def plan_of(ib: IB, wish: Wish, details: ContractDetails, *, timeout: float) -> Planned:
    """Return the orders of a wish, unsent.

    Raises
    ------
    BadInput
        For what no server would take, and where an amount of money cannot be worked out.
    """
    quantity = await _quantity(ib, wish, details, timeout)
    common: dict[str, Any] = {
        "tif": wish.tif,
        "outside_rth": wish.outside_rth,
        "account": wish.account,
        "ref": wish.note,
        "timeout": timeout,
    }
    side, contract = wish.side, details.contract
    if wish.kind == MARKET:
        return await orders.market(ib, side, quantity, contract, **common)
    if wish.kind == STOP:
        return await orders.stop(ib, side, quantity, contract, _given(wish.stop), **common)
    if wish.kind == STOP_LIMIT:
        return await orders.stop_limit(ib, side, quantity, contract, _given(wish.stop), _given(wish.price), **common)
    if wish.kind == TRAIL:
        return await orders.trail(ib, side, quantity, contract, _given(wish.stop), **common)
    assert wish.kind == LIMIT
    if wish.take_profit is not None and wish.stop_loss is not None:
        ends: dict[str, Any] = {"take_profit": wish.take_profit, "stop_loss": wish.stop_loss}
        return await orders.bracket(ib, side, quantity, contract, _given(wish.price), **ends, **common)
    return await orders.limit(ib, side, quantity, contract, _given(wish.price), **common)


async def _quantity(ib: IB, wish: Wish, details: ContractDetails, timeout: float) -> float:
    """Return how much is ordered, where an amount of money or a share of the portfolio is meant by its price now."""
    if wish.measure == UNITS:
        return wish.amount
    facts = await facts_for(ib, details, wish.account, timeout=timeout)
    price = wish.price if wish.price is not None else facts.prices.at(1 if wish.side == "BUY" else -1)
    one = worth_of(facts, 1.0, price)
    money: float | None = wish.amount
    if wish.measure == SHARE:
        money = None if facts.net_liquidation is None else facts.net_liquidation * wish.amount / 100
    if not one or money is None:
        hint = "there is no quote, exchange rate or account value; give a quantity"
        raise BadInput("amount", wish.amount, "an amount that can be worked out", hint)
    step = rules_of(details).size_step
    quantity = round(math.floor(money / one / step + 1e-9) * step, 10)
    if quantity <= 0:
        what = f"{wish.amount:g} {facts.base_currency}" if wish.measure == MONEY else f"{wish.amount:g} %"
        raise BadInput(
            "amount",
            wish.amount,
            f"at least one unit, which is worth {shown_number(f'{one:,.2f}')}",
            f"{what} buys none",
        )
    return quantity


def _given(price: float | None) -> float:
    assert price is not None, "the form has seen to it"
    return price
