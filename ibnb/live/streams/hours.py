"""Whether a market is certainly closed, by the trading hours in its contract's details.

They tell about a week. A moment outside of the days that they tell of counts as open: asking again does no harm.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ibnb.tables.schema.timeparse import iana
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails
from ibnb.tws.resolve import known_details

CLOSED = "the market is closed: nothing is due before it opens"
_STRETCH = re.compile(r"(\d{8}):(\d{4})-(?:(\d{8}):)?(\d{4})")
_DAY = re.compile(r"(\d{8}):")


def is_closed(details: ContractDetails, moment: datetime) -> bool:
    """Tell whether a contract does not trade at a moment.

    Parameters
    ----------
    details : ContractDetails
        Its trading hours, as TWS writes them in the zone that it names.
    moment : datetime
        With a zone.
    """
    text = str(details.tradingHours or "")
    try:
        local = moment.astimezone(ZoneInfo(iana(details.timeZoneId)))
    except (ValueError, KeyError):
        return False
    now, today = f"{local:%Y%m%d%H%M}", f"{local:%Y%m%d}"
    stretches = [(day + begin, (last or day) + end) for day, begin, last, end in _STRETCH.findall(text)]
    if any(begin <= now < end for begin, end in stretches):
        return False
    return min(_DAY.findall(text), default="9") <= today <= max(_DAY.findall(text), default="")


def market_closed(ib: IB, contract: Contract) -> bool:
    """Tell whether a contract that was looked up certainly does not trade now."""
    if not contract.conId:
        return False
    known = (each for each in known_details(ib) if each.contract.conId == contract.conId)
    details = next(known, None)
    return details is not None and is_closed(details, datetime.now(UTC))
