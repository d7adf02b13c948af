"""Bars as the text of the wire: dates by what was asked for, prices with the decimals of their tick."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.simulator.market.bar_sizes import bar_seconds
from ibnb.simulator.texts import zoned_text
from ibnb.wire.layout import Rendered

if TYPE_CHECKING:
    from ibnb.simulator.market import Bars, Instrument

_DAY = 86_400
_WAP_DECIMALS = 3
#: Older servers say of each bar whether it has gaps.
_NO_GAPS_SINCE = 124


def dates(bars: Bars, values: dict[str, Any], instrument: Instrument, version: int) -> list[str]:
    """Return the bars' dates: ``yyyymmdd`` from day bars on, else epoch seconds or local time as `format_date` says."""
    if bar_seconds(values["bar_size"]) >= _DAY:
        return bars.dates
    if values["format_date"] == 2:
        return list(map(str, bars.start.tolist()))
    zone, name = ZoneInfo(instrument.time_zone_id), instrument.time_zone_id
    return [
        zoned_text(f"{datetime.fromtimestamp(start, zone):%Y%m%d %H:%M:%S} {name}", version)
        for start in bars.start.tolist()
    ]


def _decimals(bars: Bars, instrument: Instrument) -> int | None:
    """Return how many decimals show these prices exactly; None where no fixed number does."""
    text = f"{instrument.min_tick:.10f}".rstrip("0")
    decimals = max(len(text.partition(".")[2]), 2)
    prices = np.stack((bars.open, bars.high, bars.low, bars.close))
    return decimals if np.allclose(np.round(prices, decimals), prices, rtol=0, atol=1e-9) else None


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _columns(bars: Bars, instrument: Instrument) -> Iterator[tuple[str, str, str, str, str, str, int]]:
    decimals = _decimals(bars, instrument)
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume, bars.wap, bars.count)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    if decimals is None:
        for o, h, low, c, volume, wap, count in rows:
            yield repr(o), repr(h), repr(low), repr(c), _number(volume), repr(wap), count
        return
    fixed = f"%.{decimals}f"
    mean = f"%.{max(decimals, _WAP_DECIMALS)}f"
    for o, h, low, c, volume, wap, count in rows:
        average = "-1" if wap < 0 else mean % wap
        yield fixed % o, fixed % h, fixed % low, fixed % c, _number(volume), average, count


def render(bars: Bars, values: dict[str, Any], instrument: Instrument, version: int) -> Rendered:
    """Return all rows of a historical data message, written out: one pass, for messages of very many bars."""
    texts, decimals = dates(bars, values, instrument, version), _decimals(bars, instrument)
    whole = bool((bars.volume == np.floor(bars.volume)).all())
    averaged = bool((bars.wap >= 0).all())
    gaps = ("false",) if version < _NO_GAPS_SINCE else ()
    if decimals is None or not whole or not (averaged or (bars.wap < 0).all()):
        rows = [
            "\0".join((date, o, h, low, c, volume, wap, *gaps, str(count)))
            for date, (o, h, low, c, volume, wap, count) in zip(texts, _columns(bars, instrument), strict=True)
        ]
        return Rendered(len(rows), "\0".join(rows))
    # As above, with one formatting a row: a hundred thousand of them are wanted at once.
    price = f"%.{decimals}f"
    average = f"%.{max(decimals, _WAP_DECIMALS)}f" if averaged else "%d"
    row = "\0".join(("%s", price, price, price, price, "%d", average, *gaps, "%d"))
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume, bars.wap, bars.count)
    found = zip(texts, *(column.tolist() for column in columns), strict=True)
    return Rendered(len(texts), "\0".join([row % each for each in found]))


def bar_rows(bars: Bars, values: dict[str, Any], instrument: Instrument, version: int) -> Iterator[dict[str, Any]]:
    """Yield the values of update messages, a bar at a time."""
    for date, (o, h, low, c, volume, wap, count) in zip(
        dates(bars, values, instrument, version), _columns(bars, instrument), strict=True
    ):
        yield {
            "date": date,
            "open": float(o),
            "high": float(h),
            "low": float(low),
            "close": float(c),
            "volume": volume,
            "wap": wap,
            "count": count,
        }
