"""The top of an explorer: what the accounts are worth and gain, their cash, and how much of their margin is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.plots.drawing.words import number
from ibnb.settings import mask_account
from ibnb.widgets.explorer.view.table import money
from ibnb.widgets.kit.markup import escaped

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.widgets.explorer.book import Book

_EMPTY = '<p class="ibnb-hint">Nothing is known of the account yet.</p>'
#: Below this part of excess liquidity in net liquidation, a person should look.
_NARROW = 0.1


def summary_html(book: Book) -> str:
    """Return the figures of one account, or of several one below the other and together."""
    accounts = book.accounts
    if accounts.empty:
        return _EMPTY
    one_money = accounts["base_currency"].nunique() == 1
    tiles = [
        _tile("Net liquidation", _sum(accounts, "net_liquidation", one_money), book.base),
        _tile("Day P&L", _profit(book, "daily_pnl"), book.base, sign=True),
        _tile("Unrealized P&L", _profit(book, "unrealized_pnl"), book.base, sign=True),
        _tile("Cash", _sum(accounts, "total_cash", one_money), book.base),
        _tile("Excess liquidity", _sum(accounts, "excess_liquidity", one_money), book.base),
        _tile("Buying power", _sum(accounts, "buying_power", one_money), book.base),
    ]
    below = _each(accounts) if len(accounts) > 1 else _cushion(accounts.iloc[0])
    return f'<dl class="ibnb-tiles">{"".join(tiles)}</dl>{below}{_cash(book.cash)}'


def _sum(accounts: pd.DataFrame, name: str, possible: bool) -> float | None:
    """Return a figure of all accounts together; None where their currencies differ, or one is not known."""
    total = accounts[name].sum(skipna=False)
    return float(total) if possible and total == total else None


def _profit(book: Book, name: str) -> float | None:
    """Return a profit of the account, or of all together, as TWS tells it: not what the rows add up to."""
    value = None if book.profit.empty else float(book.profit[name].iloc[-1])
    return None if value is None or value != value else value


def _tile(name: str, value: float | None, currency: str, sign: bool = False) -> str:
    tone = "" if not sign or not value else " ibnb-gain" if value > 0 else " ibnb-loss"
    unit = f' <span class="ibnb-unit">{escaped(currency, 8)}</span>' if value is not None else ""
    return f'<div><dt>{escaped(name)}</dt><dd class="ibnb-figure{tone}">{money(value, sign)}{unit}</dd></div>'


def _cushion(account: Any) -> str:
    return f'<div class="ibnb-margin">{_bar(account)}</div>'


def _bar(account: Any) -> str:
    """Return the bar of how much of net liquidation is free of margin, with its figure and a word."""
    cushion = account["cushion"]
    if cushion != cushion:
        return f"<p>Cushion: {money(None)}</p>"
    part = min(max(float(cushion), 0.0), 1.0)
    used = account["maintenance_margin"]
    word = "narrow" if part < _NARROW else "comfortable" if part > 0.4 else "in use"
    text = f"{number(100 * float(cushion), 1)} % cushion, {word}: maintenance margin {money(used)} "
    label = f"Cushion {number(100 * float(cushion), 1)} percent, {word}"
    tone = "ibnb-is-fail" if word == "narrow" else "ibnb-is-pass"
    return (
        f'<p class="ibnb-cushion-text">{text}<span class="ibnb-unit">{escaped(account["base_currency"], 8)}</span></p>'
        f'<div class="ibnb-cushion {tone}" role="meter" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{100 * part:.1f}"><span style="width:{100 * part:.1f}%"></span></div>'
    )


def _each(accounts: pd.DataFrame) -> str:
    """Return the accounts one below the other."""
    names = (
        ("net_liquidation", "Net liquidation"),
        ("excess_liquidity", "Excess liquidity"),
        ("buying_power", "Buying power"),
    )
    heads = "".join(f'<th scope="col">{title}</th>' for title in ("Account", *(title for _, title in names), "Cushion"))
    records: list[Any] = accounts.to_dict("records")
    lines = "".join(
        f'<tr><th scope="row">{escaped(mask_account(row["account"]))} '
        f'<span class="ibnb-muted">{escaped(row["base_currency"], 8)}</span></th>'
        + "".join(f"<td>{money(row[name])}</td>" for name, _ in names)
        + f"<td>{_percent(row['cushion'])}</td></tr>"
        for row in records
    )
    return (
        f'<div class="ibnb-scroll"><table class="ibnb-small-table"><caption>Accounts: {len(records)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _percent(value: float) -> str:
    return money(None) if value != value else f"{number(100 * value, 1)} %"


def _cash(cash: pd.DataFrame) -> str:
    by_currency = cash.groupby("currency")["value"].sum(min_count=1)
    held = [(str(currency), value) for currency, value in by_currency.items() if value == value and round(value, 2)]
    if not held:
        return ""
    items = "".join(f"<li><b>{escaped(name, 8)}</b> {money(value)}</li>" for name, value in held)
    return f'<div class="ibnb-cash"><span>Cash by currency</span><ul>{items}</ul></div>'
