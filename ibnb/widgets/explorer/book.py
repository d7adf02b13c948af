"""What an explorer knows: portfolio, accounts and cash of one account or of all, as TWS told them last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ibnb.accounts.portfolio import portfolio
from ibnb.accounts.told import told
from ibnb.live.profit.pnl import pnl
from ibnb.tables.account import account_summary, accounts
from ibnb.tables.account.portfolio_now import common_rates, refreshed
from ibnb.tws import ask
from ibnb.tws.ask.calls.call import managed_accounts
from ibnb.tws.client.ib import IB
from ibnb.tws.whose import ALL
from ibnb.widgets.explorer.columns import NO_LABELS, Labels, with_own_columns

if TYPE_CHECKING:
    import pandas as pd

_BASE = ("market_value_base", "unrealized_pnl_base", "realized_pnl_base", "daily_pnl_base", "total_pnl_base")


@dataclass(frozen=True)
class Book:
    """One look at the accounts.

    Attributes
    ----------
    portfolio : DataFrame
        As from ``tws.portfolio()``.
    accounts : DataFrame
        As from ``tws.accounts()``, those that are looked at.
    cash : DataFrame
        Rows of the summary: cash by account and currency.
    profit : DataFrame
        As from ``tws.pnl()``; its last row is the account's, or all together.
    labels : Labels
        Sectors and tags of what is held, as far as they are known.
    """

    portfolio: pd.DataFrame
    accounts: pd.DataFrame
    cash: pd.DataFrame
    profit: pd.DataFrame
    labels: Labels = NO_LABELS

    @property
    def names(self) -> list[str]:
        """The accounts that are looked at."""
        return list(self.accounts["account"])

    @property
    def base(self) -> str:
        """The currency that all is shown in: the base currency of the first account."""
        return "" if self.accounts.empty else str(self.accounts["base_currency"].iloc[0])

    @property
    def remarks(self) -> list[str]:
        """What could not be read, did not come, or cannot be true, of positions and accounts."""
        return [*self.portfolio.attrs.get("warnings", []), *self.accounts.attrs.get("warnings", [])]

    def rows(self) -> pd.DataFrame:
        """Return the portfolio in the base currency of the first account, with the explorer's own columns."""
        return with_own_columns(self.in_one_base(), self.labels)

    def in_one_base(self) -> pd.DataFrame:
        """Return the portfolio with all that is in base currency in that of the first account."""
        frame = self.portfolio
        if frame["base_currency"].nunique() < 2:
            return frame
        frame, rates = frame.copy(), common_rates(frame)
        for name in _BASE:
            frame[name] = frame[name] * rates
        return frame

    def now(self, profit: pd.DataFrame) -> Book:
        """Return the same with the values and profits of this moment.

        Parameters
        ----------
        profit : DataFrame
            As from ``tws.pnl(positions=True)``.
        """
        of_positions = profit["con_id"].notna()
        portfolio = refreshed(self.portfolio, profit[of_positions])
        return replace(self, portfolio=portfolio, profit=profit[~of_positions])

    def with_accounts(self, accounts: pd.DataFrame, cash: pd.DataFrame) -> Book:
        """Return the same with other figures of the accounts."""
        return replace(self, accounts=accounts, cash=cash)

    def is_held(self, profit: pd.DataFrame) -> bool:
        """Return whether the same is held as in a table of profits, so that values are all that has moved."""
        rows = profit[profit["con_id"].notna()]
        theirs = dict(zip(zip(rows["account"], rows["con_id"], strict=True), rows["position"], strict=True))
        own = self.portfolio[self.portfolio["con_id"].notna()]
        return theirs == dict(zip(zip(own["account"], own["con_id"], strict=True), own["position"], strict=True))


async def look(ib: IB, account: str, *, with_profit: bool, timeout: float) -> Book:
    """Ask for everything, on the client's loop.

    Parameters
    ----------
    ib : IB
        A connected client.
    account : str
        One of the log-in's, or ``"all"``.
    with_profit : bool
        Also the day's profit of each position, which takes a while for hundreds.
    timeout : float
        Seconds, for each request.
    """
    accounts, cash = await look_at_accounts(ib, account, timeout=timeout)
    held = await portfolio(ib, account, pnl=with_profit, timeout=timeout)
    profit = await pnl(ib, "" if account == ALL else account, with_profit, timeout=timeout)
    book = Book(held, accounts, cash, profit)
    return book.now(profit) if with_profit else book  # figures of one moment: those of accounts and positions agree


async def look_at_accounts(ib: IB, account: str, *, timeout: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ask for the figures of the accounts, and for their cash."""
    known = managed_accounts(ib)
    wanted = known if account == ALL else [account]
    values = (await ask.account_summary(ib, timeout=timeout)).only(lambda value: value.account in wanted)
    summary = account_summary.frame(values)
    cash = summary[(summary["tag"] == "CashBalance") & (summary["currency"] != "BASE")]
    return told(accounts.frame(values, wanted), values.remarks), cash
