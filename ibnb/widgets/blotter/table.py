"""The tables of a blotter as HTML: orders that work, with what can be done to one's own, and the fills of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ibnb.ground.masking import mask_account, masking
from ibnb.ground.zones import clock, zones
from ibnb.trading.values.plan import plain
from ibnb.tws.texts import Html
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    import pandas as pd

_ORDERS = ("Contract", "Side", "Quantity", "Type", "Price", "In force", "Status", "Filled", "By", "Account", "")
_FILLS = ("Time", "Contract", "Side", "Quantity", "Price", "Commission", "By", "Account")
_ROW = Html(
    '<tr><th scope="row">{}</th><td class="ibnb-side-{}">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>'
    "<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
)
_FILL = Html(
    '<tr><th scope="row">{}</th><td>{}</td><td class="ibnb-side-{}">{}</td><td>{}</td><td>{}</td><td>{}</td>'
    "<td>{}</td><td>{}</td></tr>"
)
_ACTIONS = Html(
    '<button type="button" class="ibnb-act" aria-label="Change {0}" {1}>Change</button> '
    '<button type="button" class="ibnb-act" aria-label="Cancel {0}" {2}>Cancel</button>'
)
_OF_AN_ORDER = (
    "order_id", "client_id", "account", "symbol", "sec_type", "currency", "local_symbol", "action", "total_quantity",
    "order_type", "limit_price", "aux_price", "tif", "status", "why_held", "filled",
)  # fmt: skip
_OF_A_FILL = (
    "order_id", "client_id", "account", "symbol", "sec_type", "currency", "local_symbol", "side", "shares", "price",
    "commission", "commission_currency", "time",
)  # fmt: skip
#: More fills than this are counted, not shown.
MOST_FILLS = 200


def orders_html(rows: pd.DataFrame, client_id: int, whole: int) -> Html:
    """Return working orders as a table.

    Parameters
    ----------
    rows : DataFrame
        Of ``tws.orders()``, those that the filter leaves.
    client_id : int
        Whose can be changed.
    whole : int
        How many there are without the filter.
    """
    shown = str(len(rows)) if len(rows) == whole else f"{len(rows)} of {whole}"
    caption = f"{shown} working order{'s' * (whole != 1)}"
    body = (
        joined(_order(row, client_id, masking.on) for row in _rows(rows, _OF_AN_ORDER))
        if len(rows)
        else _none("No order fits the filter." if whole else "No order works.", len(_ORDERS))
    )
    return _table(caption, _ORDERS, body)


def fills_html(rows: pd.DataFrame, client_id: int, whole: int) -> Html:
    """Return the fills of today as a table, the latest first.

    Parameters
    ----------
    rows : DataFrame
        Of ``tws.executions()``, those that the filter leaves.
    client_id : int
        Which are one's own.
    whole : int
        How many there are without the filter.
    """
    shown = str(len(rows)) if len(rows) == whole else f"{len(rows)} of {whole}"
    latest = rows.sort_values("time", ascending=False, kind="stable").head(MOST_FILLS)
    more = f", the latest {MOST_FILLS} shown" if len(rows) > MOST_FILLS else ""
    body = (
        joined(_fill(row, client_id, masking.on, zones.choice) for row in _rows(latest, _OF_A_FILL))
        if len(rows)
        else _none("No fill fits the filter." if whole else "Nothing was filled today.", len(_FILLS))
    )
    return _table(f"{shown} fill{'s' * (whole != 1)} today{more}", _FILLS, body)


def name_of(row: Mapping[str, Any]) -> str:
    """Return what a contract is called in a table."""
    kind = str(row["sec_type"])
    if kind in ("STK", "CASH") and row["symbol"]:
        return f"{row['symbol']}.{row['currency']}" if kind == "CASH" else str(row["symbol"])
    return " ".join(str(row["local_symbol"] or row["symbol"]).split()) + f" {kind}"


@lru_cache(maxsize=4_096)
def _order(values: tuple[Any, ...], client_id: int, _masked: bool) -> Html:
    """Return the row of an order, by `_OF_AN_ORDER`; nearly all are as they were at the last repaint."""
    row = dict(zip(_OF_AN_ORDER, values, strict=True))
    own = row["client_id"] == client_id and _is_number(row["order_id"])
    name = name_of(row)
    action = "BUY" if row["action"] == "BUY" else "SELL"
    actions: Any = Html("")
    if own:
        said = f"{row['action']} {plain(row['total_quantity'])} {name}"
        number = int(row["order_id"])
        actions = _ACTIONS.format(said, does("change", number), does("cancel", number))
    quantity = row["total_quantity"]
    return _ROW.format(
        name,
        action,
        row["action"],
        "" if quantity is None else plain(quantity),
        row["order_type"],
        _price(row),
        row["tif"],
        f"{row['status']} {row['why_held']}".strip(),
        "" if row["filled"] is None else plain(row["filled"]),
        _by(row, client_id),
        mask_account(str(row["account"])),
        actions,
    )


@lru_cache(maxsize=1_024)
def _fill(values: tuple[Any, ...], client_id: int, _masked: bool, _zone: str) -> Html:
    """Return the row of a fill, by `_OF_A_FILL`; kept by how numbers and times are shown."""
    row = dict(zip(_OF_A_FILL, values, strict=True))
    cost = row["commission"]
    return _FILL.format(
        clock(row["time"].to_pydatetime()),
        name_of(row),
        "BUY" if row["side"] == "BOT" else "SELL",
        row["side"],
        plain(row["shares"]),
        plain(row["price"]),
        "" if cost is None else f"{cost:,.2f} {row['commission_currency']}",
        _by(row, client_id),
        mask_account(str(row["account"])),
    )


def _price(row: Mapping[str, Any]) -> str:
    prices = [row[name] for name in ("aux_price", "limit_price") if row[name] is not None]
    return " / ".join(map(plain, prices))


def _by(row: Mapping[str, Any], client_id: int) -> str:
    if row["client_id"] == client_id:
        return "this session"
    return f"client {row['client_id']}" if _is_number(row["order_id"]) and row["client_id"] else "TWS itself"


def _is_number(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _rows(rows: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Return rows as tuples that are equal where they say the same; what is unset is None."""
    columns = []
    for name in names:
        unset = rows[name].isna().tolist()
        columns.append([None if no else value for value, no in zip(rows[name].tolist(), unset, strict=True)])
    return zip(*columns, strict=True)


def _none(text: str, columns: int) -> Html:
    return Html('<tr><td class="ibnb-none" colspan="{}">{}</td></tr>').format(columns, text)


def _table(caption: str, heads: Sequence[str], body: Html) -> Html:
    named = joined(
        Html('<th scope="col">{}</th>').format(head or Html('<span class="ibnb-spoken">Actions</span>'))
        for head in heads
    )
    return Html("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        caption, named, body
    )
