"""How a portfolio is put together: TWS's own values of one account or of all, and the day's profit of each position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibnb.accounts.told import told
from ibnb.errors import IBNBError, NotConnected, RequestTimeout
from ibnb.ground.masking import mask_account
from ibnb.live.profit.feed import ProfitFeed, possible_in, profit_of, seconds_for
from ibnb.tables.account.profit import Key, Profit
from ibnb.tws import ask
from ibnb.tws.arguments import check_flag
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import AccountValue, PortfolioItem
from ibnb.tws.units.price_units import magnifiers
from ibnb.tws.whose import ALL, accounts_wanted

if TYPE_CHECKING:
    import pandas as pd

#: What TWS tells of each row.
_ALWAYS_TOLD = ("position", "avg_cost", "market_price", "market_value")
#: So many profits are asked for however little time there is; of more, none unless there is time for one in so many.
_ALWAYS, _FEW = 20, 10
#: Seconds that each further request gets where the time has run out: what it asks for is mostly there already.
_LEAST = 0.5


async def portfolio(ib: IB, account: str | None = None, *, pnl: bool = True, timeout: float = 10) -> pd.DataFrame:
    """Return what an account or all accounts hold, with value and profit (reqAccountUpdates, reqPnLSingle).

    For ``"all"`` each account is subscribed in turn, and then again the one that was: TWS tells prices and values of
    its own by no other request. reqPositionsMulti has none, and would cost a message for each position.
    """
    from ibnb.tables.account import plausible
    from ibnb.tables.account import portfolio as table

    check_flag("pnl", pnl)
    deadline = Deadline(timeout)
    names = accounts_wanted(ib, account)
    if not account:
        items = await ask.portfolio(ib, timeout=timeout)
        names = [_served(ib)]
    elif account.strip().lower() != ALL:
        items = await ask.portfolio(ib, names[0], timeout=timeout)
    else:
        items = await ask.portfolios(ib, names, timeout=timeout)
    values, unread = await _values(ib, names, deadline)
    profits, lack = await _profits(ib, names, items, deadline.left) if pnl else ({}, [])
    bases = table.base_currencies(values)
    several = len(set(bases.values())) > 1
    frame = table.frame(
        items,
        table.exchange_rates(values),
        profits,
        bases,
        magnifiers(ib),
        base_currency=None if several else next(iter(bases.values()), None),
        accounts=names,
    )
    return told(frame, [*items.remarks, *unread, *lack], plausible.unset(frame, _ALWAYS_TOLD))


async def _values(ib: IB, names: Sequence[str], deadline: Deadline) -> tuple[list[AccountValue], list[str]]:
    """Return the values of accounts, which tell the rates; where those of one of several do not come, its name."""
    values: list[AccountValue] = []
    unread: list[str] = []
    for place, name in enumerate(names):
        try:
            found = await ask.account_values(ib, name, timeout=max(deadline.share(len(names) - place), _LEAST))
        except RequestTimeout:
            if len(names) == 1:
                raise
            unread.append(f"{mask_account(name)}: its account values did not come, nor so its exchange rates")
        else:
            values += found
            unread += found.remarks
    return values, unread


def _served(ib: IB) -> str:
    """Return the account that is subscribed."""
    return str(ask.subscribed_account(ib))


async def _profits(
    ib: IB, names: Sequence[str], items: Sequence[PortfolioItem], seconds: float
) -> tuple[dict[Key, Profit], list[str]]:
    """Return what TWS tells of the day's profit in so many seconds, and what is to be said of what it has not told.

    A lack of it leaves the portfolio without, and is no failure.
    """
    held = sorted((item for item in items if item.contract.conId), key=_size, reverse=True)
    keys = [Key(item.account, item.contract.conId) for item in held]
    try:
        feed = await profit_of(ib)
        wanted = _affordable(feed, keys, seconds)
        await feed.keep(wanted, {key for name in names for key in feed.kept(name)}, seconds)
    except NotConnected:
        raise
    except (IBNBError, ConnectionError):
        return {}, []
    late = len(feed.lacking(keys))
    told = {key: feed.latest[key] for key in keys if key in feed.latest}
    if not late:
        return told, []
    why = "TWS has not told it"
    if len(wanted) < len(keys):
        why = f"a request each, which takes about {seconds_for(late):.0f} s: give a longer timeout"
    return told, [f"daily_pnl of {late} of {len(keys)} positions is unset: {why}"]


def _affordable(feed: ProfitFeed, keys: list[Key], seconds: float) -> list[Key]:
    """Return those positions whose profit is told already or can be asked for in so many seconds.

    The first are the most wanted. Where there is time for a few of very many, none is asked for: they say nothing, and
    the call had better end.
    """
    lacking = feed.lacking(keys)
    most = possible_in(seconds)
    if len(lacking) <= max(most, _ALWAYS):
        return keys
    left_out = set(lacking[most:] if most * _FEW >= len(keys) else lacking)
    return [key for key in keys if key not in left_out]


def _size(item: PortfolioItem) -> float:
    """Return how large a position is."""
    value = item.marketValue
    return abs(value) if isinstance(value, float) and value == value else 0.0
