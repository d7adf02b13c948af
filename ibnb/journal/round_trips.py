"""From fills to round trips: what each brought, in the contract's currency and in the account's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import nan
from typing import TYPE_CHECKING, Any

from ibnb.journal.days import ZONE
from ibnb.journal.held import Opening, Snapshots, exact, records_of
from ibnb.journal.matching import Fill, Match, Method, by_orders, match
from ibnb.journal.rates import Rates
from ibnb.tables.journal.round_trips import SCHEMA

if TYPE_CHECKING:
    import pandas as pd

_CONTRACT = ("symbol", "sec_type", "currency", "local_symbol", "expiry", "strike", "right", "multiplier")
_OPTIONS = ("OPT", "FOP", "WAR", "IOPT")
_ENDING = (*_OPTIONS, "FUT")
_DAY = 86_400.0
#: So many contracts are named in a warning.
_NAMED = 5


@dataclass
class Remarks:
    """What is to be said of round trips beside their rows, by contract."""

    odd: list[str]
    worthless: list[str]
    uncharged: list[str]

    def lines(self) -> list[str]:
        """Return them in words."""
        said = []
        if self.odd:
            said.append(
                f"TWS holds more or less than the fills say of {_listed(self.odd)}: fills were missed, or shares were "
                "split or transferred. import_flex() a statement of that time."
            )
        if self.worthless:
            said.append(
                f"Taken to have ended worthless: {_listed(self.worthless)}. A statement, by import_flex(), tells what "
                "became of them."
            )
        if self.uncharged:
            said.append(f"No commission is known yet of fills of {_listed(self.uncharged)}: sync() asks again.")
        return said


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def round_trips(
    account: str, fills: pd.DataFrame, snapshots: Snapshots, rates: Rates, method: Method, remarks: Remarks
) -> list[dict[str, Any]]:
    """Return the round trips of an account as rows of ``ibnb.schema("journal_trades")``.

    Parameters
    ----------
    account : str
        The account.
    fills : DataFrame
        As they are kept, the oldest first. Rows of combinations are left out: their legs are there.
    snapshots : Snapshots
        What TWS said that it holds.
    rates : Rates
        What currencies were worth.
    method : {"fifo", "lifo"}
        Which lot is closed first.
    remarks : Remarks
        Takes what is to be said.
    """
    fills = fills[fills["sec_type"].ne("BAG") & fills["shares"].notna()]
    rows: list[dict[str, Any]] = []
    seen: set[int] = set()
    parts: dict[Any, pd.DataFrame] = dict(iter(fills.groupby(_contracts(fills), sort=False)))
    for contract, part in parts.items():
        number = 0 if isinstance(contract, str) else int(contract)
        seen.add(number)
        rows += _Contract(account, number, part, snapshots, rates, remarks).rows(method)
    for con_id in snapshots.contracts():
        if con_id not in seen:
            rows += _Contract(account, con_id, fills.iloc[:0], snapshots, rates, remarks).rows(method)
    return rows


def frame(rows: list[dict[str, Any]], remarks: Remarks, **attrs: Any) -> pd.DataFrame:
    """Return round trips as a table: the closed ones as they were closed, then the open ones as they were opened."""
    import pandas as pd

    never = pd.Timestamp.max.tz_localize("UTC")
    rows = sorted(
        rows, key=lambda row: tuple(never if row[name] is None else row[name] for name in ("exit_time", "entry_time"))
    )
    table = SCHEMA.frame(rows, **attrs)
    table.attrs["warnings"] = [*table.attrs["warnings"], *remarks.lines()]
    return table


def _contracts(fills: pd.DataFrame) -> pd.Series[Any]:
    """Return what tells the contract of each fill: its conId, or all that is known where there is none."""
    import pandas as pd

    told = zip(*(fills[name] for name in _CONTRACT), strict=True)
    ids = fills["con_id"].fillna(0)
    keys = [int(con_id) or repr(tuple(map(str, row))) for con_id, row in zip(ids, told, strict=True)]
    return pd.Series(keys, index=fills.index, dtype=object)


class _Contract:
    """The fills of one contract in one account."""

    def __init__(
        self, account: str, con_id: int, fills: pd.DataFrame, snapshots: Snapshots, rates: Rates, remarks: Remarks
    ) -> None:
        self._account, self._con_id, self._rates, self._remarks = account, con_id, rates, remarks
        self._snapshots, self._fills = snapshots, fills
        self._records = records_of(fills)
        self._opening = snapshots.opening(con_id, fills)
        self._about = self._contract(fills, self._opening)
        self._currency = str(self._about["currency"])
        multiplier = self._about["multiplier"]
        self._units = float(multiplier) if multiplier is not None and multiplier > 0 else 1.0

    def rows(self, method: Method) -> Iterator[dict[str, Any]]:
        """Return the round trips as rows."""
        fills = [Fill(number, self._signed(row), self._order(row)) for number, row in enumerate(self._records)]
        if self._opening is not None:
            fills.insert(0, Fill(-1, self._opening.quantity, "held before"))
        ended = self._ended()
        if fills and not ended and self._snapshots.odds(self._con_id, self._fills, self._opening):
            self._remarks.odd.append(self._name)
        for group in by_orders(match(fills, method)):
            yield self._row(group, ended)

    @property
    def _name(self) -> str:
        return " ".join(str(self._about["local_symbol"] or self._about["symbol"]).split())

    def _contract(self, fills: pd.DataFrame, opening: Opening | None) -> dict[str, Any]:
        source = self._records[-1] if self._records else opening.about if opening else {}
        return {name: source.get(name) for name in _CONTRACT}

    def _ended(self) -> bool:
        """Return whether the contract has ended, and TWS holds nothing of it any more."""
        expiry, last = self._about["expiry"], self._snapshots.last
        if self._about["sec_type"] not in _ENDING or last is None or expiry is None or expiry != expiry:
            return False
        return bool(expiry < last) and not self._snapshots.holds(self._con_id)

    @staticmethod
    def _signed(row: dict[str, Any]) -> Decimal:
        return exact(row["shares"]) if row["side"] == "BOT" else -exact(row["shares"])

    @staticmethod
    def _order(row: dict[str, Any]) -> object:
        known = row["perm_id"] if row["perm_id"] == row["perm_id"] and row["perm_id"] else None
        return known or row["flex_order"] or row["exec_id"] or id(row)

    def _price(self, fill: Fill) -> float:
        if fill.number < 0:
            return self._opening.price if self._opening else nan
        row = self._records[fill.number]
        magnifier = row["price_magnifier"]
        return float(row["price"]) / (float(magnifier) if magnifier == magnifier and magnifier else 1.0)

    def _commission(self, fill: Fill, quantity: Decimal) -> float:
        """Return the commission of a part of a fill, in the contract's currency; NaN where it is not known."""
        if fill.number < 0:
            return 0.0
        row = self._records[fill.number]
        paid, currency = float(row["commission"]), str(row["commission_currency"] or self._currency)
        if paid != paid:
            self._remarks.uncharged.append(self._name)
        if paid and currency != self._currency:
            paid *= self._rates.between(currency, self._currency, row["time"])
        return paid * float(abs(quantity) / abs(fill.quantity))

    def _row(self, group: list[Match], ended: bool) -> dict[str, Any]:
        """Return the row of what two orders have opened and closed."""
        first, size = group[0], sum((abs(each.quantity) for each in group), Decimal(0))
        exits = [(each.exit, each.quantity) for each in group if each.exit is not None]
        entry = self._average([(each.entry, each.quantity) for each in group], size)
        leave = self._average(exits, size) if exits else nan
        state = "closed" if exits else "expired" if ended else "open"
        ended_at = self._end_of(group, state)
        if state == "expired" and self._about["sec_type"] in _OPTIONS:
            leave = 0.0
            self._remarks.worthless.append(self._name)
        sign = 1.0 if first.quantity > 0 else -1.0
        gross = (leave - entry) * sign * float(size) * self._units
        paid = sum(self._commission(each.entry, each.quantity) for each in group)
        paid += sum(self._commission(fill, quantity) for fill, quantity in exits)
        pnl, cost = gross - paid, abs(entry) * float(size) * self._units
        began = min((time for each in group if (time := self._time(each.entry)) is not None), default=None)
        rate = self._rates.between(self._currency, self._rates.base, ended_at) if ended_at is not None else nan
        parts = {
            fill.number for each in group for fill in (each.entry, each.exit) if fill is not None and fill.number >= 0
        }
        return {
            "account": self._account,
            "con_id": self._con_id or None,
            **self._about,
            "side": "long" if sign > 0 else "short",
            "state": state,
            "quantity": float(size),
            "entry_time": began,
            "entry_price": entry,
            "exit_time": ended_at,
            "exit_price": leave,
            "gross_pnl": gross,
            "commission": paid,
            "pnl": pnl,
            "pnl_base": pnl * rate,
            "base_currency": self._rates.base,
            "return": pnl / cost if cost else nan,
            "held_days": (ended_at - began).total_seconds() / _DAY
            if ended_at is not None and began is not None
            else nan,
            "fills": len(parts),
            "entry_order": self._perm_id(first.entry),
            "exit_order": self._perm_id(first.exit) if first.exit else None,
        }

    def _average(self, parts: list[tuple[Fill, Decimal]], size: Decimal) -> float:
        return sum(self._price(fill) * float(abs(quantity)) for fill, quantity in parts) / float(size)

    def _time(self, fill: Fill) -> Any:
        if fill.number < 0:
            return None
        time = self._records[fill.number]["time"]
        return time if time == time else None

    def _end_of(self, group: list[Match], state: str) -> Any:
        """Return when a round trip ended: with its last fill, or at the close of New York's day on which it expired."""
        if state == "expired":
            import pandas as pd

            return (self._about["expiry"] + pd.Timedelta(hours=16)).tz_localize(ZONE).tz_convert("UTC")
        return max((time for each in group if each.exit and (time := self._time(each.exit)) is not None), default=None)

    def _perm_id(self, fill: Fill) -> Any:
        return self._records[fill.number]["perm_id"] if fill.number >= 0 else None
