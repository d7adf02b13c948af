"""What a chain shows, as a frame: the columns of ``ibnb.schema("option_chain")``, from quotes that are watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

from ibnb.research.options.outline import Entry, Outline
from ibnb.research.options.watched import Quoted
from ibnb.widgets.chain.strikes import Strike
from ibnb.widgets.chain.view.table import CURRENT, RIGHTS

if TYPE_CHECKING:
    import pandas as pd

#: As tickers call the figures.
_QUOTE = {
    "bid": "bid", "ask": "ask", "last": "last", "bidSize": "bid_size", "askSize": "ask_size", "lastSize": "last_size",
    "volume": "volume", "close": "close", "callOpenInterest": "call_open_interest",
    "putOpenInterest": "put_open_interest",
}  # fmt: skip
_MODEL = {
    "impliedVol": "implied_vol", "delta": "delta", "gamma": "gamma", "vega": "vega", "theta": "theta",
    "optPrice": "option_price", "undPrice": "underlying_price",
}  # fmt: skip


def frame_of(
    outline: Outline, entry: Entry, strikes: Sequence[Strike], quoted: Callable[[int], Quoted], price: float
) -> pd.DataFrame:
    """Return the options of some strikes with what is known of their prices now.

    Parameters
    ----------
    outline, entry : Outline, Entry
        What they belong to.
    strikes : sequence of Strike
        Which.
    quoted : callable
        From a conId to its `Quoted`.
    price : float
        The underlying's; NaN where it is not known.
    """
    from ibnb.tables.research import option_chain as table

    contracts = [each.contract for strike in strikes for right in RIGHTS if (each := strike.side(right)) is not None]
    known = {each.conId: quoted(each.conId) for each in contracts}
    today = None if entry.day is None or entry.days is None else entry.day - timedelta(days=entry.days)
    frame = table.frame(
        contracts,
        {con_id: _ticker(each) for con_id, each in known.items()},
        today,
        symbol=outline.under.symbol,
        con_id=outline.under.conId,
        trading_classes=sorted(outline.classes),
        expiries=sorted({each.date for each in outline.entries}),
        warnings=list(outline.remarks),
        complete=all(each.state in CURRENT for each in known.values()),
    )
    types = sorted(set(frame["data_type"]) - {""})
    frame.attrs["data_type"] = types[0] if len(types) == 1 else "mixed" if types else ""
    frame.attrs["underlying_price"] = price if price == price else None
    return frame


def _ticker(known: Quoted) -> SimpleNamespace:
    """Return figures under the names that tickers have for them."""
    return SimpleNamespace(
        **{name: known.value(own) for name, own in _QUOTE.items()},
        modelGreeks=SimpleNamespace(**{name: known.value(own) for name, own in _MODEL.items()}),
        marketDataType=known.data_type if known.state in CURRENT else 0,
        reason="" if known.state in CURRENT else known.reason or known.state,
    )
