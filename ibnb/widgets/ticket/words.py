"""What a ticket says, as HTML from plain values: a quote, the sentence, the preview, the second step, the trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ibnb.ground.masking import mask_account
from ibnb.ground.numerals import money_text, shown_number
from ibnb.trading.records.record import Record
from ibnb.trading.values.plan import figure_of, plain
from ibnb.tws.texts import Html
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import badge, joined

#: By what a session is connected to: the word, and what it means for money.
KINDS = {
    "simulated": ("SIMULATED", "no real account, no real money"),
    "paper": ("PAPER", "paper trading, no real money"),
    "LIVE": ("LIVE", "real money"),
}
_STATES = {
    "working": ("busy", "▸"),
    "filled": ("pass", "✓"),
    "cancelled": ("idle", "·"),
    "sent": ("busy", "▸"),
    "never arrived": ("warn", "!"),
}


def kind_html(kind: str, account: str, allowed: str) -> Html:
    """Return the line that says whose money it is, and whether orders may be sent at all."""
    word, meaning = KINDS[kind]
    orders = "" if allowed == "allowed" else f" · Orders: {allowed}"
    return Html('<p class="ibnb-whose ibnb-kind-{}"><strong>{}</strong> · {} · account {}{}</p>').format(
        kind, word, meaning, mask_account(account) or "to be chosen", orders
    )


def quote_html(name: str, unit: str, quote: Mapping[str, float], note: str) -> Html:
    """Return a contract's quote, whose bid, ask and last price can be clicked into the form.

    Parameters
    ----------
    name : str
        What the contract is called.
    unit : str
        What its prices are in.
    quote : mapping
        ``bid``, ``ask``, ``last``; NaN for what is not there.
    note : str
        How old or delayed it is, or why there is none.
    """
    figures = joined(_price(label, quote[label]) for label in ("bid", "ask", "last"))
    return Html(
        '<div class="ibnb-quote"><p><strong>{}</strong></p><dl>{}</dl><p class="ibnb-hint">{} {}</p></div>'
    ).format(name, figures, unit, note)


def _price(label: str, price: float) -> Html:
    shown: Any = "n/a"
    if price == price:
        shown = Html('<button type="button" class="ibnb-price" title="Take as the price" {}>{}</button>').format(
            does("price", label), plain(price)
        )
    return Html("<div><dt>{}</dt><dd>{}</dd></div>").format(label.capitalize(), shown)


def found_html(rows: Sequence[Mapping[str, Any]]) -> Html:
    """Return contracts that fit a name, to be chosen."""
    if not rows:
        return Html()
    items = joined(
        Html('<li><button type="button" class="ibnb-found" {}><strong>{}</strong> {} {} {}</button></li>').format(
            does("pick", row["con_id"]), row["symbol"], row["name"], row["sec_type"], row["primary_exchange"]
        )
        for row in rows
    )
    return Html('<p class="ibnb-do">Did you mean</p><ul class="ibnb-matches">{}</ul>').format(items)


def sentence_html(sentences: Sequence[str]) -> Html:
    """Return what would be ordered."""
    return joined(Html('<p class="ibnb-sentence">{}</p>').format(each) for each in sentences)


def preview_html(rows: Sequence[Mapping[str, Any]], base: str) -> Html:
    """Return a preview: costs, margin and position after, TWS's warning, and the guards that stop it."""
    return joined(_preview(row, base) for row in rows)


def _preview(row: Mapping[str, Any], base: str) -> Html:
    unit = row["margin_currency"] or base
    figures = [
        ("Commission", _commission(row)),
        ("Worth", money_text(row["value"], base)),
        ("Position after", _plain(row["position_after"])),
        ("Initial margin", _change(row, "init_margin", unit)),
        ("Maintenance margin", _change(row, "maint_margin", unit)),
        ("Equity with loan", _change(row, "equity_with_loan", unit)),
    ]
    listed = joined(Html("<div><dt>{}</dt><dd>{}</dd></div>").format(name, text) for name, text in figures if text)
    warning = (
        Html('<p class="ibnb-is-warn">{} {}</p>').format(badge("warn", "!"), row["warning"])
        if row["warning"]
        else Html()
    )
    head = Html('<p class="ibnb-do">{}</p>').format(row["role"].capitalize()) if row["role"] else Html()
    return Html('<div class="ibnb-preview">{}<dl>{}</dl>{}{}</div>').format(head, listed, warning, guards_html(row))


