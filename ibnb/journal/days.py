"""Which day a moment belongs to: New York's calendar, by which IB's statements count, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ZONE = "America/New_York"


def day_of(moment: pd.Timestamp) -> pd.Timestamp:
    """Return the day of a moment in New York, as midnight without a zone.

    Examples
    --------
    >>> import pandas as pd
    >>> day_of(pd.Timestamp("2026-03-03T02:00Z"))
    Timestamp('2026-03-02 00:00:00')
    """
    return moment.tz_convert(ZONE).normalize().tz_localize(None)


def days_of(moments: pd.Series[Any]) -> pd.Series[Any]:
    """Return the days of moments in UTC."""
    days: pd.Series[Any] = moments.dt.tz_convert(ZONE).dt.normalize().dt.tz_localize(None)
    return days
