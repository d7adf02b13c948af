"""All tables by name, for people who ask what a column means."""

from __future__ import annotations

import pandas as pd

from ibnb.errors import BadInput
from ibnb.tables import alerts, events
from ibnb.tables.account import account_summary, account_values, accounts, pnl, portfolio, positions, risk
from ibnb.tables.contract import contracts
from ibnb.tables.journal import equity, kept, round_trips
from ibnb.tables.market import bars, depth, quotes, ticks, watch, watch_ticks
from ibnb.tables.order import completed_orders, executions, orders, preview, trades
from ibnb.tables.research import news, option_chain, scan, scan_parameters, search
from ibnb.tables.schema.schema import Schema

_MODULES = (
    accounts,
    account_summary,
    account_values,
    positions,
    portfolio,
    pnl,
    risk,
    orders,
    completed_orders,
    executions,
    contracts,
    quotes,
    bars,
    ticks,
    events,
    watch,
    watch_ticks,
    depth,
    search,
    option_chain,
    scan,
    scan_parameters,
    news,
    preview,
    trades,
    round_trips,
    equity,
    kept,
    alerts,
)
_ALL = (*(module.SCHEMA for module in _MODULES), news.PROVIDERS, news.BULLETINS, trades.LOG, trades.AUDIT)
SCHEMAS: dict[str, Schema] = {schema.name: schema for schema in _ALL}


def schema(name: str | None = None) -> pd.DataFrame:
    """Return what the columns of a table mean, or the list of all tables.

    Parameters
    ----------
    name : str, optional
        ``"positions"``, ``"bars"``, ...; None for the list.

    Returns
    -------
    pandas.DataFrame
        One row a column: ``column dtype unit meaning source``. Without a name one row a table:
        ``table row request columns``.

    Raises
    ------
    BadInput
        There is no such table.

    Examples
    --------
    >>> schema("positions")["column"][0]
    'symbol'
    """
    if name is None:
        tables = SCHEMAS.values()
        listed = pd.DataFrame(
            {
                "table": pd.array([table.name for table in tables], dtype="string[python]"),
                "row": pd.array([table.meaning for table in tables], dtype="string[python]"),
                "request": pd.array([table.request for table in tables], dtype="string[python]"),
                "columns": pd.array([len(table.all_columns) for table in tables], dtype="Int64"),
            }
        )
        listed.attrs = {"table": "tables", "request": ""}
        return listed
    if not isinstance(name, str) or name not in SCHEMAS:
        raise BadInput("name", name, f"one of {', '.join(SCHEMAS)}", "schema() lists the tables")
    return SCHEMAS[name].describe()
