"""What the journal keeps: three tables, in files by account and month, and how what comes joins what is there.

Each way of joining gives the same whatever comes twice, in any order, and in pieces: a sync that was killed is made
good by the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ibnb.tables.account import account_values, positions
from ibnb.tables.order import executions
from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws.ask.fills import fill_key, revision

if TYPE_CHECKING:
    import pandas as pd

TWS, FLEX = "TWS", "Flex"
_ACCOUNT = "account"
#: What a correction, or a fill whose commission comes later, takes from what is known already.
_COMPLETED = ("commission", "commission_currency", "realized_pnl", "price_magnifier", "flex_order")
#: Identify a fill without an id.
_OF_A_FILL = ("time", "con_id", "side", "shares", "price", "perm_id", "cum_qty")
_DAY = (
    Column("day", DATE, "date", "Day in New York", ""),
    Column("time", "datetime64[us, UTC]", "UTC", "When TWS told it", ""),
)
_SOURCE = Column("source", "string", "", "TWS or Flex", "")


def _without_account(schema: Schema) -> tuple[Column, ...]:
    """Return the columns of a table but for the account, which the folder names; their values are read as they are."""
    kept = (column for column in schema.columns if column.name != _ACCOUNT)
    return tuple(replace(column, path="", fallback="", unset=(), clean=None) for column in kept)


@dataclass(frozen=True)
class Record:
    """One kind of thing that is kept.

    Attributes
    ----------
    schema : Schema
        Of a file.
    by : str
        The column whose month names the file.
    joined : callable
        Returns what is to be kept of rows that are kept and rows that come.
    """

    schema: Schema
    by: str
    joined: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]

    @property
    def name(self) -> str:
        """Name of the folder, and of the files."""
        return self.schema.name

    def months(self, frame: pd.DataFrame) -> pd.Series[Any]:
        """Return the name of the month, in UTC, of each row."""
        months: pd.Series[Any] = frame[self.by].dt.strftime("%Y-%m").fillna("undated").astype(object)
        return months


def keys_of(fills: pd.DataFrame) -> list[str]:
    """Return what identifies each fill, whatever the revision: its id but for the last number, or all that it tells."""
    keys = [fill_key(exec_id) for exec_id in fills["exec_id"]]
    if all(keys):
        return keys
    told = zip(*(fills[name] for name in _OF_A_FILL), strict=True)
    return [key or repr(tuple(map(str, row))) for key, row in zip(keys, told, strict=True)]


def joined_executions(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return fills each once: as its last correction tells it, and as TWS does rather than a statement.

    What a row lacks, such as a commission that came later, is taken from the others of the same fill.
    """
    both = _stacked(old, new)
    if both.empty:
        return both
    both = both.assign(
        _key=keys_of(both),
        _revision=[revision(exec_id) for exec_id in both["exec_id"]],
        _tws=both["source"].eq(TWS),
        _place=range(len(both)),
    )
    both = both.sort_values(["_revision", "_tws", "_place"], kind="stable")
    groups = both.groupby("_key", sort=False)
    best = both.drop_duplicates("_key", keep="last").set_index("_key")
    if len(best) < len(both):
        for name in _COMPLETED:
            texts = both[name].dtype == "string"
            known = both[name].where(both[name].ne("")) if texts else both[name]
            latest = known.groupby(both["_key"], sort=False).last().reindex(best.index)
            best[name] = latest.fillna("") if texts else latest
    first = groups[["_place", "first_told"]].min().reindex(best.index)
    best = best.assign(_place=first["_place"], first_told=first["first_told"]).sort_values(
        ["time", "_place"], kind="stable"
    )
    return best[list(old.columns)].reset_index(drop=True)


def joined_positions(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the positions of each day as they were told last, all of one moment."""
    both = _stacked(old, new)
    return _latest_of_day(both).drop_duplicates(["day", "con_id", "local_symbol"], keep="last", ignore_index=True)


def joined_values(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the values of each day: of TWS those told last, of statements each as the last one has it."""
    both = _stacked(old, new)
    told = both["source"].eq(TWS)
    kept = _stacked(_latest_of_day(both[told]), both[~told])
    key = ["day", "source", "tag", "currency", "model_code"]
    return kept.drop_duplicates(key, keep="last").sort_values(["day", "source"], kind="stable", ignore_index=True)


def _latest_of_day(rows: pd.DataFrame) -> pd.DataFrame:
    latest = rows.groupby("day")["time"].transform("max")
    return rows[rows["time"].eq(latest)].sort_values("day", kind="stable", ignore_index=True)


def _stacked(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    if old.empty or new.empty:
        return (new if old.empty else old).reset_index(drop=True)
    return pd.concat([old, new], ignore_index=True)


def _schema(name: str, table: Schema, before: tuple[Column, ...] = (), behind: tuple[Column, ...] = ()) -> Schema:
    return Schema(name, table.meaning, table.request, (*before, *_without_account(table), *behind))


_MAGNIFIER = Column("price_magnifier", "Int64", "", "How many of the prices' unit make one of the currency", "")
_TOLD = Column("first_told", "datetime64[us, UTC]", "UTC", "When TWS was first heard to tell it", "")
_FLEX_ORDER = Column("flex_order", "string", "", "A statement's number of the order", "ibOrderID")

EXECUTIONS = Record(
    _schema("executions", executions.SCHEMA, behind=(_SOURCE, _MAGNIFIER, _FLEX_ORDER, _TOLD)),
    "time",
    joined_executions,
)
POSITIONS = Record(_schema("positions", positions.SCHEMA, before=_DAY), "day", joined_positions)
VALUES = Record(_schema("values", account_values.SCHEMA, before=(*_DAY, _SOURCE)), "day", joined_values)
RECORDS = (EXECUTIONS, POSITIONS, VALUES)
