"""From what a person names to the one contract that TWS knows, remembered for the connection."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from ibnb.errors import BadInput, RequestError
from ibnb.tws import ask
from ibnb.tws.ask.calls.slot import slot
from ibnb.tws.ask.calls.together import together
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract, ContractDetails, ContractLike
from ibnb.tws.contracts import contract_key, label, legs_in_words, to_contract
from ibnb.tws.words import legs_of

#: How many contracts a connection remembers the details of.
_REMEMBERED = 2_000
_SHOWN = 6
#: So many are looked up at once.
_AT_ONCE = 20


#: Contract details by what was asked for.
_DETAILS: Slot[dict[tuple[Any, ...], ContractDetails]] = Slot("contract details", "session", lambda _: {})


async def resolve(ib: IB, spec: ContractLike, *, timeout: float = 10) -> ContractDetails:
    """Return the details of the one contract that `spec` stands for (reqContractDetails).

    Parameters
    ----------
    ib : IB
        A connected client.
    spec : str, int or Contract
        As for `to_contract`.
    timeout : float
        Seconds.

    Returns
    -------
    ContractDetails
        Its contract keeps the exchange that was asked for, such as SMART.

    Raises
    ------
    RequestError
        With the cause ``contract-unknown`` where TWS knows none.
    BadInput
        Where several fit, naming them.
    """
    wanted = to_contract(spec, module_of(ib))
    known, key = state_of(ib)[_DETAILS], contract_key(wanted)
    if key in known:
        return known[key]
    await slot(ib)  # many may be looked up at once
    if wanted.secType == "BAG":
        details = await _combination(ib, wanted, timeout)
    else:
        details = _the_one(await ask.contract_details(ib, wanted, timeout=timeout), wanted)
    expiry = details.contract.lastTradeDateOrContractMonth
    # Some servers put the time and the zone behind the date, which requests do not take.
    details.contract.lastTradeDateOrContractMonth = expiry.split()[0] if expiry else ""
    if wanted.exchange:
        details.contract.exchange = wanted.exchange
    _keep(known, key, details)
    return details


def remember(ib: IB, details: ContractDetails) -> None:
    """Remember the details of a contract that came otherwise, as of one of many options, so that nobody asks again."""
    _keep(state_of(ib)[_DETAILS], contract_key(details.contract), details)


def _keep(known: dict[tuple[Any, ...], ContractDetails], key: tuple[Any, ...], details: ContractDetails) -> None:
    while len(known) >= _REMEMBERED and key not in known:
        known.pop(next(iter(known)))
    known[key] = details


def known_details(ib: IB) -> list[ContractDetails]:
    """Return the details of all contracts that were looked up, the earliest first."""
    return list(state_of(ib)[_DETAILS].values())


async def resolve_live(ib: IB, spec: ContractLike, *, timeout: float = 10) -> ContractDetails:
    """Return the details of the one contract whose prices now `spec` stands for.

    A continuous future has history only. What is dealt in is the future that it stands for, which has its conId.
    Parameters, and what is returned and raised, are those of `resolve`.
    """
    details = await resolve(ib, spec, timeout=timeout)
    if details.contract.secType != "CONTFUT":
        return details
    dated = module_of(ib).Contract(conId=details.contract.conId, exchange=details.contract.exchange)
    return await resolve(ib, dated, timeout=timeout)


def _the_one(found: Sequence[ContractDetails], wanted: Contract) -> ContractDetails:
    """Return the details of one contract, of which TWS may have sent a row for each exchange."""
    by_id: dict[int, list[ContractDetails]] = {}
    for each in found:
        by_id.setdefault(each.contract.conId, []).append(each)
    if len(by_id) > 1:
        several = [rows[0].contract for rows in by_id.values()]
        listed = "; ".join(f"{label(each)} (conId {each.conId})" for each in several[:_SHOWN])
        more = f" and {len(several) - _SHOWN} more" if len(several) > _SHOWN else ""
        raise BadInput("contract", label(wanted), f"it fits {len(several)}: {listed}{more}", "give the conId of one")
    [rows] = by_id.values()
    place = wanted.exchange or "SMART"
    return next((each for each in rows if each.contract.exchange == place), rows[0])


async def _combination(ib: IB, wanted: Contract, timeout: float) -> ContractDetails:
    """Return what stands for the details of a combination: its legs in words, the hours of the first."""
    module = module_of(ib)
    if not wanted.comboLegs and wanted.comboLegsDescrip:
        wanted = await _spelled(ib, wanted, timeout)
    if not wanted.comboLegs:
        raise BadInput("contract", label(wanted), "a combination has legs", "comboLegs=[ComboLeg(...), ...]")
    legs = await resolve_each(ib, [leg.conId for leg in wanted.comboLegs], timeout=timeout)
    names = {leg.conId: leg.localSymbol or leg.symbol for leg, refused in legs if refused is None}
    combination = copy.deepcopy(wanted)
    combination.comboLegsDescrip = legs_in_words(wanted, {key: " ".join(name.split()) for key, name in names.items()})
    details = module.ContractDetails(contract=combination, longName=combination.comboLegsDescrip)
    first, refused = legs[0]
    if refused is None:
        known = await resolve(ib, first.conId, timeout=timeout)
        details.timeZoneId = known.timeZoneId
        details.tradingHours, details.liquidHours = known.tradingHours, known.liquidHours
    return details


async def _spelled(ib: IB, wanted: Contract, timeout: float) -> Contract:
    """Return a combination whose legs stand in words, with the contracts that these mean."""
    module, written = module_of(ib), legs_of(wanted.comboLegsDescrip, wanted.comboLegsDescrip)
    found = await resolve_each(ib, [word for _, _, word in written], timeout=timeout)
    for _, refused in found:
        if refused is not None:
            raise refused
    legs = [contract for contract, _ in found]
    places = {leg.exchange for leg in legs}
    combination = module.Contract(secType="BAG", exchange=places.pop() if len(places) == 1 else "SMART")
    combination.symbol = ",".join(dict.fromkeys(leg.symbol for leg in legs))
    combination.currency = legs[0].currency
    combination.comboLegs = [
        module.ComboLeg(
            conId=leg.conId, ratio=ratio, action="BUY" if sign == "+" else "SELL", exchange=combination.exchange
        )
        for leg, (sign, ratio, _) in zip(legs, written, strict=True)
    ]
    return combination


async def resolve_each(
    ib: IB, specs: Sequence[ContractLike], *, timeout: float = 10
) -> list[tuple[Contract, RequestError | None]]:
    """Look several contracts up at once, for what they cost now; none of them spoils another.

    Parameters
    ----------
    ib : IB
        A connected client.
    specs : sequence of str, int or Contract
        As for `to_contract`.
    timeout : float
        Seconds, for each.

    Returns
    -------
    list of (Contract, RequestError or None)
        In their order: as TWS knows it, or as it was asked for with the reason why TWS knows none.

    Raises
    ------
    BadInput
        For what is no contract, before anything is sent, and where several fit.
    """
    wanted = [to_contract(spec, module_of(ib)) for spec in specs]

    async def one(contract: Contract) -> tuple[Contract, RequestError | None]:
        try:
            return (await resolve_live(ib, contract, timeout=timeout)).contract, None
        except RequestError as error:
            return contract, error

    return await together(one, wanted, _AT_ONCE)
