"""Asking what TWS knows of contracts at large: names, option parameters, scans."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ibnb.errors import RequestTimeout
from ibnb.tws.ask.calls.call import Ask, request_id, send_and_wait, spaced
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Rows, announced, heard_answer, lacking
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.wire.ids import Response

#: TWS takes one search for symbols a second.
_BETWEEN_SEARCHES = 1.05
#: Seconds that a search gets at least once its turn has come.
_LEAST = 0.5
#: A notice of the scanner: nothing fits, now.
_NOTHING_FITS = 165


async def matching_symbols(ib: IB, pattern: str, *, timeout: float = 10) -> Rows[Any]:
    """Return the contracts whose symbol or name fits (reqMatchingSymbols).

    Parameters
    ----------
    ib : IB
        A connected client.
    pattern : str
        The beginning of a symbol, or of a word of a name.
    timeout : float
        Seconds. A call within a second of the one before waits out that second first.

    Returns
    -------
    Rows of ContractDescription
    """
    req_id = request_id(ib)
    deadline = Deadline(timeout)
    async with spaced(ib, "matching symbols", _BETWEEN_SEARCHES):
        found, messages = await heard_answer(
            ib,
            Ask(
                f"reqMatchingSymbols({pattern})",
                lambda: ib.client.reqMatchingSymbols(req_id, pattern),
                max(deadline.left, _LEAST),
                req_id=req_id,
            ),
            Response.SYMBOL_SAMPLES,
        )
    total = sum(announced(each, 2) for each in messages.of(Response.SYMBOL_SAMPLES, req_id, 1))
    return Rows(found, lacking(len(found), total, "contracts"))


async def option_parameters(ib: IB, underlying: Contract, *, timeout: float = 10) -> Rows[Any]:
    """Return the expiries and strikes of all options on a contract (reqSecDefOptParams).

    Parameters
    ----------
    ib : IB
        A connected client.
    underlying : Contract
        With its conId.
    timeout : float
        Seconds.

    Returns
    -------
    Rows of OptionChain
        One for each exchange and trading class; empty where there are no options. Not every strike is listed for
        every expiry.
    """
    req_id = request_id(ib)
    symbol, sec_type = underlying.symbol, underlying.secType
    exchange = underlying.exchange if sec_type == "FUT" else ""
    chains, messages = await heard_answer(
        ib,
        Ask(
            f"reqSecDefOptParams({symbol} {sec_type})",
            lambda: ib.client.reqSecDefOptParams(req_id, symbol, exchange, sec_type, underlying.conId),
            timeout,
            req_id=req_id,
        ),
        Response.SECURITY_DEFINITION_OPTION_PARAMETER,
    )
    total = len(messages.of(Response.SECURITY_DEFINITION_OPTION_PARAMETER, req_id, 1))
    return Rows(chains, lacking(len(chains), total, "lists of expiries and strikes"))


async def scan(ib: IB, subscription: Any, filters: dict[str, Any], *, timeout: float = 15) -> Rows[Any]:
    """Return the first ranking of a market scan, and end it (reqScannerSubscription).

    Parameters
    ----------
    ib : IB
        A connected client.
    subscription : ScannerSubscription
        The scan.
    filters : dict of str to object
        More filters by their tags, such as ``{"changePercAbove": 5}``.
    timeout : float
        Seconds.

    Returns
    -------
    Rows of ScanData
        In the order of their rank; empty where nothing fits.
    """
    req_id = request_id(ib)
    tags = [module_of(ib).TagValue(tag, str(value)) for tag, value in filters.items()]
    remarks: list[int] = []

    def heed(about: int, code: int, _text: str, _contract: object) -> None:
        if about == req_id:
            remarks.append(code)

    def cancel() -> None:
        ib.client.cancelScannerSubscription(req_id)

    ib.errorEvent += heed
    try:
        rows, messages = await heard_answer(
            ib,
            Ask(
                f"reqScannerSubscription({subscription.scanCode}, {subscription.locationCode})",
                lambda: ib.client.reqScannerSubscription(req_id, subscription, [], tags),
                timeout,
                req_id=req_id,
                cancel=cancel,
                container=module_of(ib).ScanDataList(),  # the client tells it of the end, which a plain list is not for
            ),
            Response.SCANNER_DATA,
        )
    except RequestTimeout:
        if _NOTHING_FITS not in remarks:
            raise
        return Rows()  # some servers say that nothing fits, and no more
    finally:
        ib.errorEvent -= heed
    with suppress(ConnectionError):
        cancel()
    total = sum(announced(each, 3) for each in messages.of(Response.SCANNER_DATA, req_id, 2))
    return Rows(rows, lacking(len(rows), total, "instruments"))


async def scanner_parameters(ib: IB, *, timeout: float = 30) -> str:
    """Return the XML that describes all scans (reqScannerParameters), about 2 MB of a real TWS.

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds.
    """
    ask = Ask("reqScannerParameters", ib.client.reqScannerParameters, timeout, key="scannerParams")
    xml: str = await send_and_wait(ib, ask)
    return xml
