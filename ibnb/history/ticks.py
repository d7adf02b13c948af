"""All historical ticks of a range: asked for page by page, kept as columns, given as one frame."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, MalformedMessage, RequestError, RequestTimeout
from ibnb.history.fast import attributes, malformed
from ibnb.history.pace import pace_of
from ibnb.history.progress import Progress
from ibnb.history.request import make_request
from ibnb.history.ticks_columns import MESSAGES, Ticks, is_last, joined, ticks_of, ticks_of_objects
from ibnb.history.ticks_pages import Pages, in_order
from ibnb.tables.timeparse import iana
from ibnb.tws.ask.call import Ask, answer
from ibnb.tws.backend import module_of
from ibnb.tws.contracts import label
from ibnb.tws.filter import answers
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.request import Moment

#: So often a page is asked for again where TWS found the pace too fast, and so small it becomes where TWS is late.
_PATIENCE, _SMALLEST_PAGE = 8, 125
_REFUSALS = (162, 10187)


async def ticks(
    ib: Any,
    contract: Any,
    start: Moment | None = None,
    end: Moment | None = None,
    what: str = "TRADES",
    rth: bool = True,
    limit: int | None = None,
    *,
    ignore_size: bool = False,
    progress: Progress | None = None,
    timeout: float = 30,
) -> pd.DataFrame:
    """Return historical ticks, in as many requests as it takes (reqHistoricalTicks).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : str, int or Contract
        ``"AAPL"``, ``"EUR.USD"``, a conId, or a Contract.
    start, end : str, date, datetime or Timestamp, optional
        From when, and up to when. Without a zone of their own they are in the exchange's; a date as `end` includes
        that day; without an `end` ticks go up to now. Without a `start` the last `limit` ticks before `end` come.
    what : {"TRADES", "BID_ASK", "MIDPOINT"}
        The kind; a currency pair has no trades.
    rth : bool
        Only regular trading hours.
    limit : int, optional
        At most so many ticks: the first from `start` on, or the last before `end`.
    ignore_size : bool
        BID_ASK: leave out quotes in which only a size changed.
    progress : Progress, optional
        Where to write how far it is.
    timeout : float
        Seconds, for each request.

    Returns
    -------
    pandas.DataFrame
        Index ``time``, to the second, in the exchange's zone; the columns of the kind (``ibnb.schema("ticks")``).
        Where TWS gives no more than a page of a second that has more, ``attrs["complete"]`` is False and
        ``attrs["warnings"]`` names the second.

    Raises
    ------
    BadInput
        For what no server would serve, before anything is sent.
    RequestError
        With TWS's reason.
    RequestTimeout
        If a page does not come in time, however small.
    """
    range_ = Wanted(start, end, what, rth, limit)
    range_.check()
    details = await resolve(ib, contract, timeout=timeout)
    found = details.contract
    zone = iana(details.timeZoneId) if details.timeZoneId else "UTC"
    source = Source(ib, found, range_.kind(found.secType), rth, ignore_size, timeout)
    pages = range_.pages(zone, found.secType)
    progress = progress or Progress()
    progress.what, progress.unit = f"{label(found)} {source.what}", "ticks"
    got = await collect(source, pages, limit, progress)
    warnings = [
        f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S} UTC: TWS gives {pages.number} ticks of this second "
        "and may have more"
        for second in pages.cut
    ]
    return got.frame(zone, complete=not warnings, warnings=warnings, **attributes(found, source.what, rth, zone))


@dataclass(frozen=True)
class Wanted:
    """The wishes for a range of ticks; see `ticks`."""

    start: Moment | None
    end: Moment | None
    what: str
    rth: bool
    limit: int | None

    def check(self) -> None:
        """Refuse what is wrong in itself."""
        if self.limit is not None and (
            isinstance(self.limit, bool) or not isinstance(self.limit, int) or self.limit < 1
        ):
            raise BadInput("limit", self.limit, "a whole number of ticks from 1 on, or None for all")
        if self.start is None and self.limit is None:
            raise BadInput("start", None, "it is needed unless `limit` says how many ticks", "start='2026-04-02'")
        self.pages("UTC", "")

    def kind(self, sec_type: str) -> str:
        """Return the kind of ticks in TWS's capitals; raises BadInput where there is none such."""
        name = self.what.strip().upper() if isinstance(self.what, str) else ""
        if name not in MESSAGES:
            raise BadInput("what", self.what, f"ticks are of {', '.join(MESSAGES)}")
        return make_request("1 D", "1 day", name, self.rth, sec_type=sec_type).what

    def pages(self, zone: str, sec_type: str) -> Pages:
        """Return the pages of the range."""
        request = make_request(
            "1 D", "1 day", self.kind(sec_type), self.rth, self.start, self.end, zone=zone, sec_type=sec_type
        )
        start = None if request.start is None else int(request.start.timestamp())
        # The second under way is left out: its ticks have not all come.
        return Pages(start, int(time.time() if request.end is None else request.end.timestamp()), zone)


