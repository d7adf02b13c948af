"""Commission reports: each is of a fill by its id, and may come before the fill does. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ibnb.trading.records.record import Record

#: So many reports are kept whose fill has not come, the latest: most are of orders of others.
_MOST = 1_000


class Reports:
    """Reports whose fills have not come yet."""

    def __init__(self) -> None:
        self._early: dict[str, dict[str, Any]] = {}

    def take(self, values: dict[str, Any], records: Iterable[Record]) -> Record | None:
        """Take a report, and return the order that it says something new of; one of no fill is kept."""
        exec_id = str(values.get("exec_id") or "")
        for record in records:
            if any(fill["exec_id"] == exec_id for fill in (*record.fills.values(), *record.legs.values())):
                return record if record.take_commission(values) else None
        self._early[exec_id] = values
        if len(self._early) > _MOST:
            del self._early[next(iter(self._early))]
        return None

    def hand_over(self, record: Record, exec_id: str) -> None:
        """Give an order the report of a fill that has come now, where it was earlier."""
        if (values := self._early.pop(exec_id, None)) is not None:
            record.take_commission(values)
