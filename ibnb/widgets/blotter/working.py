"""The working orders of a blotter as HTML, with what can be done to one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ibnb.ground.choices import remembered
from ibnb.ground.masking import mask_account
from ibnb.tables.shown.figures import price
from ibnb.tws.texts import Html
from ibnb.widgets.blotter.table import (
    UNSORTED,
    Head,
    Sort,
    counted,
    in_order,
    is_number,
    name_of,
    none_html,
    quantity_text,
    sender_of,
    table_html,
    values_of,
)
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    import pandas as pd

HEADS = (
    Head("Contract", ("symbol", "local_symbol")),
    Head("Side", ("action",)),
    Head("Quantity", ("total_quantity",), figures=True),
    Head("Type", ("order_type",)),
    Head("Price", ("limit_price", "aux_price"), figures=True),
    Head("In force", ("tif",)),
    Head("Status", ("status",)),
    Head("Filled", ("filled",), figures=True),
    Head("By", ("client_id",)),
    Head("Account", ("account",)),
    Head(""),
)
_ROW = Html(
    '<tr><th scope="row">{}</th><td class="ibnb-side-{}">{}</td><td class="ibnb-number">{}</td><td>{}</td>'
    '<td class="ibnb-number">{}</td><td>{}</td><td>{}</td><td class="ibnb-number">{}</td><td>{}</td><td>{}</td>'
    "<td>{}</td></tr>"
)
_ACTIONS = Html(
    '<button type="button" class="ibnb-act" aria-label="Change {0}" {1}>Change</button> '
    '<button type="button" class="ibnb-act" aria-label="Cancel {0}" {2}>Cancel</button>'
)
_NAMES = (
    "order_id", "client_id", "account", "symbol", "sec_type", "currency", "local_symbol", "action", "total_quantity",
    "order_type", "limit_price", "aux_price", "tif", "status", "why_held", "filled",
)  # fmt: skip


def orders_html(rows: pd.DataFrame, client_id: int, whole: int, sort: Sort = UNSORTED) -> Html:
    """Return working orders as a table.

    Parameters
    ----------
    rows : DataFrame
        Of ``tws.orders()``, those that the filter leaves.
    client_id : int
        Whose can be changed.
    whole : int
        How many there are without the filter.
    sort : Sort
        How they stand.
    """
    body = (
        joined(_order(row, client_id) for row in values_of(in_order(rows, HEADS, sort), _NAMES))
        if len(rows)
        else none_html("No order fits the filter." if whole else "No order works.", len(HEADS))
    )
    return table_html("orders", counted(len(rows), whole, "working order"), HEADS, sort, body)


@remembered(4_096)
def _order(values: tuple[Any, ...], client_id: int) -> Html:
    """Return the row of an order, by `_NAMES`; nearly all are as they were at the last repaint."""
    row = dict(zip(_NAMES, values, strict=True))
    own = row["client_id"] == client_id and is_number(row["order_id"])
    name = name_of(row)
    actions: Any = ""
    if own:
        said = f"{row['action']} {quantity_text(row['total_quantity'])} {name}"
        number = int(row["order_id"])
        actions = _ACTIONS.format(said, does("change", number), does("cancel", number))
    return _ROW.format(
        name,
        "BUY" if row["action"] == "BUY" else "SELL",
        row["action"],
        quantity_text(row["total_quantity"]),
        row["order_type"],
        _price(row),
        row["tif"],
        f"{row['status']} {row['why_held']}".strip(),
        quantity_text(row["filled"]),
        sender_of(row, client_id),
        mask_account(str(row["account"])),
        actions,
    )


def _price(row: Mapping[str, Any]) -> str:
    prices = [row[name] for name in ("aux_price", "limit_price") if row[name] is not None]
    return " / ".join(map(price, prices))
