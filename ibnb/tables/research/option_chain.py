"""An option chain: which options there are, with their quotes and greeks, one row an option."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from ibnb.tables.contract.contract_columns import expiry_day, right_text
from ibnb.tables.market.quotes import DATA_TYPES
from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws.units.prices import is_price


def _text(name: str, meaning: str, source: str, unit: str = "", **more: Any) -> Column:
    return Column(name, "string", unit, meaning, source, **more)


def _number(
    name: str, meaning: str, source: str, unit: str = "", unset: tuple[float, ...] = (), look: str = ""
) -> Column:
    return Column(name, "float64", unit, meaning, source, unset=unset, look=look)


_IV = "Implied volatility a year"
_PRICE, _SIZE = "currency", "contracts"
SCHEMA = Schema(
    name="option_chain",
    meaning="one option",
    request="reqSecDefOptParams, reqContractDetails, reqMktData",
    essential="expiry strike right bid ask last volume open_interest implied_vol delta gamma theta vega con_id",
    columns=(
        Column("expiry", DATE, "date", "Last trading day", "lastTradeDateOrContractMonth", clean=expiry_day),
        _number("strike", "Strike", "strike", _PRICE, (0,), "plain"),
        _text("right", "C or P", "right", clean=right_text),
        Column("con_id", "Int64", "", "IB's number of the contract", "conId", unset=(0,)),
        _number("bid", "Best bid; unset where nobody bids", "bid", _PRICE, (-1,)),
        _number("ask", "Best ask; unset where nobody offers", "ask", _PRICE, (-1,)),
        _number("last", "Last trade", "last", _PRICE, (-1,)),
        _number("bid_size", "Size at the bid", "bidSize", _SIZE, (-1,)),
        _number("ask_size", "Size at the ask", "askSize", _SIZE, (-1,)),
        _number("last_size", "Size of the last trade", "lastSize", _SIZE, (-1,)),
        _number("volume", "Volume of the day", "volume", _SIZE, (-1,)),
        _number("open_interest", "Open contracts; only where it was asked for", "generic tick 101", _SIZE, (-1,)),
        _number("close", "Close of the day before", "close", _PRICE, (-1,)),
        _number("implied_vol", f"{_IV}, by IB's option model", "modelGreeks impliedVol", "fraction", (-1,)),
        _number("bid_implied_vol", f"{_IV} at the bid", "bidGreeks impliedVol", "fraction", (-1,)),
        _number("ask_implied_vol", f"{_IV} at the ask", "askGreeks impliedVol", "fraction", (-1,)),
        _number("delta", "Change of the option's price with the underlying's", "modelGreeks delta", "", (-2,)),
        _number("gamma", "Change of delta with the underlying's price", "modelGreeks gamma", "", (-2,)),
        _number("vega", "Change of the price with one point of volatility", "modelGreeks vega", _PRICE, (-2,), "plain"),
        _number("theta", "Change of the price with one day", "modelGreeks theta", _PRICE, (-2,), "plain"),
        _number("option_price", "The price by IB's option model", "modelGreeks optPrice", _PRICE, (-1,), "average"),
        _number(
            "underlying_price", "The underlying's price in that model", "modelGreeks undPrice", _PRICE, (-1,), "average"
        ),
        Column("days", "Int64", "days", "Calendar days until expiry", ""),
        _text("symbol", "Symbol of the underlying", "symbol"),
        _text("sec_type", "OPT, or FOP for options on futures", "secType"),
        _text("trading_class", "Trading class, such as SPX and SPXW", "tradingClass"),
        _number("multiplier", "Units of the underlying in one contract", "multiplier", "", (0,)),
        _text("exchange", "Where it is quoted; SMART is IB's own routing", "exchange"),
        _text("currency", "Currency in which it is traded", "currency"),
        _text("local_symbol", "Symbol at its exchange", "localSymbol"),
        _text("data_type", "live, frozen, delayed or delayed-frozen; empty without quote", "marketDataType"),
        _text("reason", "Why there is no quote, or why it is old, where one was asked for", "error"),
    ),
)

_CONTRACT = {
    "expiry": "lastTradeDateOrContractMonth",
    "strike": "strike",
    "right": "right",
    "con_id": "conId",
    "symbol": "symbol",
    "sec_type": "secType",
    "trading_class": "tradingClass",
    "multiplier": "multiplier",
    "exchange": "exchange",
    "currency": "currency",
    "local_symbol": "localSymbol",
}
_QUOTE = {
    "bid": "bid",
    "ask": "ask",
    "last": "last",
    "bid_size": "bidSize",
    "ask_size": "askSize",
    "last_size": "lastSize",
    "volume": "volume",
    "close": "close",
}
_MODEL = {
    "implied_vol": "impliedVol",
    "delta": "delta",
    "gamma": "gamma",
    "vega": "vega",
    "theta": "theta",
    "option_price": "optPrice",
    "underlying_price": "undPrice",
}


def frame(
    contracts: Iterable[object], tickers: Mapping[int, Any] | None = None, today: date | None = None, **attrs: Any
) -> pd.DataFrame:
    """Return an option chain as a DataFrame.

    Parameters
    ----------
    contracts : iterable of Contract
        The options, with their conIds.
    tickers : mapping of int to Ticker, optional
        Their quotes by conId; a ticker's attribute ``refused`` is the error in place of a quote.
    today : date, optional
        From when days are counted.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("option_chain")``, ordered by expiry, trading class, strike and right.

    Examples
    --------
    >>> from ibnb.tables.research import option_chain
    >>> option_chain.frame([]).dtypes["implied_vol"]
    dtype('float64')
    """
    quotes = tickers or {}
    rows = [_row(contract, quotes.get(getattr(contract, "conId", 0)), today) for contract in contracts]
    table = SCHEMA.frame(rows, **attrs)
    keys = ["expiry", "trading_class", "strike", "right"]
    ordered = table.sort_values(keys, kind="stable", ignore_index=True)
    ordered.attrs = table.attrs
    return ordered


def _row(contract: object, ticker: object, today: date | None) -> dict[str, Any]:
    row = {name: getattr(contract, field, None) for name, field in _CONTRACT.items()}
    row["days"] = _days(row["expiry"], today)
    if ticker is None:
        return row
    refused = getattr(ticker, "refused", None)
    if refused is not None:
        return {**row, "reason": refused.meaning or str(refused)}
    row |= {name: getattr(ticker, field, None) for name, field in _QUOTE.items()}
    for name in ("bid", "ask", "last"):
        price, size = row[name], row[f"{name}_size"]
        if price is not None and not is_price(price, size or 0.0, negative=False, magnifier=1):
            row[name] = None
    model = getattr(ticker, "modelGreeks", None)
    row |= {name: getattr(model, field, None) for name, field in _MODEL.items()}
    row["bid_implied_vol"] = getattr(getattr(ticker, "bidGreeks", None), "impliedVol", None)
    row["ask_implied_vol"] = getattr(getattr(ticker, "askGreeks", None), "impliedVol", None)
    side = "call" if str(row["right"])[:1] == "C" else "put"
    row["open_interest"] = getattr(ticker, f"{side}OpenInterest", None)
    row["data_type"] = DATA_TYPES.get(getattr(ticker, "marketDataType", 0), "")
    row["reason"] = getattr(ticker, "reason", None)  # of one that is watched
    return row


def _days(expiry: object, today: date | None) -> float:
    text = str(expiry)[:8]
    if today is None or not text.isdigit():
        return math.nan
    try:
        last = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return math.nan
    return (last - today).days
