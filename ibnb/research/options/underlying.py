"""What options are written on: from what a person names to the contract, and its price."""

from __future__ import annotations

import copy
import math

from ibnb.errors import RequestError
from ibnb.tws import ask
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails, ContractLike
from ibnb.tws.contracts import label
from ibnb.tws.resolve import resolve_live
from ibnb.tws.words import FUTURES, INDEXES

_GIVE_STRIKES = "Give the strikes themselves: a (low, high) range or a list needs no price."


async def underlying_of(ib: IB, spec: ContractLike, *, timeout: float = 10) -> ContractDetails:
    """Return the details of the contract that options are written on (reqContractDetails).

    Parameters
    ----------
    ib : IB
        A connected client.
    spec : str, int or Contract
        As for `ibnb.tws.contracts.to_contract`; besides, words that mean an index (``"SPX"``) or a future (``"ES"``,
        its front contract), as nobody asks for options on a stock of that name.
    timeout : float
        Seconds.

    Returns
    -------
    ContractDetails
    """
    module = module_of(ib)
    word = spec.strip().upper() if isinstance(spec, str) else ""
    if word in INDEXES:
        spec = module.Index(word, INDEXES[word], "USD")
    elif word in FUTURES:
        spec = module.ContFuture(word, FUTURES[word])
    return await resolve_live(ib, spec, timeout=timeout)


async def price_of(ib: IB, contract: Contract, *, timeout: float | None = None) -> float:
    """Return what a contract costs now: its last price, else the middle of bid and ask, else its close.

    Raises
    ------
    RequestError
        If it has no price here; it says how to do without.
    """
    request = f"reqMktData({label(contract)}, snapshot)"
    asked = copy.copy(contract)
    ticker = (await ask.snapshots(ib, [asked], timeout=timeout))[0]
    refused = ticker.refused
    if refused is not None:
        raise RequestError(refused.code, refused.text, request, refused.meaning, _GIVE_STRIKES, refused.cause)
    middle = (ticker.bid + ticker.ask) / 2 if ticker.bid > 0 and ticker.ask > 0 else math.nan
    for price in (ticker.last, middle, ticker.close):
        if price == price and price > 0:
            return float(price)
    raise RequestError(None, "no price came", request, f"{label(contract)} has no price now.", _GIVE_STRIKES)
