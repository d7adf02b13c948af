"""One position of an explorer in detail: its figures, its chart, today's fills and the orders that are open for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.ground.masking import mask_account
from ibnb.ground.zones import clock
from ibnb.plots.drawing.words import number, price_decimals
from ibnb.tws.texts import Html
from ibnb.widgets.explorer.view.words import contract_name, figure, money, price_text, quantity_text
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.controls import row as in_a_row
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    import pandas as pd

_MOST = 50  # rows of fills, and of orders


class ExplorerDetail:
    """What is shown of the chosen position, or nothing.

    Attributes
    ----------
    view : ipywidgets.VBox
        What to display.
    close_button, ticket_button : ipywidgets.Button
        Ends it; opens an order ticket for it.
    quiet : bool
        Whether tags change that no person has changed.
    tags : ipywidgets.Text
        A person's own tags of the contract, with commas between.
    """

    def __init__(self) -> None:
        self._head, self._lists = ipywidgets.HTML(), ipywidgets.HTML()
        self._place, self._ticket = ipywidgets.VBox(), ipywidgets.VBox()
        self.close_button = button("Back to all positions", "Show the portfolio alone again")
        self.ticket_button = button("Order ticket", "A form to order more of this contract, or to sell it")
        self.tags = ipywidgets.Text(description="Tags", placeholder="core, income", continuous_update=False)
        tags = classed(ipywidgets.VBox([self.tags]), "ibnb-field")
        tools = in_a_row(tags, self.ticket_button, self.close_button)
        top = classed(ipywidgets.Box([self._head, tools]), "ibnb-chosen-top")
        self.view = classed(ipywidgets.VBox([top, self._place, self._lists, self._ticket]), "ibnb-chosen-one")
        self.quiet = False
        self.clear()

    def clear(self) -> None:
        """Show no position."""
        self.view.layout.display = "none"
        self._head.value = self._lists.value = ""

    def show(self, row: dict[str, Any], base: str) -> None:
        """Show a position's figures; its fills and orders are still to come."""
        self._head.value = Html('<div class="ibnb-unseen">{}</div>').format(_head(row, base))
        self._lists.value = '<p class="ibnb-hint">Asking for fills and orders …</p>'
        self.view.layout.display = ""

    def repaint(self, row: dict[str, Any], base: str) -> None:
        """Show a position's figures as they are now."""
        self._head.value = _head(row, base)

    def show_tags(self, text: str) -> None:
        """Show the tags of the position, which no person has changed thereby."""
        self.quiet = True
        try:
            self.tags.value = text
        finally:
            self.quiet = False

    def show_chart(self, chart: ipywidgets.Widget) -> None:
        """Show the widget of a chart between figures and fills."""
        self._place.children = (chart,)

    def show_ticket(self, *tickets: ipywidgets.Widget) -> None:
        """Show the widget of an order ticket, or none."""
        self._ticket.children = tickets

    def show_lists(self, row: dict[str, Any], fills: pd.DataFrame, orders: pd.DataFrame) -> None:
        """Show what of all fills of today and all open orders is the position's."""
        self._lists.value = _fills(_own(fills, row)) + _orders(_own(orders, row))

    def complain(self, text: str) -> None:
        """Say why fills and orders are not there."""
        self._lists.value = Html('<p class="ibnb-hint">Fills and orders did not come: {}</p>').format(text)


def _own(frame: pd.DataFrame, row: dict[str, Any]) -> list[dict[str, Any]]:
    own = frame[(frame["con_id"] == row["con_id"]) & (frame["account"] == row["account"])]
    records: list[Any] = own.head(_MOST).to_dict("records")
    return records


def _head(row: dict[str, Any], base: str) -> Html:
    own, unit = Html.escape(row["currency"], 8), Html("{} {}")
    facts = {
        "Account": mask_account(str(row["account"])),
        "Position": quantity_text(row["position"]),
        "Price": price_text(row),
        "Average cost": unit.format(_cost(row["avg_cost"]), own),
        "Value": unit.format(money(row["market_value"]), own),
        "Day P&L": unit.format(money(row["daily_pnl"], sign=True), own),
        "Unrealized P&L": unit.format(money(row["unrealized_pnl"], sign=True), own),
        "Since bought": figure("gain_part", row["gain_part"]),
        "Realized today": unit.format(money(row["realized_pnl"], sign=True), own),
        "Value in base": unit.format(money(row["market_value_base"]), Html.escape(base, 8)),
    }
    items = joined(Html("<div><dt>{}</dt><dd>{}</dd></div>").format(*fact) for fact in facts.items())
    return Html(
        '<p class="ibnb-name" role="heading" aria-level="4">{} <span class="ibnb-muted">{}</span></p>'
        '<dl class="ibnb-facts">{}</dl>'
    ).format(Html.escape(row["symbol"], 40), Html.escape(contract_name(row), 60), items)


def _cost(value: float) -> str:
    """Return an average cost, in the whole unit of its currency, with the digits that matter."""
    return money(None) if value != value else number(value, price_decimals(value))


def _fills(rows: list[dict[str, Any]]) -> Html:
    lines = [
        [
            clock(row["time"].to_pydatetime()) if row["time"] == row["time"] else "",
            {"BOT": "bought", "SLD": "sold"}.get(str(row["side"]), str(row["side"])),
            number(row["shares"], 0 if row["shares"] == round(row["shares"]) else 4),
            number(row["price"], 4),
            str(row["exchange"]),
            "" if row["commission"] != row["commission"] else number(row["commission"], 2),
        ]
        for row in rows
    ]
    return _table("Fills of today", ("Time", "Side", "Quantity", "Price", "Exchange", "Commission"), lines)


def _orders(rows: list[dict[str, Any]]) -> Html:
    lines = [
        [
            str(row["action"]),
            str(row["order_type"]),
            number(row["total_quantity"], 0),
            *("" if row[name] != row[name] else number(row[name], 2) for name in ("limit_price", "aux_price")),
            str(row["tif"]),
            str(row["status"]),
        ]
        for row in rows
    ]
    return _table("Open orders", ("Side", "Type", "Quantity", "Limit", "Stop", "In force", "Status"), lines)


def _table(title: str, heads: tuple[str, ...], lines: list[list[str]]) -> Html:
    if not lines:
        return Html('<p class="ibnb-hint">{}: none.</p>').format(title)
    head = joined(Html('<th scope="col">{}</th>').format(name) for name in heads)
    body = joined(
        Html('<tr><th scope="row">{}</th>{}</tr>').format(
            Html.escape(first, 40), joined(Html("<td>{}</td>").format(Html.escape(each, 40)) for each in others)
        )
        for first, *others in lines
    )
    return Html(
        '<div class="ibnb-scroll" tabindex="0" role="region" aria-label="{}">'
        '<table class="ibnb-small-table"><caption>{}: {}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(title, title, len(lines), head, body)
