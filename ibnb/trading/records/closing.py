"""How much orders that work already are to buy or sell of what another is to close. Pure.

A combination moves its legs: each of them may be closed by an order of its own, by the same combination, or by another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ibnb.trading.records.record import Record
from ibnb.trading.values.plan import BUY, SELL
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import contract_key


@dataclass(frozen=True)
class Part:
    """One contract that an order moves: the order's own, or a leg's, of which there is the conId alone."""

    contract: Contract | None
    con_id: int
    action: str
    ratio: float = 1.0


def parts_of(contract: Contract, action: str) -> list[Part]:
    """Return what an order moves.

    Parameters
    ----------
    contract : Contract
        The order's.
    action : str
        ``"BUY"`` or ``"SELL"``.
    """
    if contract.secType != "BAG":
        return [Part(contract, contract.conId, action)]
    other = SELL if action == BUY else BUY
    return [
        Part(None, leg.conId, action if leg.action == BUY else other, float(leg.ratio or 1))
        for leg in contract.comboLegs or ()
    ]


def moved(record: Record, part: Part) -> float:
    """Return how many of a part each of what is left of an order is to buy, or sell; 0 for none.

    Of a combination it is as many as its leg has; of another contract, on the other side, or over: none.
    """
    theirs = record.contract
    if record.is_over:
        return 0.0
    if theirs.secType == "BAG":
        legs = [leg for leg in parts_of(theirs, record.order.action) if part.con_id and leg.con_id == part.con_id]
        return max(sum(leg.ratio if leg.action == part.action else -leg.ratio for leg in legs), 0.0)
    if record.order.action != part.action:
        return 0.0
    if part.con_id or part.contract is None:
        return float(theirs.conId == part.con_id)
    return float(contract_key(theirs) == contract_key(part.contract))


def closing(
    parts: Iterable[Part], by_token: Mapping[str, Record], working: Collection[Record], apart: Collection[str]
) -> float:
    """Return how much of what an order moves others are to buy or sell: of its legs the one of which it is most.

    Parameters
    ----------
    parts : iterable of Part
        What the order moves.
    by_token : mapping of Record
        All orders that are known.
    working : collection of Record
        Those that count.
    apart : collection of str
        Brackets and groups that do not count beside it: those of the bracket whose order is to be changed, and of the
        order's own group.
    """
    found = 0.0
    for part in parts:
        alike = [(record, of_each) for record in working if (of_each := moved(record, part))]
        found = max(found, _total(by_token, alike, apart) / part.ratio)
    return found


def _total(by_token: Mapping[str, Record], alike: Iterable[tuple[Record, float]], apart: Collection[str]) -> float:
    """Return how much orders are to buy or sell.

    Of the two ends of a bracket, and of a group of which one cancels the others, the largest counts: a fill of the one
    takes from the others. Ends close no more than their parent has opened, as long as that is not over.
    """
    groups: dict[str, float] = {}
    total = 0.0
    for record, of_each in alike:
        is_end = record.role not in ("", "parent")
        group = record.plan_token if is_end else str(record.order.ocaGroup or "")
        if group and group in apart:
            continue
        amount, parent = record.remaining, by_token.get(record.plan_token) if is_end else None
        if parent is not None and not parent.is_over:
            amount = min(amount, parent.filled)
        amount *= of_each
        if group:
            groups[group] = max(groups.get(group, 0.0), amount)
        else:
            total += amount
    return total + sum(groups.values())
