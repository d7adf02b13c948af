"""How a portfolio is put together: TWS's own values of one account or of all, and the day's profit of each position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError
from ibnb.live.profit import profit_of
from ibnb.live.profit_values import Key, Profit
from ibnb.tws import ask
from ibnb.tws.arguments import check_flag
from ibnb.tws.identity import masked

if TYPE_CHECKING:
    import pandas as pd

#: Stands for all accounts of a log-in, as in TWS.
ALL = "all"


async def portfolio(ib: Any, account: str = "", *, pnl: bool = True, timeout: float = 10) -> pd.DataFrame:
    """Return what an account or all accounts hold, with value and profit (reqAccountUpdates, reqPnLSingle).

    For ``"all"`` each account is subscribed in turn, and then again the one that was: TWS tells prices and values of
    its own by no other request. reqPositionsMulti has none, and would cost a message for each position.
    """
    from ibnb.tables import portfolio as table

    check_flag("pnl", pnl)
    names = accounts_of(ib, account)
    if names is None:
        items = await ask.portfolio(ib, account, timeout=timeout)
        names = [account or _served(ib)]
    else:
        items = await ask.portfolios(ib, names, timeout=timeout)
    profits = await _profits(ib, names, items) if pnl else {}
    values = [value for name in names for value in await ask.account_values(ib, name, timeout=timeout)]
    bases = table.base_currencies(values)
    several = len(set(bases.values())) > 1
    return table.frame(
        items,
        table.exchange_rates(values),
        profits,
        bases,
        base_currency=None if several else next(iter(bases.values()), None),
        accounts=names,
    )


def accounts_of(ib: Any, account: str) -> list[str] | None:
    """Return all accounts where all are meant, None where one is.

    Raises
    ------
    BadInput
        If the log-in has no such account.
    """
    known = list(ib.client.getAccounts())
    if isinstance(account, str) and account.lower() == ALL:
        return known
    if account and account not in known:
        raise BadInput("account", account, f"one of this log-in's: {masked(known) or 'none'}, or {ALL!r} for all")
    return None


def _served(ib: Any) -> str:
    """Return the account that is subscribed."""
    return str(ask.subscribed_account(ib))


async def _profits(ib: Any, names: Sequence[str], items: Sequence[Any]) -> Mapping[tuple[str, int], Profit]:
    """Return what TWS tells of the day's profit; a lack of it leaves the portfolio without, and is no failure."""
    keys = [Key(item.account, item.contract.conId) for item in items if item.contract.conId]
    with suppress(IBNBError, ConnectionError):
        feed = await profit_of(ib)
        await feed.keep(keys, instead_of={key for name in names for key in feed.kept(name)})
        return {(key.account, key.con_id): feed.latest[key] for key in keys if key in feed.latest}
    return {}
