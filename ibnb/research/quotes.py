"""A snapshot of the market: one row a contract, also of those that TWS refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.ground.spellings import once_called
from ibnb.tws import ask
from ibnb.tws.arguments import check_whole, several
from ibnb.tws.ask.calls.deadline import PATIENCE, Deadline
from ibnb.tws.ask.prices.snapshots import new_ticker
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractsLike
from ibnb.tws.resolve import resolve_each
from ibnb.tws.units.sizes import size_attrs

if TYPE_CHECKING:
    import pandas as pd


@once_called(specs="contracts")
async def quotes(ib: IB, contracts: ContractsLike, *, timeout: float | None = None) -> pd.DataFrame:
    """Return a snapshot of the market for each contract (reqMktData)."""
    from ibnb.tables.market import quotes as table

    rows, deadline = [], Deadline(check_whole(timeout))
    for each, refused in await resolve_each(ib, several(contracts), timeout=deadline.most(PATIENCE)):
        rows.append(new_ticker(ib, each))
        rows[-1].refused = refused
    known = [row for row in rows if row.refused is None]
    refusals = [row.refused for row in rows if row.refused is not None]
    if not known:
        raise refusals[0]
    priced = iter(await ask.tickers(ib, [row.contract for row in known], timeout=deadline.whole))
    sizes = size_attrs(row.contract for row in known)
    return table.frame([next(priced) if row.refused is None else row for row in rows], **sizes)
