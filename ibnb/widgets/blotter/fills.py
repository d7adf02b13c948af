"""The fills of a blotter over all contracts as HTML: a line a fill with their sums, and a line a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ibnb.ground.choices import remembered
from ibnb.ground.masking import mask_account
from ibnb.ground.numerals import count_text, money_text
from ibnb.ground.zones import clock, date_and_clock, in_shown_zone
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.shown.figures import average as average_price
from ibnb.tables.shown.figures import price
from ibnb.tables.shown.places import without_attrs
from ibnb.trading.values.plan import plain
from ibnb.tws.texts import Html
from ibnb.widgets.blotter.table import (
    UNSORTED,
    Head,
    Sort,
    counted,
    in_order,
    name_of,
    none_html,
    quantity_text,
    sender_of,
    table_html,
    values_of,
)
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    from datetime import datetime

HEADS = (
    Head("Time", ("time",)),
    Head("Contract", ("symbol", "local_symbol")),
    Head("Side", ("side",)),
    Head("Quantity", ("shares",), figures=True),
    Head("Price", ("price",), figures=True),
    Head("Commission", ("commission",), figures=True),
    Head("Realized", ("realized_pnl",), figures=True),
    Head("By", ("client_id",)),
    Head("Account", ("account",)),
)
CONTRACT_HEADS = (
    Head("Contract", ("contract",)),
    Head("Fills", ("fills",), figures=True),
    Head("Bought", ("bought",), figures=True),
    Head("at", ("bought_at",), figures=True),
    Head("Sold", ("sold",), figures=True),
    Head("at", ("sold_at",), figures=True),
    Head("Net", ("net",), figures=True),
    Head("Commission", ("commission",), figures=True),
    Head("Realized", ("realized_pnl",), figures=True),
    Head("Account", ("account",)),
)
_FILL = Html(
    '<tr><th scope="row">{}</th><td>{}</td><td class="ibnb-side-{}">{}</td><td class="ibnb-number">{}</td>'
    '<td class="ibnb-number">{}</td><td class="ibnb-number">{}</td><td class="ibnb-number">{}</td><td>{}</td>'
    "<td>{}</td></tr>"
)
_CONTRACT = Html(f'<tr><th scope="row">{{}}</th>{8 * "<td class=ibnb-number>{}</td>"}<td>{{}}</td></tr>')
_SUM = Html(
    '<tr><th scope="row" colspan="5">{}</th><td class="ibnb-number">{}</td><td class="ibnb-number">{}</td>'
    '<td colspan="2"></td></tr>'
)
_NAMES = (
    "order_id", "client_id", "account", "symbol", "sec_type", "currency", "local_symbol", "side", "shares", "price",
    "commission", "commission_currency", "realized_pnl", "time",
)  # fmt: skip
_COMMISSION = "commission_currency"
CONTRACTS = Schema(
    name="fills_by_contract",
    meaning="what was filled of one contract in one account",
    request="reqExecutions",
    columns=(
        Column("account", "string", "", "Account", ""),
        Column("contract", "string", "", "What the contract is called", ""),
        Column("con_id", "Int64", "", "IB's number of the contract", ""),
        Column("fills", "Int64", "fills", "How many", ""),
        Column("bought", "float64", "shares or contracts", "Quantity bought", ""),
        Column("bought_at", "float64", "currency", "Average price of that", "", look="average"),
        Column("sold", "float64", "shares or contracts", "Quantity sold", ""),
        Column("sold_at", "float64", "currency", "Average price of that", "", look="average"),
        Column("net", "float64", "shares or contracts", "Bought less sold", ""),
        Column("commission", "float64", _COMMISSION, "Commissions; unset where in several currencies", ""),
        Column(_COMMISSION, "string", "", "Their currency", ""),
        Column("realized_pnl", "float64", "currency", "Profit that they realized", "", look="money"),
        Column("currency", "string", "", "Currency of the contract", ""),
    ),
)
_OF_A_CONTRACT = [column.name for column in CONTRACTS.columns]
#: More fills than this are summed and exported, not shown.
MOST_FILLS = 200
#: Newest first, until a heading is pressed.
NEWEST = Sort(0, True)


def fills_html(rows: pd.DataFrame, client_id: int, whole: int, sort: Sort = NEWEST) -> Html:
    """Return fills as a table, with the sums of all that the filter leaves.

    Parameters
    ----------
    rows : DataFrame
        Of ``tws.executions()``, those that the filter leaves.
    client_id : int
        Which are one's own.
    whole : int
        How many there are without the filter.
    sort : Sort
        How they stand.
    """
    shown = in_order(rows, HEADS, sort).head(MOST_FILLS)
    today = in_shown_zone(pd.Timestamp.now("UTC").to_pydatetime()).date()
    of_today = all(in_shown_zone(each.to_pydatetime()).date() == today for each in rows["time"].dropna())
    body = (
        joined(_fill(row, client_id, of_today) for row in values_of(shown, _NAMES))
        if len(rows)
        else none_html("No fill fits the filter." if whole else "Nothing was filled today.", len(HEADS))
    )
    day = " today" if of_today else ", the latest that TWS tells"
    more = f", {MOST_FILLS} shown" if len(rows) > MOST_FILLS else ""
    caption = f"{counted(len(rows), whole, 'fill')}{day}{more}"
    return table_html("fills", caption, HEADS, sort, body, _sums(rows))


def contracts_html(rows: pd.DataFrame, sort: Sort = UNSORTED) -> Html:
    """Return what was filled of each contract as a table, of `by_contract`."""
    body = (
        joined(_contract(row) for row in values_of(in_order(rows, CONTRACT_HEADS, sort), _OF_A_CONTRACT))
        if len(rows)
        else none_html("No fills.", len(CONTRACT_HEADS))
    )
    return table_html("contracts", counted(len(rows), len(rows), "contract"), CONTRACT_HEADS, sort, body)


def by_contract(fills: pd.DataFrame) -> pd.DataFrame:
    """Return what was filled of each contract in each account.

    Parameters
    ----------
    fills : DataFrame
        Of ``tws.executions()``.

    Returns
    -------
    DataFrame
        Columns ``account contract con_id fills bought bought_at sold sold_at net commission commission_currency
        realized_pnl currency``: averages of prices as TWS tells them, profit in the contract's currency; money is unset
        where TWS has not told it, and commissions where they are in several currencies.
    """
    bare = without_attrs(fills)  # it is made with each repaint, of whatever the filter leaves
    groups = bare.groupby(["account", "con_id"], sort=False, dropna=False)
    number = groups.ngroup()
    first: list[dict[Any, Any]] = bare[~number.duplicated()].to_dict("records")
    paid_in = bare["commission_currency"].where(bare["commission_currency"] != "").groupby(number)
    is_one = (paid_in.nunique() == 1).to_numpy()
    bought, bought_at = _side_of(bare, number, "BOT", len(first))
    sold, sold_at = _side_of(bare, number, "SLD", len(first))
    columns = {
        "account": [row["account"] for row in first],
        "contract": [name_of(row) for row in first],
        "con_id": [row["con_id"] for row in first],
        "fills": groups.size().tolist(),
        "bought": bought,
        "bought_at": bought_at,
        "sold": sold,
        "sold_at": sold_at,
        "net": bought - sold,
        "commission": np.where(is_one, groups["commission"].sum(min_count=1), np.nan),
        "commission_currency": np.where(is_one, paid_in.first(), "").tolist(),
        "realized_pnl": groups["realized_pnl"].sum(min_count=1).to_numpy(),
        "currency": [row["currency"] for row in first],
    }
    known = {name: fills.attrs[name] for name in ("account", "fetched_at") if name in fills.attrs}
    return CONTRACTS.frame(columns, **known)


def _side_of(fills: pd.DataFrame, number: pd.Series[int], side: str, count: int) -> tuple[Any, Any]:
    """Return how much was filled on a side, by the number of its group, and at which average price."""
    is_there = (fills["side"] == side).to_numpy(bool, na_value=False)
    shares, worth = (np.nan_to_num(values[is_there]) for values in (fills["shares"], fills["shares"] * fills["price"]))
    held, paid = (np.bincount(number[is_there], each, count) for each in (shares, worth))
    return held, np.divide(paid, held, out=np.full(count, np.nan), where=held != 0)


def _sums(rows: pd.DataFrame) -> Html:
    """Return a row for each currency with commissions and profits of all rows."""
    if len(rows) < 2:
        return Html()
    fees = rows.groupby("commission_currency")["commission"].sum(min_count=1).dropna()
    profits = rows.groupby("currency")["realized_pnl"].sum(min_count=1).dropna()
    return joined(
        _SUM.format(f"All in {currency}", money_text(fees.get(currency)), money_text(profits.get(currency)))
        for currency in sorted({*fees.index, *profits.index})
    )


@remembered(1_024)
def _fill(values: tuple[Any, ...], client_id: int, of_today: bool) -> Html:
    """Return the row of a fill, by `_NAMES`."""
    row = dict(zip(_NAMES, values, strict=True))
    moment: datetime | None = None if row["time"] is None else row["time"].to_pydatetime()
    told = clock if of_today else _with_day
    return _FILL.format(
        "" if moment is None else told(moment),
        name_of(row),
        "BUY" if row["side"] == "BOT" else "SELL",
        row["side"],
        quantity_text(row["shares"]),
        "" if row["price"] is None else price(row["price"]),
        money_text(row["commission"], row["commission_currency"]),
        money_text(row["realized_pnl"], row["currency"]),
        sender_of(row, client_id),
        mask_account(str(row["account"])),
    )


def _with_day(moment: datetime) -> str:
    return date_and_clock(moment, seconds=True)


def _contract(values: tuple[Any, ...]) -> Html:
    row = dict(zip(_OF_A_CONTRACT, values, strict=True))
    return _CONTRACT.format(
        row["contract"],
        count_text(row["fills"]),
        *_side(row["bought"], row["bought_at"]),
        *_side(row["sold"], row["sold_at"]),
        plain(row["net"]),
        money_text(row["commission"], row["commission_currency"]),
        money_text(row["realized_pnl"], row["currency"]),
        mask_account(str(row["account"])),
    )


def _side(shares: float, average: float | None) -> tuple[str, str]:
    return (plain(shares), average_price(average or 0.0)) if shares else ("", "")
