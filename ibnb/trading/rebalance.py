"""From target weights to the orders that lead there, by what is held and what things cost now; sales come first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ibnb.errors import BadInput, IBNBError
from ibnb.settings import options
from ibnb.trading.check.case import Case
from ibnb.trading.check.facts import Facts, facts_for, worth_of
from ibnb.trading.check.market_rules import rules_for
from ibnb.trading.check.rules import Rules, check_order, nearest
from ibnb.trading.orders import account_of, require_orders
from ibnb.trading.records.holding import held_now
from ibnb.trading.records.record import NOT_WORKING
from ibnb.trading.sending.planned import Planned
from ibnb.trading.sending.tracker import tracker_of
from ibnb.trading.sending.trade import LiveTrade
from ibnb.trading.values import build
from ibnb.trading.values.build import Common, plain_number
from ibnb.trading.values.plan import BUY, SELL, Plan, plain
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.together import together
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails, ContractLike
from ibnb.tws.resolve import resolve_live

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 5
_KINDS = ("MKT", "LMT")


@dataclass(frozen=True)
class _Target:
    weight: float
    details: ContractDetails
    rules: Rules
    facts: Facts


async def rebalance(
    ib: IB,
    weights: Mapping[ContractLike, float],
    cash: float = 0.0,
    *,
    order_type: str = "MKT",
    account: str | None = None,
    ref: str = "",
    timeout: float = 30,
) -> LiveRebalance:
    """Return the orders that lead from what is held to target weights, unsent, the biggest sale first."""
    shares = _checked(weights, cash)
    if order_type not in _KINDS:
        raise BadInput("order_type", order_type, "'MKT', at the market's price, or 'LMT', limited to the quote of now")
    owner, deadline = account_of(ib, account), Deadline(timeout)
    common = Common(ref=ref)

    async def look(word: ContractLike) -> _Target:
        details = require_orders(word, await resolve_live(ib, word, timeout=deadline.left))
        rules = await rules_for(ib, details, details.contract.exchange, timeout=deadline.left)
        facts = await facts_for(ib, details, owner, timeout=deadline.left)
        held = held_now(facts.position, tracker_of(ib).records.values(), owner, details.contract)
        return _Target(shares[word], details, rules, replace(facts, position=held))

    targets = await together(look, list(shares), _AT_ONCE)
    ids = [target.details.contract.conId for target in targets]
    if len(set(ids)) < len(ids):
        raise BadInput("weights", list(weights), "each contract once")
    await _require_nothing_under_way(ib, owner, targets, deadline.left)
    planned = [each for target in targets if (each := _order(ib, target, owner, common, order_type)) is not None]
    planned.sort(key=_sales_first)
    held = {target.details.contract.conId: target.facts.position for target in targets}
    return LiveRebalance([each for each, _ in planned], [held[each.plan.contract.conId] for each, _ in planned])


async def _require_nothing_under_way(ib: IB, account: str, targets: list[_Target], timeout: float) -> None:
    """Raise where orders that may be filled soon work already, or wait for the market to open, whoever has sent them.

    What they will do is not known yet; what waits for a price that is farther away (a limit, a stop, an end of a
    bracket) may wait for ever.
    """
    by_id = {target.details.contract.conId: target for target in targets}
    under_way = []
    for trade in await ask.open_orders(ib, timeout=timeout):
        order, target = trade.order, by_id.get(trade.contract.conId)
        if order.account != account or target is None or trade.orderStatus.status in NOT_WORKING:
            continue
        if Case(options.limits, target.facts, target.details, order).may_fill_soon:
            under_way.append(f"{order.action} {plain(order.totalQuantity)} {trade.contract.symbol}")
    if under_way:
        raise IBNBError(
            f"Orders for what is to be rebalanced are under way: {', '.join(under_way)}. Wait until they are done, or "
            "cancel them, and ask again: what they will do is not known yet."
        )


def _checked(weights: Mapping[ContractLike, float], cash: float) -> dict[ContractLike, float]:
    if not isinstance(weights, Mapping) or not weights:
        raise BadInput("weights", weights, "a dict of contracts and shares of net liquidation: {'AAPL': 0.1}")
    shares = {word: plain_number(f"weights[{word!r}]", weight) for word, weight in weights.items()}
    kept = plain_number("cash", cash)
    if not 0 <= kept < 1:
        raise BadInput("cash", cash, "a share of net liquidation from 0 up to 1")
    if any(share < 0 for share in shares.values()):
        raise BadInput("weights", dict(weights), "shares from 0 on: nothing is sold short")
    if sum(shares.values()) + kept > 1 + 1e-9:
        total = f"{sum(shares.values()):.0%} and {kept:.0%} cash"
        raise BadInput("weights", dict(weights), f"shares that add up to 100 % with the cash at the most, not {total}")
    return shares


def _order(ib: IB, target: _Target, account: str, common: Common, kind: str) -> tuple[Planned, float] | None:
    """Return the order that leads to a target, and its value with the sign of the trade; None where it is there."""
    facts, details, name = target.facts, target.details, target.details.contract.symbol
    held = facts.position
    if held is None or facts.net_liquidation is None:
        raise IBNBError(f"It is not known what {name} is held, or what the account is worth. Ask again.")
    aim = target.weight * facts.net_liquidation
    sign = 1 if held <= 0 or (worth_of(facts, held, facts.prices.at(1)) or 0.0) < aim else -1
    price = facts.prices.at(sign)
    one = worth_of(facts, 1.0, price)
    if not one:
        raise IBNBError(f"There is no price of {name}, or no exchange rate, so that its share cannot be worked out.")
    quantity = _quantity(aim / one - held, held, target.rules.size_step)
    if not quantity:
        return None
    side = BUY if quantity > 0 else SELL
    limits = {}
    if kind == "LMT":
        below, above = nearest(target.rules, price)
        limits["lmtPrice"] = above if quantity > 0 else below
    line = build.single(module_of(ib), common, account, side, abs(quantity), kind, **limits)
    check_order(target.rules, line.order)
    return Planned(ib, Plan(details, account, (line,)), target.rules), quantity * one


def _quantity(missing: float, held: float, step: float) -> float:
    """Return what is to be bought, or sold where it is negative: in steps, to the target or just below it.

    Examples
    --------
    >>> _quantity(5.7, 5.0, 1.0), _quantity(-6.6, 10.0, 1.0), _quantity(-5.5, 5.5, 1.0), _quantity(0.0, 3.5, 1.0)
    (5.0, -7.0, -5.0, 0.0)
    """
    steps = math.floor(missing / step + 1e-9)
    most = math.floor(max(held, 0.0) / step + 1e-9)  # what trades in fractions elsewhere may be held in such
    return round(max(steps, -most) * step, 10) + 0.0


def _sales_first(planned: tuple[Planned, float]) -> tuple[bool, float]:
    """Order what is to be sent: the biggest sale first, then the biggest purchase."""
    value = planned[1]
    return value > 0, -abs(value)


async def _require_held(order: Planned, before: float | None) -> None:
    """Raise where something else is held by now than when an order was worked out."""
    held, contract = await order.held(), order.plan.contract
    if held is not None and held != before:
        raise IBNBError(
            f"{plain(held)} {contract.symbol} are held by now, and {plain(before)} were when this was worked out. Make "
            "a new rebalance."
        )


class LiveRebalance:
    """Orders towards target weights. Made by `ibnb.aio.rebalance`; awaited on its client's loop."""

    def __init__(self, orders: list[Planned], held: list[float | None]) -> None:
        self.orders, self._held = orders, held

    @property
    def submitted(self) -> int:
        """How many of them were sent."""
        return sum(order.is_submitted for order in self.orders)

    async def preview(self, *, timeout: float = 30) -> pd.DataFrame:
        """Return what they would do, one row an order, each by itself."""
        from ibnb.tables.order import preview

        deadline = Deadline(timeout)

        async def one(order: Planned) -> pd.DataFrame:
            return await order.preview(timeout=deadline.left)

        frames = await together(one, self.orders, _AT_ONCE)
        return preview.joined(frames)

    async def submit(self, force: str | None = None, *, timeout: float = 60) -> list[LiveTrade]:
        """Send them one after the other, sales first; the first that does not work ends it, those before it work on."""
        if self.submitted:
            raise IBNBError(
                f"{self.submitted} of these {len(self.orders)} orders were submitted already, and none of them is sent "
                "again. tws.trades() shows what became of them; make a new rebalance for what is still to be done."
            )
        sent: list[LiveTrade] = []
        for order, held in zip(self.orders, self._held, strict=True):
            try:
                await _require_held(order, held)
                sent += await order.submit(force, timeout=timeout)
            except IBNBError as error:
                error.add_note(f"{len(sent)} of {len(self.orders)} orders were sent before this one, none after it.")
                raise
        return sent
