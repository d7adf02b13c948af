"""The simulated world that a server shows: one market, and the accounts in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.market import Market


def build_world(seed: int = 7, bars: Path | None = None) -> tuple[Market, Books]:
    """Return a market and the demo account in it.

    Parameters
    ----------
    seed : int
        Which of the possible markets.
    bars : Path, optional
        A folder of a person's own bars.

    Raises
    ------
    BadInput
        If the folder or a file in it cannot be used, naming the file, the row and the column.
    """
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.accounts.demo import demo_account
    from ibnb.simulator.market import Clock, Market

    market = Market(seed=seed, clock=Clock(), bars_dir=bars)
    return market, Books([demo_account(market)])
