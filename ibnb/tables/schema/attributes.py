"""What a table says about itself: the contents of ``frame.attrs``.

Plain JSON values only. pandas deep-copies attrs with every operation, compares them in `concat` and writes
them into Parquet as JSON: a contract, a Timestamp or a NaN in there breaks one of the three.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Hashable, Mapping
from datetime import UTC, date, datetime
from typing import Any


def frame_attrs(
    table: str, request: str, account: str, warnings: list[str], given: Mapping[str, Any]
) -> dict[Hashable | None, Any]:
    """Return the attrs of one table.

    Parameters
    ----------
    table, request : str
        The table's name and TWS's name of the request behind it.
    account : str
        The account that all rows belong to, or ``""``.
    warnings : list of str
        What could not be taken as sent.
    given : mapping
        What the caller knows better, or knows in addition: `account`, `fetched_at`, `complete`, ...

    Returns
    -------
    dict
        ``table``, ``request``, ``account``, ``fetched_at`` (ISO 8601, UTC), ``complete``, ``warnings``, and
        what was given beside them.
    """
    attrs: dict[Hashable | None, Any] = {
        "table": table,
        "request": request,
        "account": account,
        "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "complete": True,
    }
    attrs.update({str(key): _plain(value) for key, value in given.items() if value is not None})
    attrs["warnings"] = [*warnings, *map(str, attrs.get("warnings", []))]
    return attrs


def _plain(value: object) -> Any:
    """Return `value` as JSON knows it."""
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a number of numpy's
        return _plain(value.item())
    return reprlib.repr(value)
