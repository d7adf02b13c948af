"""Contracts by name: what TWS finds for the beginning of a symbol or a word of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.tws import ask
from ibnb.tws.client.ib import IB

if TYPE_CHECKING:
    import pandas as pd

_LONGEST = 100


async def search(ib: IB, pattern: str, *, timeout: float = 10) -> pd.DataFrame:
    """Return the contracts whose symbol or name fits (reqMatchingSymbols)."""
    from ibnb.tables.research import search as table

    text = pattern.strip() if isinstance(pattern, str) else ""
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise BadInput("pattern", pattern, "the beginning of a symbol or of a name, such as 'apple'")
    found = await ask.matching_symbols(ib, text, timeout=timeout)
    return table.frame(found, pattern=text, warnings=found.remarks, complete=not found.remarks)
