"""From what a person names to the one contract that TWS knows, remembered for the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from ibnb.errors import BadInput, RequestError
from ibnb.tws import ask
from ibnb.tws.ask.call import desk_of
from ibnb.tws.backend import module_of
from ibnb.tws.contracts import contract_key, label, to_contract

#: How many contracts a connection remembers the details of.
_REMEMBERED = 2_000
_SHOWN = 6
#: So many are looked up at once.
_AT_ONCE = 20


async def resolve(ib: Any, spec: Any, *, timeout: float = 10) -> Any:
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
    known, key = desk_of(ib).details, contract_key(wanted)
    if key in known:
        return known[key]
    found = await ask.contract_details(ib, wanted, timeout=timeout)
    if len(found) > 1:
        listed = "; ".join(f"{label(each.contract)} (conId {each.contract.conId})" for each in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise BadInput("contract", label(wanted), f"it fits {len(found)}: {listed}{more}", "give the conId of one")
    details = found[0]
    expiry = details.contract.lastTradeDateOrContractMonth
    # Some servers put the time and the zone behind the date, which requests do not take.
    details.contract.lastTradeDateOrContractMonth = expiry.split()[0] if expiry else ""
    if wanted.exchange:
        details.contract.exchange = wanted.exchange
    while len(known) >= _REMEMBERED:
        known.pop(next(iter(known)))
    known[key] = details
    return details


async def resolve_each(ib: Any, specs: Sequence[Any], *, timeout: float = 10) -> list[tuple[Any, RequestError | None]]:
    """Look several contracts up at once, none of them spoiling another.

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
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(contract: Any) -> tuple[Any, RequestError | None]:
        async with turns:
            try:
                return (await resolve(ib, contract, timeout=timeout)).contract, None
            except RequestError as error:
                return contract, error

    return list(await asyncio.gather(*map(one, wanted)))
