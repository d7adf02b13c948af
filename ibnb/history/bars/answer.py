"""One request for bars and its answer as columns, what an answer without bars means, and where bars begin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from ibnb.errors import RequestDropped, RequestError, RequestTimeout
from ibnb.history.bars.ask import historical_columns
from ibnb.history.columns.sift import Answer, once_a_group, sifted
from ibnb.history.planning.plan import date_of, group_end
from ibnb.history.planning.sizes import BAR_SIZES, DAY
from ibnb.tws import ask
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract
from ibnb.tws.codes.book import entry_of
from ibnb.tws.start.uplink import uplink_of

#: What to make of a refusal: wait and ask again, note that there is nothing, ask for less, give the contract up, or see
#: what the neighbours bring, as TWS speaks another language.
Verdict = Literal["pacing", "nothing", "late", "refused", "unclear"]
_HISTORY_SERVICE, _GONE = 162, 366
#: Seconds that the answer may take which only spares other requests.
_HEAD_TIMEOUT = 15
#: How an English TWS begins whatever its history service says.
_ENGLISH = "historical market data service"


async def ask_bars(
    ib: IB,
    contract: Contract,
    end: int | None,
    duration: str,
    bar_size: str,
    what: str,
    rth: bool,
    zone: str,
    *,
    timeout: float = 60,
    since: int = 0,
) -> Answer:
    """Return the bars of one request, by the rule for all answers (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        Of which.
    end : int or None
        Up to when, in epoch seconds; None for now.
    duration, bar_size, what : str
        As TWS writes them.
    rth : bool
        Regular trading hours only.
    zone : str
        The exchange's.
    timeout : float
        Seconds.
    since : int, optional
        Earlier bars cannot be meant by the duration, in the seconds of `Bars.start`.

    Raises
    ------
    NotConnected
        If the connection is lost, or TWS has lost its servers: no answer would come.
    RequestError
        With TWS's reason.
    """
    until = None if end is None else datetime.fromtimestamp(end, UTC)
    said: list[str] = []
    question = historical_columns(
        ib, contract, until, duration, bar_size, what, rth, zone=zone, timeout=timeout, said=said
    )
    bars = await uplink_of(ib).through(question)
    answer = sifted(bars, said, before=_latest(ib, end, BAR_SIZES[bar_size], zone), since=since)
    return answer if BAR_SIZES[bar_size] <= DAY else once_a_group(answer, BAR_SIZES[bar_size])


def _latest(ib: IB, end: int | None, size: int, zone: str) -> int:
    """Return before what second the bars of a request begin; a clock that is behind TWS's is no reason to lose one."""
    last = ask.present(ib) + DAY if end is None else end
    return group_end(date_of(last, zone), size) if size >= DAY else -int(-last // 1)


#: Since when there is data: facts of contracts.
_HEADS: Slot[dict[tuple[Any, ...], float | None]] = Slot("first moments", "session", lambda _: {})


async def first_moment(ib: IB, contract: Contract, what: str, rth: bool, timeout: float) -> float | None:
    """Return since when there is data of a kind, in epoch seconds, asked for once (reqHeadTimeStamp).

    Returns
    -------
    float or None
        None where TWS does not tell: not every kind of data has one.
    """
    known = state_of(ib)[_HEADS]
    key = (contract.conId, contract.exchange, what, rth)
    if key not in known:
        question = ask.head_timestamp(ib, contract, what, rth, timeout=min(timeout, _HEAD_TIMEOUT))
        try:
            head = await uplink_of(ib).through(question)
        except RequestDropped:
            raise
        except RequestTimeout:
            return None  # it may be told the next time
        except RequestError:
            known[key] = None
        else:
            known[key] = (head if head.tzinfo else head.replace(tzinfo=UTC)).timestamp()
    return known[key]


def verdict(error: RequestError) -> Verdict:
    """Return what a refusal means for a download.

    Examples
    --------
    >>> verdict(RequestError(162, "HMDS query returned no data: AAPL@SMART Trades", "reqHistoricalData"))
    'nothing'
    """
    text = error.text.lower()
    if isinstance(error, RequestTimeout) or error.code == _GONE:
        return "late"
    if error.code != _HISTORY_SERVICE:
        return "refused"
    if "pacing violation" in text:
        return "pacing"
    if "returned no data" in text:
        return "nothing"
    if "query cancelled" in text:
        return "late"
    return "refused" if _ENGLISH in text or entry_of(error.code, text).text else "unclear"
