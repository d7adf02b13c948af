"""The rows that requests about an account are answered with, one function a request.

Each gives plain dicts under TWS's names in snake_case; None is a value that is not set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.money import ZERO, number
from ibnb.simulator.accounts.trades.contracts import held_contract, portfolio_contract
from ibnb.simulator.accounts.trades.corrections import told_executions
from ibnb.simulator.accounts.trades.executions import check_filter
from ibnb.simulator.accounts.worth.valuation import value, value_one

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book


def portfolio(book: Book) -> list[dict[str, Any]]:
    """Return the portfolio rows (7) of an account: contract, `position`, prices, value, cost, profit.

    Money is in the contract's currency; realised profit is that of the trading day. A position closed today
    is there with 0, as from TWS. Currency pairs are there if the book's setting says so.
    """
    return [
        {
            **portfolio_contract(each.instrument),
            "position": each.position.quantity,
            "market_price": number(each.price),
            "market_value": number(each.market_value, 2),
            "average_cost": number(each.position.average_cost),
            "unrealized_pnl": number(each.unrealized, 2),
            "realized_pnl": number(each.realized, 2),
            "account": book.account,
        }
        for each in value(book).positions
        if each.asset_class != "pair" or book.fx_in_portfolio
    ]


def positions(book: Book) -> list[dict[str, Any]]:
    """Return the position rows (61, 71) of an account: contract, `position`, `avg_cost`."""
    return [position(book, con_id) for con_id, held in book.ledger.positions.items() if held.quantity]


def position(book: Book, con_id: int) -> dict[str, Any]:
    """Return the position row (61, 71) of one contract that was traded, also where nothing is left of it."""
    held = book.ledger.positions[con_id]
    return {
        **held_contract(held.instrument),
        "account": book.account,
        "position": held.quantity,
        "avg_cost": number(held.average_cost),
    }


def pnl(book: Book) -> dict[str, Any]:
    """Return an account's profit (94) in the base currency: of the day, unrealised, realised today."""
    valuation = value(book)
    return {
        "daily_pnl": number(valuation.total(lambda each: each.daily)),
        "unrealized_pnl": number(valuation.total(lambda each: each.unrealized)),
        "realized_pnl": number(valuation.total(lambda each: each.realized)),
    }


def pnl_single(book: Book, con_id: int, *, realized_of_untraded: bool = False) -> dict[str, Any]:
    """Return one position's profit (95), in the contract's currency; unset where nothing is held.

    Parameters
    ----------
    book : Book
        The account.
    con_id : int
        Of which contract.
    realized_of_untraded : bool
        Tell what was realised today also of a position that was not traded today, for which TWS leaves it unset.
    """
    each = value_one(book, con_id)
    if each is None:
        return {"position": ZERO, "daily_pnl": None, "unrealized_pnl": None, "realized_pnl": None, "value": None}
    return {
        "position": each.position.quantity,
        "daily_pnl": number(each.daily),
        "unrealized_pnl": number(each.unrealized),
        "realized_pnl": number(each.realized) if realized_of_untraded or _traded_today(book, con_id) else None,
        "value": number(each.market_value, 2),
    }


def _traded_today(book: Book, con_id: int) -> bool:
    return any(execution.instrument.con_id == con_id for execution in book.executions_today())


def open_orders(
    book: Book, client_id: int | None = None, *, inactive: bool = True
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return what can still trade: for each order the values of openOrder (5) and orderStatus (3).

    Parameters
    ----------
    book : Book
        The account.
    client_id : int, optional
        Only that client's orders (reqOpenOrders); all where left out (reqAllOpenOrders).
    inactive : bool
        Also those that were de-activated.
    """
    return [
        (order.open_order(), order.order_status())
        for order in book.orders
        if (not order.is_done or (inactive and order.is_deactivated)) and client_id in (None, order.client_id)
    ]


def completed_orders(book: Book, api_only: bool = False) -> list[dict[str, Any]]:
    """Return the day's filled and cancelled orders (101), oldest first.

    Parameters
    ----------
    book : Book
        The account.
    api_only : bool
        Leave out orders that were made in TWS itself.
    """
    since = book.day_start()
    done = [order for order in book.orders if order.is_done and (order.completed_time or 0) >= since]
    done.sort(key=lambda order: order.completed_time or 0)
    return [order.completed_order() for order in done if order.order_id > 0 or not api_only]


def executions(
    book: Book, wanted: Mapping[str, Any] | None = None, *, corrected: bool = True, days: int = 1
) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Return the fills of one day or more: for each the values of an execution (11) and of its commission report (59).

    Parameters
    ----------
    book : Book
        The account.
    wanted : mapping, optional
        The filter of reqExecutions: `client_id account time symbol sec_type exchange side`; empty matches
        all.
    corrected : bool
        Also the fills that a correction takes the place of.
    days : int
        Of how many days, today among them.

    Raises
    ------
    BadInput
        For a side or a time that TWS would not read.
    """
    check_filter(wanted or {})
    return [
        (execution.execution(), execution.commission_report() if execution.is_charged else None)
        for execution in told_executions(book, corrected=corrected, days=days)
        if execution.matches(wanted or {})
    ]
