"""What requests for an account's figures are answered with: account values (6, 73) and the summary (63).

The keys and texts are those of the figures; here is which of them a request gets, and in TWS's order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ibnb.simulator.accounts.worth.figures import BASE, DAY_TRADES, AccountValue, account_wide, ledgers
from ibnb.simulator.accounts.worth.valuation import value

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book

#: The tags that a summary answers. As real servers do, it passes over any other in silence.
SUMMARY_TAGS = frozenset(
    [
        "AccountType",
        "Cushion",
        "LookAheadNextChange",
        "AccruedCash",
        "AvailableFunds",
        "BuyingPower",
        "EquityWithLoanValue",
        "ExcessLiquidity",
        "FullAvailableFunds",
        "FullExcessLiquidity",
        "FullInitMarginReq",
        "FullMaintMarginReq",
        "GrossPositionValue",
        "InitMarginReq",
        "Leverage",
        "LookAheadAvailableFunds",
        "LookAheadExcessLiquidity",
        "LookAheadInitMarginReq",
        "LookAheadMaintMarginReq",
        "MaintMarginReq",
        "NetLiquidation",
        "PreviousDayEquityWithLoanValue",
        "RegTEquity",
        "RegTMargin",
        "SMA",
        "TotalCashValue",
    ]
) | frozenset(DAY_TRADES)


class SummaryValue(NamedTuple):
    """One figure of a summary."""

    account: str
    tag: str
    value: str
    currency: str


def account_values(book: Book) -> list[AccountValue]:
    """Return all that an account download sends in messages 6, sorted by key and currency as TWS sorts it.

    Parameters
    ----------
    book : Book
        The account.

    Returns
    -------
    list of AccountValue
        About 110 account-wide figures and 25 for ``BASE`` and each currency.
    """
    valuation = value(book)
    found = [row for rows in ledgers(book, valuation).values() for row in rows]
    # Interest of the base currency and that of the whole account share a key; the latter is in BASE as well.
    found += [row for row in account_wide(book, valuation) if row.key != "AccruedCash"]
    return sorted(found, key=lambda row: (row.key, row.currency != BASE, row.currency))


def account_updates_multi(book: Book, ledger_and_nlv: bool = False) -> list[AccountValue]:
    """Return what messages 73 send for one account.

    Parameters
    ----------
    book : Book
        The account.
    ledger_and_nlv : bool
        Only net liquidation and the ledgers, as the request asks.
    """
    if not ledger_and_nlv:
        return account_values(book)
    valuation = value(book)
    net = [row for row in account_wide(book, valuation) if row.key == "NetLiquidation"]
    return net + [row for rows in ledgers(book, valuation).values() for row in rows]


def account_summary(book: Book, tags: str | Iterable[str]) -> list[SummaryValue]:
    """Return what messages 63 send for one account.

    Parameters
    ----------
    book : Book
        The account.
    tags : str or iterable of str
        As in the request, comma-separated. ``$LEDGER`` gives the ledger in the base currency, ``$LEDGER:EUR``
        that of one currency, ``$LEDGER:ALL`` those of ``BASE`` and all currencies.

    Returns
    -------
    list of SummaryValue
        First the figures without a currency, then those with one, each by name; then the ledgers.
    """
    wanted = [tag.strip() for tag in (tags.split(",") if isinstance(tags, str) else tags)]
    valuation = value(book)
    rows = account_wide(book, valuation)
    rows += [AccountValue("Leverage", row.value, "") for row in rows if row.key == "Leverage-S"]
    chosen = [row for row in rows if row.key in SUMMARY_TAGS and row.key in wanted]
    chosen.sort(key=lambda row: (bool(row.currency), row.key))
    by_currency = ledgers(book, valuation)
    for tag in wanted:
        if tag == "$LEDGER":
            chosen += by_currency[BASE]
        elif tag == "$LEDGER:ALL":
            chosen += [row for ledger in by_currency.values() for row in ledger]
        elif tag.startswith("$LEDGER:"):
            chosen += by_currency.get(tag.removeprefix("$LEDGER:").upper(), [])
    return [SummaryValue(book.account, *row) for row in chosen]
