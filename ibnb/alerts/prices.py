"""Alerts on prices: the lines that boards watch, shared with them, looked at whenever something has come.

After a line was opened, or opened anew after a loss, TWS tells its figures one by one. They are looked at once it has
told them all: a bid of now beside an ask of before the loss is no midpoint.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from ibnb.alerts.subject import Subject, Teller, Watch
from ibnb.errors import BadInput
from ibnb.live.board.rows import name_of
from ibnb.live.quotes.line import QuoteLine, join, leave
from ibnb.live.quotes.quote import Quote
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import contract_key
from ibnb.tws.resolve import resolve_each
from ibnb.tws.subscriptions.listener import Listener, Source, settled
from ibnb.tws.units.prices import NEGATIVE_PRICES

#: Seconds that a first answer is waited for, at most.
_FIRST = 3.0
_REMARKS = {2: "frozen, the market is closed", 3: "delayed", 4: "delayed and frozen"}
_NO_PRICE = "TWS has sent no such price yet"


class PriceWatch(Watch):
    """Hears of the prices of contracts."""

    def __init__(self, ib: IB, teller: Teller) -> None:
        super().__init__(teller)
        self._ib = ib
        self._listener: Listener | None = None
        self._lines: dict[Source, tuple[QuoteLine, Subject]] = {}
        self._settling: dict[Source, asyncio.Task[None]] = {}
        self._settled: set[Source] = set()

    async def open(self, deadline: Deadline) -> None:
        """Look the contracts up, take their lines, and wait for their first figures."""
        wish = self._teller.wish
        found = await resolve_each(self._ib, wish.contracts, timeout=deadline.left)
        contracts: dict[tuple[Any, ...], tuple[str, Contract]] = {}
        for spec, (contract, refused) in zip(wish.contracts, found, strict=True):
            if refused is not None:
                raise refused
            if wish.wants_prices() and contract.secType not in NEGATIVE_PRICES:
                raise BadInput("above" if "above" in wish.words() else "below", 0, "above 0, as prices of it are")
            contracts.setdefault(contract_key(contract), (name_of(spec, contract), contract))
        for name, contract in contracts.values():
            line = await join(self._ib, contract, 1)
            subject = Subject(f"{name} {wish.noun}".rstrip(), wish.levels(), contract.conId)
            self._lines[line] = line, subject
            self.subjects.append(subject)
        await self._answered(deadline)

    async def _answered(self, deadline: Deadline) -> None:
        """Wait until each line has told prices, or why there are none."""
        news, lines = asyncio.Event(), [line for line, _ in self._lines.values()]
        listener = Listener(lambda _lines: news.set(), 0.0)
        for line in lines:
            listener.listen(line)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(deadline.most(_FIRST)):
                    while not all(line.answered for line in lines):
                        news.clear()
                        await news.wait()
        finally:
            listener.stop()
        await settled(lambda: sum(line.quote.ticks for line in lines))
        for line in lines:
            if line.refusal is not None:
                raise line.refusal
        self._settled = {line for line in lines if line.state == "live"}

    def begin(self) -> None:
        """Look at what is there, and from now on at whatever comes."""
        self._listener = Listener(self._heard, 0.0)
        for line in self._lines:
            self._listener.listen(line)
        self._heard(list(self._lines))

    def _heard(self, changed: list[Source]) -> None:
        for source in dict.fromkeys(changed):
            if source not in self._lines:
                continue  # what it was watched for was told
            line, subject = self._lines[source]
            if line.state != "live":
                self._settled.discard(source)
                subject.reason = line.reason
                self._teller.stirred()
            elif source in self._settled:
                self._look(line, subject)
            elif source not in self._settling:
                self._settling[source] = asyncio.ensure_future(self._settle(line, subject))

    async def _settle(self, line: QuoteLine, subject: Subject) -> None:
        try:
            await settled(lambda: line.quote.ticks)
        finally:
            self._settling.pop(line, None)
        if line.state == "live":
            self._settled.add(line)
            self._look(line, subject)

    def _look(self, line: QuoteLine, subject: Subject) -> None:
        quote, what = line.quote, self._teller.wish.what
        value, is_mid = _figure(quote, what)
        beside = [_REMARKS[quote.data_type]] if quote.data_type in _REMARKS else []
        beside += ["halted"] if quote.value("halted") > 0 else []
        beside += ["midpoint, as it has no last price"] if is_mid and what == "price" else []
        subject.remark = "; ".join(beside)
        close = quote.value("close")
        change = (value - close) / abs(close) * 100 if close else float("nan")
        self._teller.figure(subject, value, change)
        if value != value:
            subject.reason = _NO_PRICE
        if subject.is_over:
            self._leave(line)

    def _leave(self, line: QuoteLine) -> None:
        """Give a line back: what it was watched for was told."""
        if self._lines.pop(line, None) is not None:
            if self._listener is not None:
                self._listener.leave(line)
            leave(self._ib, line)

    def close(self) -> None:
        """Give the lines back that nobody else watches. May be repeated."""
        for task in list(self._settling.values()):
            task.cancel()
        for line, _ in list(self._lines.values()):
            self._leave(line)
        if self._listener is not None:
            self._listener.stop()


def _figure(quote: Quote, what: str) -> tuple[float, bool]:
    """Return the price that is watched, and whether it is a midpoint."""
    if what in ("bid", "ask"):
        return quote.value(what), False
    last = float("nan") if what == "midpoint" else quote.value("last")
    if last == last or what == "last":
        return last, False
    return (quote.value("bid") + quote.value("ask")) / 2, True
