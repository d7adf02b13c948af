"""Snapshots of many contracts: as many at once as there are market data lines free, none of them spoiling another.

TWS drops what comes faster than 50 messages a second, without saying which request it dropped, and counts when it
reads, not when it was sent. So requests go out evenly, and few at a time wait for their first answer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from ibnb.errors import NotConnected, RequestError, RequestTimeout
from ibnb.tws.ask.calls.call import Ask, check_connected, request_id, send_and_wait
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.slot import slot
from ibnb.tws.ask.calls.together import together
from ibnb.tws.ask.prices.data_type import DELAYED_FROZEN, FROZEN, switched
from ibnb.tws.ask.prices.ticks import keep_prices
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.lines import lines_of
from ibnb.tws.client.values import Contract, Ticker
from ibnb.tws.codes.book import is_fatal, request_error, request_timeout
from ibnb.tws.contracts import contract_key, label
from ibnb.tws.units.price_units import magnifier_of
from ibnb.tws.units.prices import NEGATIVE_PRICES, is_price

#: Refusals that a request for delayed data may get around.
_NOT_SUBSCRIBED = frozenset({354, 10089, 10168, 10186})
_NO_LINE = 101
#: Seconds for one contract; TWS takes up to 11 for a snapshot.
_LONGEST = 12.0
#: Seconds that a stream is watched on for what is still missing once its first tick has come.
_SETTLING = 2.5
#: So many may be without a first answer.
_UNANSWERED = 4
#: The most that run at once, where there are lines for more. Streams are ended all together where they are given up,
#: and a message that TWS drops would leave one running.
_SNAPSHOTS, _STREAMS = 100, 20
#: Seconds after which a request counts as read, even where nothing has come yet: some contracts have nothing to show.
_SURELY_READ = 0.5


class Look(Ticker, Protocol):
    """The prices of one look, with what is told of them beside."""

    refused: RequestError | None
    price_magnifier: int | None


Told = Callable[[Look], object]


async def snapshots(
    ib: IB,
    contracts: Sequence[Contract],
    *,
    timeout: float | None = None,
    generic_ticks: str = "",
    told: Told | None = None,
) -> list[Look]:
    """Return the newest prices of each contract (reqMktData), delayed ones where live ones are refused.

    Parameters
    ----------
    ib : IB
        A connected client.
    contracts : sequence of Contract
        Of which.
    timeout : float, optional
        Seconds for all of them; what has not been answered then is refused by a RequestTimeout. Without it, as long as
        they take, each 12 s at most: TWS takes up to 11 for a snapshot.
    generic_ticks : str
        What to ask for besides, by TWS's numbers, such as ``"101"`` for open interest. TWS has that for streams only,
        so each contract is then streamed until it is complete.
    told : callable, optional
        Called with each ticker as it is finished.

    Returns
    -------
    list of Ticker
        In the order of the contracts. Its ``marketDataType`` tells live (1), frozen (2), delayed (3) and both (4). A
        ticker without prices carries the reason as its attribute ``refused`` (a RequestError), unless that is None.

    Raises
    ------
    NotConnected
        If the connection is lost.
    RequestError
        If there is no market data line at all.

    Notes
    -----
    While the market is closed, the last prices before come, as frozen ones: TWS is switched to those for the first
    round, to delayed ones for the second, and back to live (reqMarketDataType) behind each.
    """
    check_connected(ib)
    deadline = Deadline(timeout)

    def heard(ticker: Look) -> None:
        if told is not None and not _may_be_delayed(ticker.refused):
            told(ticker)

    async with switched(ib, FROZEN):  # live ones while the market is open, the last ones while it is not
        found = await _Round(ib, contracts, deadline, generic_ticks, heard).run()
    delayed = [place for place, ticker in enumerate(found) if _may_be_delayed(ticker.refused)]
    if delayed:
        some = [contracts[place] for place in delayed]
        async with switched(ib, DELAYED_FROZEN):
            again = await _Round(ib, some, deadline, generic_ticks, told or heard).run()
        for place, ticker in zip(delayed, again, strict=True):
            found[place] = ticker
    return found


def _may_be_delayed(refused: RequestError | None) -> bool:
    return refused is not None and refused.code in _NOT_SUBSCRIBED


class _Round:
    """One look at each of many contracts, a market data line each for as long as it takes."""

    def __init__(
        self, ib: IB, contracts: Sequence[Contract], deadline: Deadline, generic_ticks: str, told: Told
    ) -> None:
        self._ib, self._contracts, self._deadline = ib, contracts, deadline
        self._generic_ticks, self._told = generic_ticks, told
        self._lines = lines_of(ib)
        self._left = deque(range(len(contracts)))
        self._found: list[Any] = [None] * len(contracts)
        self._under_way = 0
        self._doors = asyncio.Semaphore(_UNANSWERED)
        self._returned = asyncio.Event()

    async def run(self) -> list[Look]:
        width = min(len(self._contracts), max(self._lines.free, 1), _STREAMS if self._generic_ticks else _SNAPSHOTS)
        await together(self._work, range(width))
        return self._found

    async def _work(self, _number: int) -> None:
        while self._left:
            place = self._left.popleft()
            contract = self._contracts[place]
            await self._take(contract)
            self._under_way += 1
            try:
                ticker = await self._look(contract)
                others = self._under_way > 1
                if ticker.refused is not None and ticker.refused.code == _NO_LINE and others:
                    self._lines.refused()  # other programs hold some: go on with fewer
                    self._left.append(place)
                    return
            finally:
                self._under_way -= 1
                self._lines.give_back(contract_key(contract))
                self._returned.set()
            self._found[place] = ticker
            self._told(ticker)

    async def _take(self, contract: Contract) -> None:
        """Take a line; where all are taken, wait for one that this round gives back."""
        while True:
            try:
                self._lines.take(contract_key(contract))
            except RequestError:
                if not self._under_way:
                    raise
                self._returned.clear()
                await self._returned.wait()
            else:
                return

    async def _look(self, contract: Contract) -> Look:
        ticker = new_ticker(self._ib, contract)
        if not self._deadline.left:
            ticker.refused = request_timeout(f"reqMktData({label(contract)})", 0)
            return ticker
        await self._doors.acquire()
        await slot(self._ib, messages=2 if self._generic_ticks else 1)  # a stream has to be ended, too
        read = _Once(self._doors.release)
        ticker.updateEvent += read
        asyncio.get_running_loop().call_later(_SURELY_READ, read)
        seconds = self._deadline.most(_LONGEST)
        try:
            if self._generic_ticks:
                await _stream(self._ib, ticker, self._generic_ticks, seconds)
            else:
                await _snapshot(self._ib, ticker, seconds)
        except RequestTimeout as error:
            if not has_price(ticker, ticker.price_magnifier):
                ticker.refused = error
        except RequestError as error:
            ticker.refused = error
        finally:
            ticker.updateEvent -= read
            read()
        return ticker


class _Once:
    """Does something when it is called first, and nothing after that."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def __call__(self, *_: object) -> None:
        act, self._act = self._act, None
        if act is not None:
            act()


