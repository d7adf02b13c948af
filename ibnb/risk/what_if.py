"""Profits at other prices and volatilities, asked for and put together: TWS's positions and greeks, our grid."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibnb.risk.grid import check_cells, check_changes, check_days, grid
from ibnb.risk.risk import book_for
from ibnb.tables.account.portfolio_now import money_of
from ibnb.tables.account.risk import WHAT_IF
from ibnb.tables.schema.attributes import frame_attrs
from ibnb.tws.arguments import check_whole
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.risk.book import Book

_PRICES, _VOLATILITIES = (-0.1, 0.0, 0.1), (0.0,)


async def what_if(
    ib: IB,
    prices: Sequence[float] = _PRICES,
    volatilities: Sequence[float] = _VOLATILITIES,
    days: float = 0,
    *,
    account: str | None = None,
    timeout: float | None = None,
) -> pd.DataFrame:
    """Return the profit of what is held at other prices, volatilities and days (reqAccountUpdates, reqMktData)."""
    wanted = check_changes("prices", prices, -1), check_changes("volatilities", volatilities, -10), check_days(days)
    check_cells(wanted[0], wanted[1])
    book = await book_for(ib, account, Deadline(check_whole(timeout)), pnl=False)
    return await asyncio.to_thread(grid_of, book, *wanted)


def grid_of(book: Book, prices: Sequence[float], volatilities: Sequence[float], days: float) -> pd.DataFrame:
    """Return the grid of a book with what is to be told of it in its ``attrs``."""
    frame = grid(book, prices, volatilities, days)
    held = book.portfolio.attrs
    unread = [*held.get("warnings", []), *book.told.unread, *book.unread, *book.fitted]
    left_out = len(book.portfolio) - frame.attrs["positions"]
    if left_out:
        unread.append(f"{left_out} of {len(book.portfolio)} positions are in no profit here")
    frame.attrs = {
        **frame_attrs(
            WHAT_IF.name,
            WHAT_IF.request,
            held.get("account", ""),
            unread,
            {
                "base_currency": next(iter(money_of(book.portfolio)[1].values()), None),
                "accounts": held.get("accounts"),
                "days": days,
                "complete": not left_out and bool(held.get("complete", True)),
            },
        ),
        **frame.attrs,
    }
    return frame
