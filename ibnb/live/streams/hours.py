"""Whether a market is certainly closed, by the trading hours in its contract's details.

They tell about a week. A moment outside of the days that they tell of counts as open: asking again does no harm.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ibnb.tables.schema.timeparse import iana
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails
from ibnb.tws.resolve import known_details

CLOSED = "the market is closed: nothing is due before it opens"
_STRETCH = re.compile(r"(\d{8}):(\d{4})-(?:(\d{8}):)?(\d{4})")
_DAY = re.compile(r"(\d{8}):")


def is_closed(details: ContractDetails, moment: datetime, seconds: float = 0.0) -> bool:
    """Tell whether a contract does not trade at a moment, nor begins to within some seconds.

    Parameters
    ----------
    details : ContractDetails
        Its trading hours, as TWS writes them in the zone that it names.
    moment : datetime
        With a zone.
    seconds : float
        How long after it.
    """
    text = str(details.tradingHours or "")
    try:
        zone = ZoneInfo(iana(details.timeZoneId))
    except (ValueError, KeyError):
        return False
    now, then = (f"{each.astimezone(zone):%Y%m%d%H%M}" for each in (moment, moment + timedelta(seconds=seconds)))
    stretches = [(day + begin, (last or day) + end) for day, begin, last, end in _STRETCH.findall(text)]
    if any(begin <= then and now < end for begin, end in stretches):
        return False
    days = _DAY.findall(text)
    return min(days, default="9") <= now[:8] and then[:8] <= max(days, default="")


def market_closed(ib: IB, contract: Contract, seconds: float = 0.0) -> bool:
    """Tell whether a contract that was looked up certainly does not trade now, nor within some seconds."""
    if not contract.conId:
        return False
    known = (each for each in known_details(ib) if each.contract.conId == contract.conId)
    details = next(known, None)
    return details is not None and is_closed(details, datetime.now(UTC), seconds)