def guards_html(row: Mapping[str, Any]) -> Html:
    """Return why guards stop an order; nothing where none does."""
    stopped = [name for name in str(row["stopped_by"]).split(", ") if name]
    items = joined(
        Html("<li><strong>{}</strong>: {}</li>").format(name.replace("_", " "), row[f"guard_{name}"])
        for name in stopped
    )
    if not stopped:
        return Html()
    return Html('<p class="ibnb-is-fail">{} A guard stops it:</p><ul>{}</ul>').format(badge("fail", "✗"), items)


def confirm_html(kind: str, account: str, sentences: Sequence[str], force: str) -> Html:
    """Return the second step: what is sent, where, with whose money."""
    word, meaning = KINDS[kind]
    over = Html('<p class="ibnb-is-warn">{} Against a guard, because: {}</p>').format(badge("warn", "!"), force)
    return Html(
        '<div class="ibnb-confirm ibnb-kind-{}" role="alert"><p class="ibnb-headline">Send this to {} account {}?</p>'
        '<p class="ibnb-detail">{}</p>{}{}</div>'
    ).format(kind, word, mask_account(account), meaning, sentence_html(sentences), over if force else Html())


def trade_html(records: Sequence[Record]) -> Html:
    """Return the life of the orders that were sent."""
    return joined(map(_trade, records))


def _named(record: Record) -> str:
    """Return which order it is: the form above may be for another by now."""
    order, prices = record.order, (figure_of(record.order.lmtPrice), figure_of(record.order.auxPrice))
    price = next((plain(each) for each in prices if each), "")
    what = f"{order.action} {plain(record.quantity)} {record.contract.symbol} {order.orderType} {price}".rstrip()
    return f"{record.role.capitalize()}, {what}" if record.role else what


def _trade(record: Record) -> Html:
    tone, symbol = _STATES.get(record.state, ("fail", "✗"))
    done = f"{plain(record.filled)} of {plain(record.quantity)} filled"
    price = "" if record.average_price != record.average_price else f" at {plain(round(record.average_price, 6))}"
    share = min(record.filled / record.quantity, 1.0) if record.quantity else 0.0
    last = next((entry.text for entry in reversed(record.log) if entry.text), "")
    return Html(
        '<div class="ibnb-trade ibnb-is-{}" role="status"><p>{} <strong>{}</strong>{} · {}{}</p>'
        '<div class="ibnb-bar" aria-hidden="true"><span style="width:{}%"></span></div>'
        '<p class="ibnb-hint">{}</p></div>'
    ).format(
        tone,
        badge(tone, symbol),
        f"{_named(record)}: {record.state}",
        f" ({record.status})" if record.status else "",
        done,
        price,
        round(share * 100),
        last,
    )


def _commission(row: Mapping[str, Any]) -> str:
    low, high, unit = row["commission_min"], row["commission_max"], row["commission_currency"]
    if row["commission"] == row["commission"]:
        return money_text(row["commission"], unit)
    return f"{money_text(low, '')} to {money_text(high, unit)}" if low == low and high == high else ""


def _plain(value: object) -> str:
    return "" if value != value else plain(value)


def _change(row: Mapping[str, Any], name: str, unit: str) -> str:
    after, change = row[f"{name}_after"], row[f"{name}_change"]
    if after != after:
        return ""
    moved = shown_number(f" ({change:+,.0f})") if change == change else ""
    return f"{shown_number(f'{after:,.0f}')} {unit}{moved}"
