"""What TWS is asked for by one sync, and how each part of it is kept as soon as it is there.

Fills come first and are kept first: they are what TWS forgets. What does not come after them, or in time, is told and
comes with the next sync.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ibnb.accounts import tables
from ibnb.errors import NotConnected, RequestError
from ibnb.journal.days import day_of
from ibnb.journal.kept import Kept
from ibnb.journal.records import EXECUTIONS, POSITIONS, TWS, VALUES, Record
from ibnb.tables.journal.kept import SCHEMA
from ibnb.tws import ask
from ibnb.tws.ask.calls.call import managed_accounts
from ibnb.tws.ask.calls.deadline import PATIENCE, Deadline
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.units.price_units import magnifiers
from ibnb.tws.whose import ALL

if TYPE_CHECKING:
    import pandas as pd

#: Of so many new contracts details are asked for by one sync; of others the unit of prices comes with a later one.
_DETAILS = 100
#: Only their prices may be in another unit than the currency.
_MAY_BE_HUNDREDTHS = ("STK", "FUT", "FOP", "OPT", "CFD")
#: Seconds that each part gets where the time has run out.
_LEAST = 0.5
#: How often positions are asked for where fills come meanwhile.
_ROUNDS = 4


async def sync(ib: IB, kept: Kept, *, timeout: float = 30) -> pd.DataFrame:
    """Keep what TWS has: fills as far back as it knows them, and today's positions and account values.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("journal_kept")``, one row an account.
    """
    deadline, session = Deadline(timeout), _Sync(ib, kept)
    session.ahead = await ask.clock_ahead(ib, timeout=_left(deadline))
    fills = await session.keep_fills(deadline)
    await _keep_units(ib, kept, fills, deadline)
    for part in (session.keep_positions, session.keep_values):
        try:
            await part(deadline)
        except NotConnected:
            raise
        except RequestError as error:
            session.missing.append(str(error).splitlines()[0])
    return session.frame()


class _Sync:
    """One sync: what has come so far, and what is to be said of it.

    Parameters
    ----------
    ib : IB
        A connected client.
    kept : Kept
        Where it goes.
    """

    ahead = timedelta(0)

    def __init__(self, ib: IB, kept: Kept) -> None:
        self._ib, self._kept = ib, kept
        self.missing: list[str] = []
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in managed_accounts(ib)}

    async def keep_fills(self, deadline: Deadline) -> pd.DataFrame:
        """Keep all fills that TWS has, and return them."""
        fills = await tables.executions(self._ib, ALL, timeout=_left(deadline))
        self.missing += fills.attrs["warnings"]
        units = _units(fills, magnifiers(self._ib))
        fills = fills.assign(source=TWS, flex_order="", price_magnifier=units, first_told=self._now())
        for account, counts in (await asyncio.to_thread(_keep_fills, self._kept, fills, self._counts)).items():
            known = self._counts.setdefault(account, Counter())
            known.update(new=counts["new"], changed=counts["changed"])
            known.update({name: counts[name] - known[name] for name in ("executions", "kept")})
        return fills

    async def keep_positions(self, deadline: Deadline) -> None:
        """Keep what is held now, as soon as no fill has come while TWS was asked for it.

        What was held before the first fill is worked out from it, and what was missed: so it has to be known which
        fills have led to it.
        """
        before = await self.keep_fills(deadline)
        for _ in range(_ROUNDS):
            held = await tables.positions(self._ib, ALL, timeout=_left(deadline))
            moment = self._now()
            after = await self.keep_fills(deadline)
            if set(after["exec_id"]) == set(before["exec_id"]):
                self.missing += held.attrs["warnings"]
                return await self._keep_day(POSITIONS, held, moment)
            before = after
        self.missing.append("positions of today were not kept: fills came whenever TWS was asked for them")
        return None

    async def keep_values(self, deadline: Deadline) -> None:
        """Keep what the accounts are worth now."""
        values = await tables.account_values(self._ib, ALL, timeout=_left(deadline))
        self.missing += values.attrs["warnings"]
        await self._keep_day(VALUES, values, self._now())

    async def _keep_day(self, record: Record, table: pd.DataFrame, moment: pd.Timestamp) -> None:
        await asyncio.to_thread(_keep_day, self._kept, record, table, moment, list(self._counts))
        for account, known in self._counts.items():
            known[record.name] = int(table["account"].eq(account).sum())

    def frame(self) -> pd.DataFrame:
        """Return what was kept as a table."""
        day, names = day_of(self._now()), ("executions", "new", "changed", "positions", "values", "kept")
        rows = [
            {"account": account, "date": day, **{name: known[name] for name in names}}
            for account, known in self._counts.items()
        ]
        frame = SCHEMA.frame(rows)
        frame.attrs["warnings"] = [*frame.attrs["warnings"], *dict.fromkeys(self.missing)]
        frame.attrs["complete"] = not self.missing
        return frame

    def _now(self) -> pd.Timestamp:
        """Return the time by TWS's clock."""
        import pandas as pd

        return pd.Timestamp(datetime.now(UTC) + self.ahead)


