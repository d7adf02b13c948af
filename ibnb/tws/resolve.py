"""From what a person names to the one contract that TWS knows, remembered for the connection."""

from __future__ import annotations

from typing import Any

from ibnb.errors import BadInput
from ibnb.tws import ask
from ibnb.tws.ask.call import desk_of
from ibnb.tws.backend import module_of
from ibnb.tws.contracts import contract_key, label, to_contract

#: How many contracts a connection remembers the details of.
_REMEMBERED = 2_000
_SHOWN = 6


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
