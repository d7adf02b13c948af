"""Asking for contracts and for snapshots of their prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ibnb.tws.ask.call import Ask, answer
from ibnb.tws.ask.snapshots import snapshots
from ibnb.tws.contracts import label
from ibnb.tws.price_units import remember


async def contract_details(ib: Any, contract: Any, *, timeout: float = 10) -> list[Any]:
    """Return all contracts that fit a description (reqContractDetails).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        The description.
    timeout : float
        Seconds.

    Returns
    -------
    list of ContractDetails

    Raises
    ------
    RequestError
        With the cause ``contract-unknown`` where nothing fits.
    """
    req_id = ib.client.getReqId()
    details: list[Any] = await answer(
        ib,
        Ask(
            f"reqContractDetails({label(contract)})",
            lambda: ib.client.reqContractDetails(req_id, contract),
            timeout,
            req_id=req_id,
            contract=contract,
        ),
    )
    remember(ib, details)
    return details


async def tickers(ib: Any, contracts: Sequence[Any], *, timeout: float = 12) -> list[Any]:
    """Return a snapshot of prices for each contract (reqMktData), delayed ones where live ones are refused.

    Parameters
    ----------
    ib : IB
        A connected client.
    contracts : sequence of Contract
        Of which.
    timeout : float
        Seconds for one round; TWS takes up to 11 for a snapshot.

    Returns
    -------
    list of Ticker
        In the order of the contracts. Its ``marketDataType`` tells live (1), frozen (2), delayed (3) and both (4).
        A ticker without prices carries the reason as its attribute ``refused`` (a RequestError), unless that is None.

    Raises
    ------
    RequestError
        If all are refused, with the reason of the first.
    """
    found = await snapshots(ib, contracts, timeout=timeout)
    if found and all(ticker.refused is not None for ticker in found):
        raise found[0].refused
    return found
