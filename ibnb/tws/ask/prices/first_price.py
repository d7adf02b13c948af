"""Asking for a contract's first price, of whatever kind the account may see: for finding out which kind that is."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from ibnb.errors import NotConnected, RequestError
from ibnb.tws.ask.calls.call import request_id, turn_of
from ibnb.tws.ask.prices.snapshots import has_price
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.tws.codes.book import is_fatal, request_error
from ibnb.tws.contracts import label
from ibnb.tws.units.price_units import magnifier_of

#: Market data types of TWS. The last one takes whatever there is: live, frozen, delayed, or delayed and frozen.
LIVE, FROZEN, DELAYED, DELAYED_FROZEN = 1, 2, 3, 4

#: So large a part of the time is left for a price once TWS has remarked on it.
_AFTER_REMARK = 0.5


@dataclass(frozen=True)
class FirstPrice:
    """What came first.

    Attributes
    ----------
    kind : int or None
        The market data type of the price; None where none came.
    seconds : float
        How long it took.
    remark : RequestError or None
        What TWS said with it, such as 10167, or why there is none.
    """

    kind: int | None
    seconds: float
    remark: RequestError | None


async def first_price(ib: IB, contract: Contract, *, timeout: float = 4) -> FirstPrice:
    """Return what a request for any kind of price brings first (reqMarketDataType, reqMktData).

    Parameters
    ----------
    ib : IB
        A connected client. Afterwards it takes live prices only, as at first.
    contract : Contract
        Of which.
    timeout : float
        Seconds to wait for a price or a refusal.

    Returns
    -------
    FirstPrice

    Raises
    ------
    NotConnected
        If the connection is lost.
    """
    if not ib.client.isReady():
        raise NotConnected("Not connected to TWS. Connect with ibnb.connect().")
    async with turn_of(ib, "first price"):
        watch = _Watch(ib, contract)
        try:
            return await watch.wait(timeout)
        finally:
            watch.stop()


class _Watch:
    def __init__(self, ib: IB, contract: Contract) -> None:
        self._ib, self._contract = ib, contract
        self._req_id: int = request_id(ib)
        defaults = getattr(ib.wrapper, "defaults", None)  # ib_async lets people choose what stands for "no price"
        self._ticker = module_of(ib).Ticker(contract=contract, **({} if defaults is None else {"defaults": defaults}))
        self._remark: RequestError | None = None
        self._news = asyncio.Event()
        self._refused = False

    async def wait(self, timeout: float) -> FirstPrice:
        ib = self._ib
        ib.wrapper.reqId2Ticker[self._req_id] = self._ticker
        self._ticker.updateEvent += self._on_news
        ib.errorEvent += self._on_error
        ib.disconnectedEvent += self._on_news
        sent = time.monotonic()
        ib.client.reqMarketDataType(DELAYED_FROZEN)
        ib.client.reqMktData(self._req_id, self._contract, "", False, False, [])
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout) as limit:
                while not (self._refused or self._has_price()):
                    await self._news.wait()
                    self._news.clear()
                    if not ib.client.isReady():
                        raise NotConnected("The connection to TWS was lost. Connect again with ibnb.connect().")
                    if self._remark is not None:  # what is left after such a remark comes at once, or not at all
                        soon = asyncio.get_running_loop().time() + _AFTER_REMARK * timeout
                        limit.reschedule(min(soon, limit.when() or soon))
        kind = int(self._ticker.marketDataType or LIVE) if self._has_price() else None
        return FirstPrice(kind, time.monotonic() - sent, self._remark)

    def stop(self) -> None:
        ib = self._ib
        self._ticker.updateEvent -= self._on_news
        ib.errorEvent -= self._on_error
        ib.disconnectedEvent -= self._on_news
        if ib.client.isReady():
            if not self._refused:
                ib.client.cancelMktData(self._req_id)
            ib.client.reqMarketDataType(LIVE)
        if self._refused:  # else the client still gets ticks that are under way, and knows where they belong
            ib.wrapper.reqId2Ticker.pop(self._req_id, None)

    def _has_price(self) -> bool:
        return has_price(self._ticker, magnifier_of(self._ib, self._contract))

    def _on_news(self, *_: object) -> None:
        self._news.set()

    def _on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        if req_id == self._req_id:
            self._remark = request_error(code, text, f"reqMktData({label(self._contract)})")
            self._refused = is_fatal(code, text)
            self._news.set()
