"""What to show: bars of trades turned into bars of bid, ask, midpoint, both, or averages over time.

Bid and ask lie a fixed number of ticks around the last price, so every kind of bar aggregates as exactly as trades.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibnb.simulator.market.bar_sizes import MarketError, refused
from ibnb.simulator.market.bars.table import Bars, price
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.steps import steps_of
from ibnb.simulator.market.hashing import Floats, Ints
from ibnb.simulator.market.paths.refine import Cells

Numbers = NDArray[np.integer] | Floats

_NAMES = {"TRADES": "Last", "MIDPOINT": "MidPoint", "BID": "Bid", "ASK": "Ask", "BID_ASK": "BidAsk"}
_DIGITS = 9


def around(spread: int) -> tuple[int, int]:
    """Return how many ticks the bid lies below the last price and the ask above it."""
    return spread // 2, spread - spread // 2


def no_data(instrument: Instrument, what: str, last: bool = True) -> MarketError:
    """Return error 162 for a kind of data that an instrument does not have, or has none of in a range."""
    name = _NAMES.get(what, what)
    if last:
        return refused(f"No historical market data for {instrument.label} {name} 0")
    return refused(f"HMDS query returned no data: {instrument.label} {name}")


def check_crypto(instrument: Instrument, what: str) -> None:
    """Refuse bars of a crypto pair's trades: they are aggregated there."""
    if instrument.sec_type == "CRYPTO" and what == "TRADES":
        text = "Expected what to show is AGGTRADES, please use that instead of TRADES."
        raise MarketError(10299, f"Error validating request.-'bS' : cause - {text}")


def check_kind(instrument: Instrument, what: str, end: float | None) -> None:
    """Refuse what an instrument does not have: a currency pair has no trades, an index no quotes."""
    kind = instrument.sec_type
    if kind == "CASH" and what in ("TRADES", "ADJUSTED_LAST", "AGGTRADES"):
        raise no_data(instrument, "TRADES")
    if kind == "IND" and what in ("MIDPOINT", "BID", "ASK", "BID_ASK"):
        raise no_data(instrument, what)
    if what == "AGGTRADES" and kind != "CRYPTO":
        raise no_data(instrument, what)
    if what in ("HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY") and kind not in ("STK", "IND", "FUT", "CONTFUT"):
        raise no_data(instrument, what)
    if what == "ADJUSTED_LAST":
        if kind not in ("STK", "CONTFUT", "IND"):
            raise no_data(instrument, what)
        if end is not None:
            raise MarketError(321, "Error validating request.-'bS' : cause - End Date not supported with adjusted last")


def shown(cells: Cells, instrument: Instrument, tick: tuple[int, int], what: str, traded: bool) -> Bars:
    """Return bars of one kind from cells of last prices.

    Parameters
    ----------
    cells : Cells
        Aggregated, in ticks of size `tick`.
    instrument : Instrument
        For its spread.
    what : str
        What to show; volatilities are passed as TRADES of their own path.
    traded : bool
        Whether volumes have a meaning.
    """
    (below, above), steps = around(instrument.spread), steps_of(instrument)
    average = np.where(cells.volume > 0, cells.turnover / np.maximum(cells.volume, 1), cells.close)
    columns: tuple[Ints, ...] = (cells.open, cells.high, cells.low, cells.close)
    if what in ("TRADES", "ADJUSTED_LAST", "AGGTRADES"):
        none = np.zeros(len(cells))
        mean = np.clip(average * tick[0] / tick[1], price(cells.low, tick), price(cells.high, tick))
        volume = np.asarray(cells.volume * instrument.size_of_one if traded else none, dtype=np.float64)
        return _bars(cells, tick, columns, volume, np.round(mean, _DIGITS) if traded else none, cells.count)
    none = np.full(len(cells), -1.0)
    if what == "BID_ASK":
        # The averages over time are taken over the trades' time: by volume.
        middle = steps.nearest(average)
        columns = (
            steps.bid(middle, below),
            steps.ask(cells.high, above),
            steps.bid(cells.low, below),
            steps.ask(middle, above),
        )
        return _bars(cells, tick, columns, none, none, none.astype(np.int64))
    bids, asks = [steps.bid(each, below) for each in columns], [steps.ask(each, above) for each in columns]
    sides = {"BID": (bids, bids), "ASK": (asks, asks), "MIDPOINT": (bids, asks)}[what]
    columns = tuple(low + high for low, high in zip(*sides, strict=True))
    return _bars(cells, (tick[0], tick[1] * 2), columns, none, none, none.astype(np.int64))


def _bars(
    cells: Cells, tick: tuple[int, int], columns: tuple[Numbers, ...], volume: Floats, wap: Floats, count: Ints
) -> Bars:
    open_, high, low, close = (np.maximum(price(column, tick), 0.0) for column in columns)
    return Bars(cells.start, open_, high, low, close, np.round(volume, _DIGITS), wap, count, cells.day)
