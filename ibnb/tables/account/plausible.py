"""What came as TWS's kinds of values and cannot be true: told in ``frame.attrs["warnings"]``, and left as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

import pandas as pd

from ibnb.ground.masking import mask_account

#: Stands for all accounts of an advisor together; a master's number with an A behind it does, too.
_GROUP = "All"
#: TWS's clock, by which fills are dated, may be ahead of ours by so much.
_AHEAD = timedelta(hours=1)
_AS_SENT = ": shown as sent"


def strangers(frame: pd.DataFrame, managed: Collection[str]) -> list[str]:
    """Say how many rows are of accounts that the log-in does not manage.

    Examples
    --------
    >>> import pandas as pd
    >>> strangers(pd.DataFrame({"account": ["DU1234567", "DU7654321"]}), ["DU1234567"])
    ['1 of 2 rows is of DU***321, which is no account of this log-in: shown as sent']
    """
    known = {"", _GROUP, *managed, *(f"{name}A" for name in managed)}
    counts = frame["account"][~frame["account"].isin(known)].value_counts()
    return [
        f"{_of(count, len(frame))} of {mask_account(str(name))}, which is no account of this log-in: shown as sent"
        for name, count in counts.items()
    ]


def unset(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """Say in how many rows TWS has left a value unset that each row has; not where it is said already that it is none.

    Examples
    --------
    >>> import pandas as pd
    >>> unset(pd.DataFrame({"position": [100.0, None]}), ["position"])
    ['position is unset in 1 of 2 rows']
    """
    told = {line.partition(", row ")[0] for line in frame.attrs.get("warnings", [])}
    return _counted(
        frame, ((f"{name} is unset", frame[name].isna()) for name in columns if name not in told and name in frame)
    )


def fills(frame: pd.DataFrame) -> list[str]:
    """Say which executions cannot be true."""
    late = frame["time"] > datetime.now(UTC) + _AHEAD
    found = (
        ("shares is not above 0", frame["shares"] <= 0),
        ("time lies in the future, perhaps for its time zone,", late),
    )
    return unset(frame, ("time", "shares", "price")) + _counted(frame, found, _AS_SENT)


def zones(times: Iterable[object], name: str) -> list[str]:
    """Say how many times are written in a zone of a name that several have."""
    count = sum(isinstance(time, str) and time.endswith(f" {name}") for time in times)
    return [f"time is written in {name} in {count} rows, which a TWS in Chicago and one in China do"] if count else []


def orders(frame: pd.DataFrame) -> list[str]:
    """Say which orders cannot be true."""
    total, filled = frame["total_quantity"], frame["filled"]
    found = [("total_quantity is below 0", total < 0), ("filled is below 0", filled < 0)]
    found.append(("filled is more than total_quantity", filled > total))
    if "remaining" in frame:
        found.append(("remaining is below 0", frame["remaining"] < 0))
    return _counted(frame, found, _AS_SENT)


def _counted(frame: pd.DataFrame, found: Iterable[tuple[str, pd.Series[bool]]], how: str = "") -> list[str]:
    counts = ((words, int(rows.fillna(False).sum())) for words, rows in found)
    return [f"{words} in {count} of {len(frame)} rows{how}" for words, count in counts if count]


def _of(count: int, total: int) -> str:
    return f"{count} of {total} rows {'is' if count == 1 else 'are'}"
