"""Asking for contracts and for snapshots of their prices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from ibnb.errors import RequestError, RequestTimeout
from ibnb.tws.ask.call import Ask, answer
from ibnb.tws.backend import module_of
from ibnb.tws.contracts import label

#: Market data types of TWS.
_LIVE, _DELAYED = 1, 3
#: Refusals that a request for delayed data may get around.
_NOT_SUBSCRIBED = frozenset({354, 10089, 10168, 10186})
#: TWS gives an account 100 market data lines at first; a snapshot takes one while it lasts.
_AT_ONCE = 50


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
        In the order of the contracts. Its ``marketDataType`` tells live (1) from delayed (3). A ticker without
        prices carries the reason as its attribute ``refused`` (a RequestError), unless that is None.

    Raises
    ------
    RequestError
        If a contract is unknown, or all are refused.

    Notes
    -----
    For the delayed round TWS is switched to delayed data and back to live (reqMarketDataType) afterwards.
    """
    found = await _round(ib, contracts, timeout)
    delayed = [place for place, ticker in enumerate(found) if _may_be_delayed(ticker.refused)]
    if delayed:
        ib.client.reqMarketDataType(_DELAYED)
        try:
            again = await _round(ib, [contracts[place] for place in delayed], timeout)
        finally:
            if ib.client.isReady():
                ib.client.reqMarketDataType(_LIVE)
        for place, ticker in zip(delayed, again, strict=True):
            found[place] = ticker
    if found and all(ticker.refused is not None for ticker in found):
        raise found[0].refused
    return found


def _may_be_delayed(refused: RequestError | None) -> bool:
    return refused is not None and refused.code in _NOT_SUBSCRIBED


async def _round(ib: Any, contracts: Sequence[Any], timeout: float) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(contracts), _AT_ONCE):
        some = contracts[start : start + _AT_ONCE]
        found += await asyncio.gather(*(_snapshot(ib, contract, timeout) for contract in some))
    for ticker in found:
        if ticker.refused is not None and ticker.refused.cause == "contract-unknown":
            raise ticker.refused
    return found


async def _snapshot(ib: Any, contract: Any, timeout: float) -> Any:
    """Take one snapshot; a refusal is kept on the ticker, so that one does not spoil the others."""
    req_id = ib.client.getReqId()
    ticker = _new_ticker(ib, contract)
    ib.wrapper.reqId2Ticker[req_id] = ticker
    try:
        await answer(
            ib,
            Ask(
                f"reqMktData({label(contract)}, snapshot)",
                lambda: ib.client.reqMktData(req_id, contract, "", True, False, []),
                timeout,
                req_id=req_id,
                cancel=lambda: ib.client.cancelMktData(req_id),
                contract=contract,
            ),
        )
    except RequestTimeout as error:
        if not _has_price(ticker):
            ticker.refused = error
    except RequestError as error:
        ticker.refused = error
    finally:
        ib.wrapper.reqId2Ticker.pop(req_id, None)
    return ticker


def _has_price(ticker: Any) -> bool:
    return any(value == value and value > 0 for value in (ticker.bid, ticker.ask, ticker.last, ticker.close))


def _new_ticker(ib: Any, contract: Any) -> Any:
    """Return a ticker of its own for a snapshot: the client would share it with a stream of the same contract."""
    defaults = getattr(ib.wrapper, "defaults", None)  # ib_async lets people choose what stands for "no price"
    ticker = module_of(ib).Ticker(contract=contract, **({} if defaults is None else {"defaults": defaults}))
    ticker.refused = None
    return ticker
