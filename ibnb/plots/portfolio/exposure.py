"""What a portfolio holds, added up by symbol, contract, kind or currency, longs and shorts apart.

Amounts of different currencies are added only where their exchange rates are known; else each stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.plots.drawing.words import number, plural

if TYPE_CHECKING:
    import pandas as pd

GROUPINGS = {
    "symbol": "symbol",
    "contract": "local_symbol",
    "sec_type": "sec_type",
    "currency": "currency",
    "sector": "sector",
    "tag": "tag",
}
#: Columns that a frame of positions has by another request, or by a person's own hand.
_BESIDE = frozenset({"contract", "sector", "tag"})
_NEEDED = ("symbol", "sec_type", "currency", "position", "market_value")
_KINDS = {
    "STK": "stock",
    "OPT": "option",
    "FUT": "future",
    "CASH": "currency",
    "BOND": "bond",
    "FUND": "fund",
    "CFD": "CFD",
    "IND": "index",
    "FOP": "future option",
    "WAR": "warrant",
    "CRYPTO": "crypto",
    "CMDTY": "commodity",
    "BAG": "combo",
}


@dataclass(frozen=True)
class Row:
    """One line of the picture: what is long (positive), what short (negative), and the profit not realized.

    `others` marks the line that adds up what has none of its own.
    """

    label: str
    detail: str
    long: float
    short: float
    unrealized_pnl: float | None
    others: bool = False

    @property
    def net(self) -> float:
        """Longs less shorts."""
        return self.long + self.short

    @property
    def gross(self) -> float:
        """Longs and shorts, both counted as positive."""
        return self.long - self.short


@dataclass(frozen=True)
class Panel:
    """Rows that are in one currency and may be compared, largest net value first.

    `part` is how much they are of all that is held.
    """

    currency: str
    rows: tuple[Row, ...]
    part: float = 1.0

    @property
    def gross(self) -> float:
        """All longs and shorts, counted as positive."""
        return sum(row.gross for row in self.rows)


@dataclass(frozen=True)
class Exposure:
    """All panels of a portfolio, how many positions they hold, and what a reader must know about them."""

    panels: tuple[Panel, ...]
    positions: int
    notes: tuple[str, ...]


def exposure(portfolio: pd.DataFrame, by: str, top: int, missing: str = "market value") -> Exposure:
    """Return a portfolio added up by `by`, with at most `top` rows a panel and one for all others.

    `missing` is the word for what positions that are left out lack.

    Raises
    ------
    BadInput
        Not a frame of positions, a grouping that is none of ours, or no number of rows.
    """
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise BadInput("top", top, "a whole number from 1", "top=15")
    frame = checked(portfolio, by)
    held = frame[frame["position"].fillna(0) != 0]
    unknown = held[held["market_value"].isna()]
    held = held[held["market_value"].notna()]
    notes = []
    if len(unknown):
        names = ", ".join(str(name) for name in unknown["symbol"].head(4)) + ("…" if len(unknown) > 4 else "")
        notes.append(f"{plural(len(unknown), 'position')} without {_article(missing)} left out: {names}")
    held, currencies, note = _in_one_currency(held, portfolio.attrs)
    if note:
        notes.append(note)
    panels = [Panel(currency, _rows(held[held["_unit"] == currency], by, top)) for currency in currencies]
    panels.sort(key=lambda panel: -len(panel.rows))
    return Exposure(tuple(panels), len(held), tuple(notes))


def accounts_in(portfolio: pd.DataFrame) -> str:
    """Return whose portfolio it is, account numbers masked."""
    from ibnb.ground.masking import mask_account

    if "account" not in portfolio.columns:
        return ""
    names = [mask_account(str(name)) for name in dict.fromkeys(portfolio["account"])]
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} accounts"


def _article(name: str) -> str:
    return f"a {name}" if name[0].islower() else f"known {name}"


def checked(portfolio: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return a copy of a frame of positions with its figures as floats; what is none is refused."""
    import pandas as pd

    if by not in GROUPINGS:
        raise BadInput("by", by, f"one of {', '.join(GROUPINGS)}", 'by="symbol"')
    if not isinstance(portfolio, pd.DataFrame):
        raise BadInput(
            "portfolio",
            type(portfolio).__name__,
            "the DataFrame of tws.portfolio()",
            "plot_allocation(tws.portfolio())",
        )
    needed = [*_NEEDED, *([GROUPINGS[by]] if by in _BESIDE else [])]
    missing = [column for column in needed if column not in portfolio.columns]
    if missing:
        hint = (
            "tws.portfolio() has market values; tws.positions() has none"
            if "market_value" in missing
            else "plot_allocation(tws.portfolio())"
        )
        raise BadInput("portfolio", list(portfolio.columns), f"the columns {', '.join(missing)} are missing", hint)
    frame = portfolio.reset_index(drop=True).copy()
    for column in ("position", "market_value", "unrealized_pnl", "market_value_base"):
        if column in frame.columns:
            try:
                frame[column] = pd.to_numeric(frame[column]).astype("Float64").astype("float64")
            except (TypeError, ValueError):
                raise BadInput(
                    "portfolio",
                    f"column {column} of {frame[column].dtype}",
                    "it must hold numbers",
                    f"portfolio['{column}'] = pandas.to_numeric(portfolio['{column}'])",
                ) from None
    if "unrealized_pnl" not in frame.columns:
        frame["unrealized_pnl"] = float("nan")
    return frame


