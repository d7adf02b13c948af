"""The simulated world that a server shows: one market, and the accounts in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ibnb.errors import BadInput

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.market import Clock, Market
    from ibnb.simulator.scenarios.fault import Holdings


def read_clock(moment: str | float | None = None, speed: float = 1.0) -> Clock:
    """Return a clock that begins at a moment and runs at a speed.

    Parameters
    ----------
    moment : str or float, optional
        ``2026-03-02T10:00:00-05:00``, or epoch seconds; now where left out.
    speed : float
        Simulated seconds per real second; 0 stops the clock.

    Raises
    ------
    BadInput
        If the moment has no zone or is none, or the speed is out of bounds.
    """
    from ibnb.simulator.market import Clock

    if not isinstance(moment, str):
        return Clock(moment, speed)
    try:
        return Clock(float(moment), speed)
    except BadInput:
        raise
    except ValueError:
        pass
    try:
        return Clock(datetime.fromisoformat(moment), speed)
    except BadInput:
        raise BadInput("clock", moment, "a moment with its offset, such as 2026-03-02T10:00:00-05:00") from None
    except ValueError:
        raise BadInput("clock", moment, "a moment such as 2026-03-02T10:00:00-05:00, or epoch seconds") from None


def build_world(
    seed: int = 7, bars: Path | None = None, clock: Clock | None = None, state: Path | None = None
) -> tuple[Market, Books]:
    """Return a market and the demo account in it, or the accounts that were kept in a file.

    Parameters
    ----------
    seed : int
        Which of the possible markets.
    bars : Path, optional
        A folder of a person's own bars.
    clock : Clock, optional
        The time of this world; wall time where left out.
    state : Path, optional
        A file that accounts are kept in; where it does not exist yet, they begin as the demo account.

    Raises
    ------
    BadInput
        If the folder or a file in it cannot be used, naming the file, the row and the column; or if the accounts in
        `state` are of a market with another seed.
    SimulatorError
        If the file of accounts is damaged.
    """
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.accounts.made_up.demo import demo_account
    from ibnb.simulator.market import Clock, Market

    market = Market(seed=seed, clock=clock or Clock(), bars_dir=bars)
    if state is not None:
        from ibnb.simulator.accounts.state import StateFile

        file = StateFile(state, market)
        if file.exists():
            return market, file.load()
    return market, Books([demo_account(market)])


def books_of(market: Market, known: Books, accounts: Sequence[str], holdings: Holdings | None = None) -> Books:
    """Return the books of a log-in with other accounts.

    Parameters
    ----------
    market : Market
        Where prices and the time come from.
    known : Books
        The accounts of the log-in as it was; those among `accounts` stay what they are.
    accounts : sequence of str
        The account numbers: the first has the demo account's holdings, the others hold nothing but cash.
    holdings : Holdings, optional
        How many positions the first holds instead, or each.
    """
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.accounts.made_up.demo import demo_account, empty_account
    from ibnb.simulator.accounts.made_up.large import large_account

    def make(account: str, first: bool) -> Book:
        if holdings is not None and (first or holdings.each):
            return large_account(market, holdings.count, account)
        if account in known:
            return known[account]
        return demo_account(market, account) if first else empty_account(market, account)

    return Books([make(account, account == accounts[0]) for account in accounts])
