"""What is held by now: TWS tells of a position a moment after the fills that have changed it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from ibnb.trading.records.record import Record
from ibnb.trading.values.plan import BUY
from ibnb.tws.client.values import Contract

#: So long after a fill a position may still be that of before it.
_LATE = timedelta(seconds=10)


def held_now(told: float | None, records: Iterable[Record], account: str, contract: Contract) -> float | None:
    """Return what an account holds, where TWS has not told it yet by what our own orders have just filled.

    Parameters
    ----------
    told : float or None
        The position that TWS has told last.
    records : iterable of Record
        What was sent from here, the oldest first.
    account : str
        Whose.
    contract : Contract
        Of what.

    Notes
    -----
    From what was held before the first of the orders that were filled a moment ago, their fills lead on step by step.
    Where TWS's figure lies on that way, it is on its way there itself; any other figure is of somebody else's trade,
    and believed.
    """
    if told is None or not contract.conId:
        return told
    since = datetime.now(UTC) - _LATE
    recent = [
        record
        for record in records
        if record.log
        and record.log[-1].time > since
        and record.account == account
        and record.contract.conId == contract.conId
        and record.held_before is not None
        and any(entry.filled and entry.time > since for entry in record.log)
    ]
    if not recent:
        return told
    steps = [record.filled if record.order.action == BUY else -record.filled for record in recent]
    way = list(accumulate(steps, initial=recent[0].held_before or 0.0))
    return way[-1] if min(way) <= told <= max(way) else told
