"""Asking for contracts and for snapshots of their prices."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from ibnb.errors import RequestError
from ibnb.tws.ask.calls import objects
from ibnb.tws.ask.calls.call import Ask, request_id, send_and_wait
from ibnb.tws.ask.calls.heard import Heard, Messages, Rows
from ibnb.tws.ask.prices.snapshots import Look, snapshots
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails
from ibnb.tws.contracts import label
from ibnb.tws.units.price_units import remember
from ibnb.wire.ids import Response

#: From this server version on, details begin with the request's id, and no version of their own.
_WITHOUT_VERSION = 164


async def contract_details(ib: IB, contract: Contract, *, timeout: float = 10) -> Rows[ContractDetails]:
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
    Rows of ContractDetails
        Each contract once an exchange, as the client reads them; what it cannot read, such as a bond whose coupon has a
        fraction, from the wire.

    Raises
    ------
    RequestError
        With the cause ``contract-unknown`` where nothing fits.
    """
    req_id = request_id(ib)
    name = f"reqContractDetails({label(contract)})"
    with Heard(ib, Response.CONTRACT_DATA, Response.BOND_CONTRACT_DATA) as heard:
        heard.begin()
        request = Ask(
            name,
            lambda: ib.client.reqContractDetails(req_id, contract),
            timeout,
            req_id=req_id,
            contract=contract,
        )
        details: Rows[ContractDetails] = Rows(await send_and_wait(ib, request))
        messages = heard.take() if heard.is_on else None
    if messages is not None:
        place = 2 if ib.client.serverVersion() < _WITHOUT_VERSION else 1
        details = _completed(details, messages, req_id, place, module_of(ib))
    once = {(each.contract.conId, each.contract.exchange): each for each in details}
    details = Rows(once.values(), details.remarks)
    if not details:
        unread = f" {details.remarks[0]}." if details.remarks else ""
        text = f"The answer has no contract in it.{unread}"
        step = "Look at the spelling, the exchange and the currency; ask again where TWS may just have restarted."
        raise RequestError(None, text, name, "TWS knows no such contract.", step, "contract-unknown")
    remember(ib, details)
    return details


def _completed(
    read: Rows[ContractDetails], messages: Messages, req_id: int, place: int, module: ModuleType
) -> Rows[ContractDetails]:
    """Return the details that a client has read, and those that it could not, in the order in which they came."""
    kinds = (Response.CONTRACT_DATA, Response.BOND_CONTRACT_DATA)
    if len(read) == sum(len(messages.of(kind, req_id, place)) for kind in kinds):
        return read  # as nearly always: chains have hundreds
    found, remarks = [], []
    theirs = {(each.contract.conId, each.contract.exchange): each for each in read}
    for kind, what in ((Response.CONTRACT_DATA, "contracts"), (Response.BOND_CONTRACT_DATA, "bonds")):
        for row in messages.rows(kind, "con_id", req_id):
            named: tuple[Any, Any] = (row.values.get("con_id"), row.values.get("exchange", ""))
            found.append(theirs.get(named) or objects.contract_details(module, row.values))
        remarks += messages.remarks(what, kind)
    return Rows(found, remarks)


async def tickers(ib: IB, contracts: Sequence[Contract], *, timeout: float | None = None) -> list[Look]:
    """Return a snapshot of prices for each contract (reqMktData), delayed ones where live ones are refused.

    Parameters
    ----------
    ib : IB
        A connected client.
    contracts : sequence of Contract
        Of which.
    timeout : float, optional
        As for `snapshots`.

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
    refusals = [ticker.refused for ticker in found if ticker.refused is not None]
    if refusals and len(refusals) == len(found):
        raise refusals[0]
    return found