async def _snapshot(ib: IB, ticker: Look, timeout: float) -> None:
    req_id, contract = request_id(ib), ticker.contract
    ib.wrapper.reqId2Ticker[req_id] = ticker
    told = keep_prices(ib, req_id)
    try:
        await send_and_wait(
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
    finally:
        told()
        ib.wrapper.reqId2Ticker.pop(req_id, None)


async def _stream(ib: IB, ticker: Look, generic_ticks: str, timeout: float) -> None:
    """Watch a contract until all is there that an option shows, or for a while after the first of it."""
    req_id, contract = request_id(ib), ticker.contract
    name = f"reqMktData({label(contract)}, {generic_ticks})"
    refusals: list[RequestError] = []
    news = asyncio.Event()

    def on_tick(*_: object) -> None:
        news.set()

    def on_error(about: int, code: int, text: str, _contract: object) -> None:
        if about == req_id and is_fatal(code, text):
            refusals.append(request_error(code, text, name))
            news.set()

    ib.wrapper.reqId2Ticker[req_id] = ticker
    told = keep_prices(ib, req_id)
    ticker.updateEvent += on_tick
    ib.errorEvent += on_error
    ib.disconnectedEvent += on_tick
    try:
        if not ib.client.isReady():
            raise NotConnected("Not connected to TWS. Connect with ibnb.connect().")
        ib.client.reqMktData(req_id, contract, generic_ticks, False, False, [])
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout) as limit:
                while not (refusals or _is_complete(ticker)):
                    await news.wait()
                    news.clear()
                    if not ib.client.isReady():
                        raise NotConnected("The connection to TWS was lost. Connect again with ibnb.connect().")
                    if not refusals:
                        soon = asyncio.get_running_loop().time() + _SETTLING
                        limit.reschedule(min(soon, limit.when() or soon))
        if refusals:
            raise refusals[0]
        if not has_price(ticker, ticker.price_magnifier):
            raise request_timeout(name, timeout)
    finally:
        ticker.updateEvent -= on_tick
        ib.errorEvent -= on_error
        ib.disconnectedEvent -= on_tick
        told()
        ib.wrapper.reqId2Ticker.pop(req_id, None)
        if ib.client.isReady() and not refusals:
            with suppress(ConnectionError):
                ib.client.cancelMktData(req_id)


def _is_complete(ticker: Look) -> bool:
    """Whether an option's ticker has its book, its greeks by the model and its open interest."""
    interest = ticker.callOpenInterest if ticker.contract.right in ("C", "CALL") else ticker.putOpenInterest
    return bool(
        ticker.bid == ticker.bid
        and ticker.ask == ticker.ask
        and ticker.modelGreeks is not None
        and interest == interest
        and ticker.volume == ticker.volume
    )


def has_price(ticker: Look, magnifier: int | None) -> bool:
    """Return whether a ticker has any price, which can be below 0 where its contract's can."""
    negative = ticker.contract.secType in NEGATIVE_PRICES
    sized = ((ticker.bid, ticker.bidSize), (ticker.ask, ticker.askSize), (ticker.last, ticker.lastSize))
    return ticker.close > 0 or any(
        price is not None and is_price(price, size or 0.0, negative=negative, magnifier=magnifier or 1)
        for price, size in sized
    )


def new_ticker(ib: IB, contract: Contract) -> Look:
    """Return a ticker of its own for one look: the client would share it with a stream of the same contract."""
    defaults = getattr(ib.wrapper, "defaults", None)  # ib_async lets people choose what stands for "no price"
    ticker = module_of(ib).Ticker(contract=contract, **({} if defaults is None else {"defaults": defaults}))
    ticker.refused, ticker.price_magnifier = None, magnifier_of(ib, contract)
    return ticker
