"""The top of an explorer: what the accounts are worth and gain, their cash, and how much of their margin is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.ground.masking import mask_account
from ibnb.plots.drawing.words import number
from ibnb.tws.texts import Html
from ibnb.widgets.explorer.view.agree import Apart, why_apart
from ibnb.widgets.explorer.view.words import money
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.widgets.explorer.book import Book

_EMPTY = Html('<p class="ibnb-hint">Nothing is known of the account yet.</p>')
#: Below this part of excess liquidity in net liquidation, a person should look.
_NARROW = 0.1


def summary_html(book: Book) -> Html:
    """Return the figures of one account, or of several one below the other and together."""
    accounts = book.accounts
    if accounts.empty:
        return _EMPTY
    one_money = accounts["base_currency"].nunique() == 1
    tiles = [
        _tile("Net liquidation", _sum(accounts, "net_liquidation", one_money), book.base),
        _tile("Day P&L", daily := _profit(book, "daily_pnl"), book.base, sign=True),
        _tile("Unrealized P&L", unrealized := _profit(book, "unrealized_pnl"), book.base, sign=True),
        _tile("Cash", _sum(accounts, "total_cash", one_money), book.base),
        _tile("Excess liquidity", _sum(accounts, "excess_liquidity", one_money), book.base),
        _tile("Buying power", _sum(accounts, "buying_power", one_money), book.base),
    ]
    below = _each(accounts) if len(accounts) > 1 else _cushion(accounts.iloc[0])
    rows = book.in_one_base()
    apart = [
        why_apart("Unrealized P&L", unrealized, rows, "unrealized_pnl_base"),
        why_apart("Day P&L", daily, rows, "daily_pnl_base"),
    ]
    return Html('<dl class="ibnb-tiles">{}</dl><div class="ibnb-margin">{}{}</div>{}').format(
        joined(tiles), below, _cash(book.cash), _apart([each for each in apart if each is not None])
    )


def _apart(those: list[Apart]) -> Html:
    """Return why figures of the accounts are not what the table adds up to, on demand; nothing where all agree."""
    if not those:
        return Html()
    sums = " and ".join(f"{number(each.total, sign=True)} ({each.name})" for each in those)
    words = joined(Html("<p>{}</p>").format(each.why) for each in those)
    return Html('<details class="ibnb-apart"><summary>The positions add up to {}: why?</summary>{}</details>').format(
        sums, words
    )


def _sum(accounts: pd.DataFrame, name: str, possible: bool) -> float | None:
    """Return a figure of all accounts together; None where their currencies differ, or one is not known."""
    total = accounts[name].sum(skipna=False)
    return float(total) if possible and total == total else None


def _profit(book: Book, name: str) -> float | None:
    """Return a profit of the account, or of all together, as TWS tells it: not what the rows add up to."""
    value = None if book.profit.empty else float(book.profit[name].iloc[-1])
    return None if value is None or value != value else value


def _tile(name: str, value: float | None, currency: str, sign: bool = False) -> Html:
    tone = "" if not sign or not value else " ibnb-gain" if value > 0 else " ibnb-loss"
    unit = Html(' <span class="ibnb-unit">{}</span>').format(Html.escape(currency, 8)) if value is not None else ""
    tile = Html('<div><dt>{}</dt><dd class="ibnb-figure{}">{}{}</dd></div>')
    return tile.format(name, tone, money(value, sign), unit)


def _cushion(account: pd.Series[Any]) -> Html:
    return Html("<div>{}</div>").format(_bar(account))


def _bar(account: pd.Series[Any]) -> Html:
    """Return the bar of how much of net liquidation is free of margin, with its figure and a word."""
    cushion = account["cushion"]
    if cushion != cushion:
        return Html("<p>Cushion: {}</p>").format(money(None))
    part = min(max(float(cushion), 0.0), 1.0)
    used = account["maintenance_margin"]
    word = "narrow" if part < _NARROW else "comfortable" if part > 0.4 else "in use"
    return Html(
        '<p class="ibnb-cushion-text">{cushion} % cushion, {word}: maintenance margin {margin} '
        '<span class="ibnb-unit">{currency}</span></p>'
        '<div class="ibnb-cushion {tone}" role="meter" aria-label="Cushion {cushion} percent, {word}" '
        'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{part:.1f}"><span style="width:{part:.1f}%"></span></div>'
    ).format(
        cushion=number(100 * float(cushion), 1),
        word=word,
        margin=money(used),
        currency=Html.escape(account["base_currency"], 8),
        tone="ibnb-is-fail" if word == "narrow" else "ibnb-is-pass",
        part=100 * part,
    )


def _each(accounts: pd.DataFrame) -> Html:
    """Return the accounts one below the other."""
    names = (
        ("net_liquidation", "Net liquidation"),
        ("excess_liquidity", "Excess liquidity"),
        ("buying_power", "Buying power"),
    )
    titles = ("Account", *(title for _, title in names), "Cushion")
    heads = joined(Html('<th scope="col">{}</th>').format(title) for title in titles)
    records: list[Any] = accounts.to_dict("records")
    line = Html('<tr><th scope="row">{} <span class="ibnb-muted">{}</span></th>{}<td>{}</td></tr>')
    lines = joined(
        line.format(
            mask_account(row["account"]),
            Html.escape(row["base_currency"], 8),
            joined(Html("<td>{}</td>").format(money(row[name])) for name, _ in names),
            _percent(row["cushion"]),
        )
        for row in records
    )
    return Html(
        '<div class="ibnb-scroll" tabindex="0" role="region" aria-label="Worth of each">'
        '<table class="ibnb-small-table"><caption>Accounts: {}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(len(records), heads, lines)


def _percent(value: float) -> str:
    return money(None) if value != value else f"{number(100 * value, 1)} %"


def _cash(cash: pd.DataFrame) -> Html:
    by_currency = cash.groupby("currency")["value"].sum(min_count=1)
    held = [(str(currency), value) for currency, value in by_currency.items() if value == value and round(value, 2)]
    if not held:
        return Html()
    items = joined(Html("<li><b>{}</b> {}</li>").format(Html.escape(name, 8), money(value)) for name, value in held)
    return Html('<div class="ibnb-cash"><span>Cash by currency</span><ul>{}</ul></div>').format(items)
