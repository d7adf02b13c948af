"""Whether a contract trades at a moment, by the hours in its details. Pure.

They tell of a few days. For quotes a moment outside of these counts as open, as asking does no harm; for an order it is
not known.
"""

from __future__ import annotations

import re
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from ibnb.live.streams.hours import is_closed
from ibnb.tables.schema.timeparse import iana
from ibnb.tws.client.values import ContractDetails

_DAY = re.compile(r"(\d{8}):")


def is_open(details: ContractDetails, hours: str, moment: datetime) -> bool | None:
    """Return whether a moment lies in a contract's hours; None where these do not tell.

    Parameters
    ----------
    details : ContractDetails
        For their zone.
    hours : str
        As TWS writes them: ``details.tradingHours`` or ``details.liquidHours``.
    moment : datetime
        With a zone.
    """
    days = _DAY.findall(str(hours or ""))
    today = _day(details, moment)
    if today is None or not days or not min(days) <= today <= max(days):
        return None
    return not is_closed(SimpleNamespace(tradingHours=hours, timeZoneId=details.timeZoneId), moment)


def told_of(details: ContractDetails, moment: datetime) -> bool:
    """Return whether the trading hours in a contract's details tell of a moment."""
    return is_open(details, details.tradingHours, moment) is not None


def _day(details: ContractDetails, moment: datetime) -> str | None:
    """Return the date of a moment where the contract trades."""
    try:
        return f"{moment.astimezone(ZoneInfo(iana(details.timeZoneId))):%Y%m%d}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
