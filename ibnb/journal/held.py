"""What was held before the journal began, and whether its fills lead to what TWS says is held."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import nan
from typing import TYPE_CHECKING, Any

from ibnb.journal.days import day_of

if TYPE_CHECKING:
    import pandas as pd

#: TWS counts what is held of a pair by ways of its own.
_NOT_COUNTED = ("CASH", "BAG")
#: So close to the moment of a snapshot a fill's own time does not say whether it came before.
_SECONDS = 2


@dataclass(frozen=True)
class Opening:
    """What was held of a contract before the first fill that is kept.

    Attributes
    ----------
    quantity : Decimal
        Negative when short.
    price : float
        In the contract's currency; NaN where it is not known.
    about : dict
        The contract's columns.
    """

    quantity: Decimal
    price: float
    about: dict[str, Any]


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def exact(value: float) -> Decimal:
    """Return a quantity as TWS wrote it: 0.1 is a tenth."""
    return Decimal(repr(float(value)))


class Snapshots:
    """The positions of one account, as TWS told them on several days.

    Parameters
    ----------
    positions : DataFrame
        As they are kept.

    Attributes
    ----------
    last : Timestamp or None
        The day of the latest.
    """

    def __init__(self, positions: pd.DataFrame) -> None:
        days = sorted(positions["day"].dropna().unique())
        self.last: pd.Timestamp | None = days[-1] if days else None
        self._first = _Snapshot(positions[positions["day"].eq(days[0])]) if days else None
        self._last = _Snapshot(positions[positions["day"].eq(days[-1])]) if days else None

    def contracts(self) -> list[int]:
        """Return the conIds of what was held in the first of them."""
        return [] if self._first is None else list(self._first.rows)

    def holds(self, con_id: int) -> bool:
        """Return whether the latest has a contract."""
        return self._last is not None and con_id in self._last.rows

    def opening(self, con_id: int, fills: pd.DataFrame) -> Opening | None:
        """Return what was held of a contract before these fills; None where nothing was, or nobody says."""
        first = self._first
        if first is None or fills["sec_type"].isin(_NOT_COUNTED).any():
            return None
        row = first.rows.get(con_id)
        if row is not None and row["sec_type"] in _NOT_COUNTED:
            return None
        if row is None and fills["expiry"].lt(first.day).any():  # it had ended by then, and was held or not
            return None
        before = first.before(fills)
        held = exact(row["position"]) if row else Decimal(0)
        quantity = held - _net(before)
        if not quantity:
            return None
        about = row if row is not None else records_of(fills.iloc[:1])[0]
        return Opening(quantity, _price(row, before, quantity, first.time), about)

    def odds(self, con_id: int, fills: pd.DataFrame, opening: Opening | None) -> Decimal:
        """Return how much more TWS holds of a contract in the latest than the fills say."""
        last = self._last
        if last is None or fills["sec_type"].isin(_NOT_COUNTED).any():
            return Decimal(0)
        row = last.rows.get(con_id)
        told = exact(row["position"]) if row else Decimal(0)
        return told - _net(last.before(fills)) - (opening.quantity if opening else 0)


class _Snapshot:
    def __init__(self, rows: pd.DataFrame) -> None:
        self.time, self.day = rows["time"].max(), rows["day"].max()
        held = rows[rows["con_id"].notna() & rows["position"].ne(0) & rows["position"].notna()]
        self.rows: dict[int, dict[str, Any]] = {int(row["con_id"]): row for row in records_of(held)}

    def before(self, fills: pd.DataFrame) -> pd.DataFrame:
        """Return the fills that these positions have come of.

        Those that TWS had told by then, and of others those that are surely older: TWS's clock is known to the second,
        and fills are dated in seconds.
        """
        import pandas as pd

        older = fills["time"].lt(self.time - pd.Timedelta(seconds=_SECONDS))
        return fills[fills["first_told"].le(self.time) | older]


def _price(row: dict[str, Any] | None, before: pd.DataFrame, quantity: Decimal, time: pd.Timestamp) -> float:
    """Return the price of what was held, from the average cost, where fills of that day have not mixed it."""
    if row is None or not quantity:
        return nan
    mixed = before["side"].eq("BOT" if quantity > 0 else "SLD").any() or (exact(row["position"]) > 0) != (quantity > 0)
    older = not before.empty and day_of(before["time"].min()) != day_of(time)
    units = row["multiplier"] if row["multiplier"] > 0 else 1.0
    return nan if mixed or older else row["avg_cost"] / units


def _net(fills: pd.DataFrame) -> Decimal:
    return sum(
        (
            exact(shares) if side == "BOT" else -exact(shares)
            for side, shares in zip(fills["side"], fills["shares"], strict=True)
        ),
        Decimal(0),
    )