@dataclass(frozen=True)
class Source:
    """Where pages of ticks come from: a client, a contract, and what is asked of it."""

    ib: Any
    contract: Any
    what: str
    rth: bool
    ignore_size: bool
    timeout: float

    async def page(self, start: int | None, end: int | None, number: int) -> Ticks:
        """Return one page: `number` ticks from `start` on, or before `end` (reqHistoricalTicks)."""
        client, version = self.ib.client, self.ib.client.serverVersion()
        req_id = client.getReqId()
        texts = [_text(self.ib, moment) for moment in (start, end)]

        def send() -> None:
            client.reqHistoricalTicks(req_id, self.contract, *texts, number, self.what, self.rth, self.ignore_size, [])

        when = f"from {texts[0]}" if texts[0] else f"before {texts[1]}"
        ask = Ask(
            f"reqHistoricalTicks({label(self.contract)}, {number} {when}, {self.what})",
            send,
            self.timeout,
            req_id=req_id,
            cause="history-silent",
            contract=self.contract,
        )
        with answers(self.ib, req_id, {int(MESSAGES[self.what])}, is_last):
            answered = await answer(self.ib, ask)
        payloads = [each for each in answered if isinstance(each, bytes)]
        if len(payloads) < len(answered):
            return ticks_of_objects(answered, self.what)
        try:
            return joined(self.what, [ticks_of(payload, self.what, version) for payload in payloads])
        except MalformedMessage as error:
            raise malformed(error, ask.name) from error


def _text(ib: Any, moment: int | None) -> str:
    text: str = module_of(ib).util.formatIBDatetime(None if moment is None else datetime.fromtimestamp(moment, UTC))
    return text


async def collect(source: Source, pages: Pages, limit: int | None = None, progress: Progress | None = None) -> Ticks:
    """Return the ticks of all pages, oldest first, at most `limit`: the first ones, or backwards the last ones."""
    progress = progress or Progress()
    parts: list[Ticks] = []
    while not pages.done and (limit is None or progress.rows < limit):
        page = await _patiently(source, pages, progress)
        page = page[in_order(page.time)]
        parts.append(page[pages.take(page.time)])
        progress.rows += len(parts[-1])
        progress.done += 1
        share = max(pages.share(), 0.0 if limit is None else min(progress.rows / limit, 1.0))
        # How many requests it takes shows only on the way: as many more as the part that is left is larger.
        progress.planned = max(progress.done, round(progress.done / share)) if share else progress.done + 1
    whole = joined(source.what, parts if pages.forward else parts[::-1])
    if limit is None:
        return whole
    return whole[:limit] if pages.forward else whole[-limit:]


async def _patiently(source: Source, pages: Pages, progress: Progress) -> Ticks:
    """Return the next page, waiting where TWS wants to be asked more slowly, and asking for less where it is late."""
    pace = pace_of(source.ib)
    for attempt in range(_PATIENCE + 1):
        start, end = (pages.at, None) if pages.forward else (None, pages.at)
        try:
            async with pace.slot(None):
                page = await source.page(start, end, pages.number)
        except RequestTimeout:
            pace.slower()
            if pages.number // 2 < _SMALLEST_PAGE:
                raise
            pages.number //= 2
        except RequestError as error:
            text = error.text.lower()
            if error.code in _REFUSALS and "no data" in text:
                return ticks_of_objects([], source.what)
            if error.code not in _REFUSALS or "pacing violation" not in text or attempt == _PATIENCE:
                raise
            pace.violated()
            progress.state = "waiting: TWS wants to be asked more slowly"
        else:
            pace.served()
            progress.state = ""
            return page
    raise AssertionError("the last attempt returns or raises")
