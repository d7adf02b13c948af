"""What one table of profit and loss shows of its client's feed: which accounts, what they hold, and in which money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ibnb.live.profit.feed import ProfitFeed, profit_of
from ibnb.tables.account.profit import Key, Profit
from ibnb.tws import ask
from ibnb.tws.arguments import check_flag
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Rows
from ibnb.tws.client.ib import IB
from ibnb.tws.identity import only_of
from ibnb.tws.whose import accounts_wanted

if TYPE_CHECKING:
    import pandas as pd

_NOTHING = Profit()


async def sight_of(ib: IB, account: str | None, positions: bool, *, timeout: float) -> Sight:
    """Return what can be seen of a client's feed: the accounts, what they hold, and the rates between them.

    Raises
    ------
    BadInput
        If the log-in has no such account.
    """
    names, deadline = accounts_wanted(ib, account), Deadline(timeout)
    check_flag("positions", positions)
    from ibnb.tables.account.portfolio import base_currencies, exchange_rates

    values = await ask.account_values(ib, only_of(names), timeout=timeout)
    held = await ask.positions(ib, timeout=deadline.left) if positions else Rows()
    sight = Sight(await profit_of(ib), names, base_currencies(values), exchange_rates(values))
    sight.unread = [*values.remarks, *held.remarks]
    sight.hold(held)
    return sight


class Sight:
    """The part of a feed that one table shows.

    Parameters
    ----------
    feed : ProfitFeed
        Where the figures come from.
    accounts : sequence of str
        Whose; with several there is a row of all together.
    bases, rates : mapping
        Their base currencies, and their exchange rates.
    """

    def __init__(
        self, feed: ProfitFeed, accounts: Sequence[str], bases: Mapping[str, str], rates: Mapping[str, Any]
    ) -> None:
        self.feed, self.accounts = feed, list(accounts)
        self._bases, self._rates = bases, rates
        self._held: dict[Key, Any] = {}
        #: What of positions and account values could not be read.
        self.unread: list[str] = []
        self._last: pd.DataFrame | None = None

    def freeze(self, frame: pd.DataFrame) -> None:
        """Show this table from now on: the feed goes on without us."""
        self._last = frame

    def hold(self, positions: Iterable[Any]) -> set[Key]:
        """Take in what the accounts hold, or hold no more; return the keys of what is new."""
        new = set()
        for each in positions:
            key = Key(each.account, each.contract.conId)
            if each.account not in self.accounts or not key.con_id:
                continue
            if not each.position:
                self._held.pop(key, None)
                continue
            if key not in self._held:
                new.add(key)
            self._held[key] = each
        return new

    def keys(self) -> list[Key]:
        """Return all whose profit is shown, the accounts first."""
        return [*map(Key, self.accounts), *self._held]

    def frame(self, **attrs: Any) -> pd.DataFrame:
        """Return the table as it stands: accounts, all together where there are several, positions."""
        from ibnb.tables.account import pnl as table

        if self._last is not None:
            return self._last.copy()
        accounts = [self._account(name) for name in self.accounts]
        together = [table.together(accounts, self._rates)] if len(accounts) > 1 else []
        rows = [*accounts, *together, *(self._position(key, each) for key, each in list(self._held.items()))]
        refused = self.feed.refused
        warnings = [refused[key] for key in self.keys() if key in refused]
        late = sum(row["time"] is None for row in rows) - len(warnings)
        if late > 0:
            warnings.append(f"TWS has not told the profit of {late} of {len(rows)} rows")
        warnings += self.unread
        complete = not self.unread and all(row["time"] is not None for row in rows)
        return table.frame(rows, live=self.feed.state, complete=complete, warnings=warnings, **attrs)

    def _account(self, name: str) -> dict[str, Any]:
        profit = self.feed.latest.get(Key(name), _NOTHING)
        return {"account": name, "currency": self._bases.get(name, ""), **_figures(profit)}

    def _position(self, key: Key, held: Any) -> dict[str, Any]:
        profit, contract = self.feed.latest.get(key, _NOTHING), held.contract
        return {
            "account": key.account,
            "con_id": key.con_id,
            "symbol": contract.symbol,
            "local_symbol": contract.localSymbol,
            "sec_type": contract.secType,
            "currency": contract.currency,
            "position": held.position if profit.position is None else profit.position,
            "market_value": profit.value,
            **_figures(profit),
        }


def _figures(profit: Profit) -> dict[str, Any]:
    return {
        "daily_pnl": profit.daily,
        "unrealized_pnl": profit.unrealized,
        "realized_pnl": profit.realized,
        "time": profit.time,
    }