def _in_one_currency(held: pd.DataFrame, attrs: Mapping[object, object]) -> tuple[pd.DataFrame, list[str], str]:
    """Return positions with columns ``_unit _value _pnl``, the currencies they are in, and a note on it."""
    currencies = sorted({str(currency) for currency in held["currency"]})
    base = str(attrs.get("base_currency") or "")
    counted = held["base_currency"].nunique() if "base_currency" in held.columns else 1  # accounts' own may differ
    known = "market_value_base" in held.columns and held["market_value_base"].notna().all() and counted < 2
    if known and len(currencies) > 1:
        rate = (held["market_value_base"] / held["market_value"]).where(held["market_value"] != 0, 1.0)
        return (
            _converted(held, rate, base or "base currency"),
            [base or "base currency"],
            _said(currencies, base),
        )
    if len(currencies) < 2:
        return _converted(held, 1.0, currencies[0] if currencies else ""), currencies, ""
    rate = _rates(held, attrs.get("exchange_rates"), base)
    if rate.notna().all():
        return (
            _converted(held, rate, base or "base currency"),
            [base or "base currency"],
            _said(currencies, base),
        )
    alone = _converted(held, 1.0, "").assign(_unit=held["currency"].astype(str))
    return alone, currencies, "no exchange rates known: each currency by itself, compare bars within one only"


def _rates(held: pd.DataFrame, known: object, base: str) -> pd.Series[float]:
    """Return each position's exchange rate, NaN where it is unknown."""
    import pandas as pd

    rates = known if isinstance(known, Mapping) else {}
    accounts = held["account"] if "account" in held.columns else [""] * len(held)
    found = []
    for account, currency in zip(accounts, held["currency"], strict=True):
        own = rates.get(account, rates)
        rate = own.get(currency, 1.0 if currency == base else None) if isinstance(own, Mapping) else None
        found.append(float(rate) if isinstance(rate, (int, float)) and rate > 0 else float("nan"))
    return pd.Series(found, index=held.index, dtype="float64")


def _converted(held: pd.DataFrame, rate: object, unit: str) -> pd.DataFrame:
    return held.assign(_unit=unit, _value=held["market_value"] * rate, _pnl=held["unrealized_pnl"] * rate)  # type: ignore[operator]


def _said(currencies: list[str], base: str) -> str:
    others = ", ".join(currency for currency in currencies if currency != base)
    return f"{others} converted to {base or 'the base currency'} at the account's exchange rates"


def _rows(held: pd.DataFrame, by: str, top: int) -> tuple[Row, ...]:
    rows = [_row(str(label), group, by) for label, group in held.groupby(GROUPINGS[by], sort=False)]
    rows.sort(key=lambda row: -row.gross)
    shown, others = rows[:top], rows[top:]
    if len(others) == 1:
        shown, others = rows, []
    shown.sort(key=lambda row: -row.net)
    if others:
        known = [row.unrealized_pnl for row in others if row.unrealized_pnl is not None]
        shown.append(
            Row(
                f"others ({number(len(others))})",
                "",
                sum(row.long for row in others),
                sum(row.short for row in others),
                sum(known) if known else None,
                others=True,
            )
        )
    return tuple(shown)


def _row(label: str, group: pd.DataFrame, by: str) -> Row:
    values, pnl = group["_value"], group["_pnl"].dropna()
    kinds = [_KINDS.get(str(kind), str(kind)) for kind in dict.fromkeys(group["sec_type"])]
    detail = plural(len(group), "position") if by in ("sec_type", "currency", "sector", "tag") else ", ".join(kinds[:3])
    return Row(
        _KINDS.get(label, label) if by == "sec_type" else label,
        detail,
        float(values[values > 0].sum()),
        float(values[values < 0].sum()),
        float(pnl.sum()) if len(pnl) else None,
    )
