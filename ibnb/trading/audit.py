"""The audit log as a frame."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.trading.records.audit import AuditLog
from ibnb.tws.client.ib import IB

if TYPE_CHECKING:
    import pandas as pd

_MOST_MONTHS = 120


def audit_frame(months: int = 2) -> pd.DataFrame:
    """Return the latest months of the audit log: columns of ``ibnb.schema("audit")``."""
    from ibnb.tables.order import trades as table

    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= _MOST_MONTHS:
        raise BadInput("months", months, f"a whole number from 1 to {_MOST_MONTHS}")
    return table.audit_frame(AuditLog().entries(months))


async def audit(_ib: IB, months: int = 2) -> pd.DataFrame:
    """Return the audit log of this machine's user; TWS is not asked."""
    return await asyncio.to_thread(audit_frame, months)
