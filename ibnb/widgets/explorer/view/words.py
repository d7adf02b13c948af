"""How an explorer writes what stands in its table: contracts, amounts, prices, parts of a whole."""

from __future__ import annotations

from typing import Any

from ibnb.plots.drawing.words import number, price_decimals
from ibnb.tables.schema.moments import day_text
from ibnb.tws.texts import Html
from ibnb.tws.units.price_units import price_unit

#: By key of `SORTS`: the heading.
HEADINGS = {
    "symbol": "Contract",
    "account": "Account",
    "position": "Position",
    "price": "Price",
    "value": "Value",
    "weight": "Weight",
    "daily": "Day P&L",
    "day": "Day %",
    "unrealized": "Unrealized",
    "gain": "Since bought",
    "realized": "Realized",
}
#: What a heading means, where its word does not say it.
MEANINGS = {
    "weight": "Of the sum of all values, shorts counted as positive there; negative where short",
    "day": "Day P&L as a part of the value less it: of yesterday's value, where nothing was traded since",
    "gain": "Unrealized P&L as a part of what the position has cost",
    "realized": "Profit taken today",
}
#: What contracts of a kind are called.
KINDS = {
    "STK": "Stocks",
    "OPT": "Options",
    "FUT": "Futures",
    "CASH": "Currencies",
    "BOND": "Bonds",
    "FUND": "Funds",
    "CFD": "CFDs",
    "FOP": "Future options",
    "WAR": "Warrants",
    "CRYPTO": "Crypto",
    "CMDTY": "Commodities",
    "BAG": "Combos",
}
_ONE = {"STK": "stock", "OPT": "option", "FUT": "future", "CASH": "currency", "BOND": "bond", "CRYPTO": "crypto"}
_RIGHTS = {"C": "call", "P": "put"}
_UNKNOWN = Html('<span class="ibnb-muted" title="TWS has not told it">n/a</span>')
_PARTS = frozenset({"weight_all", "daily_part", "gain_part"})
_SIGNED = frozenset({"daily_pnl_base", "unrealized_pnl_base", "realized_pnl_base", "daily_part", "gain_part"})


def contract_name(row: Any) -> str:
    """Return what tells a contract from others of its symbol: ``option 2026-12-18 250 call``; empty for a share."""
    parts = [_ONE.get(str(row["sec_type"]), str(row["sec_type"])), day_text(row["expiry"])]
    if row["right"]:
        parts += [f"{row['strike']:g}", _RIGHTS.get(row["right"], str(row["right"]))]
    return " ".join(part for part in parts if part)


def money(value: float | None, sign: bool = False) -> str:
    """Return an amount without cents, or a dash for one that is not known."""
    if value is None or value != value:
        return _UNKNOWN
    return number(value, sign=sign)


def figure(column: str, value: float | None) -> str:
    """Return a figure of a column of the table: an amount or a part, gains and losses in their colours."""
    known = value is not None and value == value
    if column not in _PARTS:
        text = money(value, sign=column in _SIGNED)
    elif known:
        text = f"{number(100 * (value or 0.0), 1, sign=column in _SIGNED)} %"
    else:
        text = money(None)
    if column not in _SIGNED:
        return text
    seen = round(value or 0.0, 3 if column in _PARTS else 0) if known else 0
    tone = "" if not seen else " ibnb-gain" if seen > 0 else " ibnb-loss"
    return Html('<span class="ibnb-move{}">{}</span>').format(tone, text)


def quantity_text(value: float) -> str:
    """Return how many are held."""
    if value != value:
        return money(None)
    return number(value, 0 if value == round(value) else 4)


def price_text(row: Any) -> Html:
    """Return a position's price with the unit that it is in."""
    unit, value = Html.escape(unit_of(row), 12), row["market_price"]
    # with the digits that matter: those of a currency pair begin behind the point
    price = money(None) if value != value else number(value, price_decimals(value))
    return Html('{} <span class="ibnb-unit">{}</span>').format(price, unit)


def unit_of(row: Any) -> str:
    """Return what a position's price is in: its currency, or pence and cents. Bonds are quoted in per cent."""
    if row["sec_type"] == "BOND":
        return str(row["currency"])
    magnifier = row["price_magnifier"]
    return price_unit(str(row["currency"]), magnifier)