def _keep_fills(kept: Kept, fills: pd.DataFrame, accounts: Iterable[str]) -> dict[str, dict[str, int]]:
    """Keep fills, and return how many came, were new and changed, by account."""
    counts = {}
    for account in dict.fromkeys([*accounts, *fills["account"]]):
        own = fills[fills["account"].eq(account)]
        if account:
            new, changed = kept.add(EXECUTIONS, account, EXECUTIONS.schema.frame(_columns(own, EXECUTIONS)))
            there = len(kept.read(EXECUTIONS, account))
            counts[account] = {"executions": len(own), "new": new, "changed": changed, "kept": there}
    return counts


def _keep_day(kept: Kept, record: Record, table: pd.DataFrame, now: pd.Timestamp, accounts: Iterable[str]) -> None:
    """Keep what an account has now; that it holds nothing is a row without a contract."""
    for account in accounts:
        own = table[table["account"].eq(account)]
        told = _columns(own.assign(day=day_of(now), time=now, source=TWS), record)
        if record is POSITIONS and own.empty:
            told = {"day": [day_of(now)], "time": [now], "position": [0.0]}
        kept.add(record, account, record.schema.frame(told))


def _columns(rows: pd.DataFrame, record: Record) -> dict[str, Any]:
    return {column.name: rows[column.name].array for column in record.schema.columns}


async def _keep_units(ib: IB, kept: Kept, fills: pd.DataFrame, deadline: Deadline) -> None:
    """Keep beside fills in which unit their prices are, by contract details, asked for once a contract."""
    own = fills[fills["sec_type"].isin(_MAY_BE_HUNDREDTHS) & fills["con_id"].notna() & fills["price_magnifier"].isna()]
    if own.empty:
        return
    known = await asyncio.to_thread(_known_units, kept, own["account"].unique().tolist())
    wanted = [con_id for con_id in own["con_id"].unique().tolist() if con_id not in known]
    for con_id in wanted[:_DETAILS]:
        try:
            await ask.contract_details(ib, module_of(ib).Contract(conId=int(con_id)), timeout=_left(deadline))
        except NotConnected:
            raise
        except RequestError:  # of a contract that has ended, or in no time: the unit is not known
            continue
    own = own.assign(price_magnifier=_units(own, {**known, **magnifiers(ib)}))
    own = own[own["price_magnifier"].notna()]
    await asyncio.to_thread(_keep_fills, kept, own, ())


def _left(deadline: Deadline) -> float:
    return max(deadline.most(PATIENCE), _LEAST)


def _units(fills: pd.DataFrame, units: dict[int, int]) -> Any:
    import pandas as pd

    return pd.array([units.get(con_id) for con_id in fills["con_id"].fillna(0).tolist()], dtype="Int64")


def _known_units(kept: Kept, accounts: Iterable[str]) -> dict[int, int]:
    known: dict[int, int] = {}
    for account in accounts:
        rows = kept.read(EXECUTIONS, account).dropna(subset=["con_id", "price_magnifier"])
        known.update(zip(rows["con_id"].tolist(), rows["price_magnifier"].tolist(), strict=True))
    return known
