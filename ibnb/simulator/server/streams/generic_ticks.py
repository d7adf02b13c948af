"""Generic ticks: what clients ask for by number beside prices and sizes, and the tick types these come as."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ibnb.simulator.market.contracts.instruments import OPTIONS
from ibnb.simulator.market.figures import Figures
from ibnb.simulator.market.news import articles
from ibnb.simulator.server.streams.tick_messages import Message, tick_generic, tick_price, tick_size, tick_string
from ibnb.simulator.server.streams.tick_types import Tick
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market
    from ibnb.simulator.market.ticks.tape import Top

#: The legal generic ticks and their names, as a server lists them in its error 321.
_NAMES = {
    100: "Option Volume", 101: "Option Open Interest", 104: "Historical Volatility", 105: "Average Opt Volume",
    106: "impvolat", 162: "Index Future Premium", 165: "Misc. Stats", 220: "Creditman Mark Price",
    221: "Creditman Mark Price", 225: "Auction", 232: "Pl Price", 233: "RTVolume", 236: "inventory",
    258: "Fundamentals", 292: "Wide_news", 293: "TradeCount", 294: "TradeRate", 295: "VolumeRate",
    318: "LastRTHTrade", 375: "RTTrdVolume", 411: "rthistvol", 456: "IBDividends", 460: "Bond Factor Multiplier",
    576: "EtfNavBidAsk(navbidask)", 577: "EtfNavLast(navlast)", 578: "EtfNavClose(navclose)", 586: "IPOHLMPRC",
    587: "Pl Price Delayed", 588: "Futures Open Interest", 595: "Short-Term Volume X Mins",
    614: "EtfNavMisc(high/low)", 619: "Creditman Slow Mark Price", 623: "EtfFrozenNavLast(fznavlast)",
}  # fmt: skip
#: What changes with every trade, so that it comes with the quotes.
FAST = {233: Tick.RT_VOLUME, 375: Tick.RT_TRADE_VOLUME}
FAST_TICKS = frozenset(int(tick) for tick in FAST.values())
_NEWS = 292
_NEWS_AT_START = 3


class IllegalGenericTick(ValueError):
    """A list of generic ticks that a server refuses, with its text."""


def read_generics(text: str, instrument: Instrument) -> frozenset[int]:
    """Return the numbers in a list of generic ticks, such as ``"100,233,mdoff,292:BRFG"``.

    Raises
    ------
    IllegalGenericTick
        For a number that there is none of.
    """
    found = set()
    for word in filter(None, (part.strip() for part in text.split(","))):
        number = word.partition(":")[0]
        if number == "mdoff":
            continue
        if not number.isdecimal() or int(number) not in _NAMES:
            legal = ",".join(f"{number}({name})" for number, name in _NAMES.items())
            raise IllegalGenericTick(
                f"Error validating request.-'bW' : cause - Incorrect generic tick list of {text}.  "
                f"Legal ones for ({instrument.sec_type}) are: {legal}"
            )
        found.add(int(number))
    return frozenset(found)


def generic_messages(market: Market, instrument: Instrument, wanted: frozenset[int], top: Top) -> list[Message]:
    """Return the present values of generic ticks."""
    found = market.figures.of(instrument)
    out: list[Message] = []
    for generic in sorted(wanted):
        make = _MAKERS.get(generic)
        if make is not None:
            out += make(found, instrument, top)
    if _NEWS in wanted and instrument.sec_type == "STK":
        now = market.clock.now()
        recent = articles(market, instrument.con_id, now - 86_400 * 3, now)[-_NEWS_AT_START:]
        for article in recent:
            out.append(
                (
                    Response.TICK_NEWS,
                    {
                        "time": int(article.time * 1000),
                        "provider": article.provider,
                        "article_id": article.article_id,
                        "headline": article.headline,
                        "extra": article.metadata,
                    },
                )
            )
    return out


def trade_messages(market: Market, instrument: Instrument, before: Top, top: Top) -> list[Message]:
    """Return what a trade brings besides the quotes: message 46 with price, size, time, volume and average."""
    if top.volume == before.volume or instrument.sec_type in ("CASH", "IND"):
        return []
    average = market.figures.of(instrument).average_price_today or top.last
    moment = int(market.clock.now() * 1000)
    text = f"{top.last:.2f};{top.last_size:g};{moment};{top.volume:.0f};{average:.8f};true"
    return [tick_string(tick, text) for tick in FAST.values()]


def _option_volume(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    if instrument.sec_type in OPTIONS:
        tick = Tick.CALL_VOLUME if instrument.right == "C" else Tick.PUT_VOLUME
        return [tick_size(tick, found.option_volume(instrument.right))]
    if not found.has_options:
        return []
    return [tick_size(Tick.CALL_VOLUME, found.option_volume("C")), tick_size(Tick.PUT_VOLUME, found.option_volume("P"))]


def _open_interest(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    calls, puts = found.open_interest("C"), found.open_interest("P")
    if instrument.sec_type in OPTIONS:
        calls, puts = (calls, 0) if instrument.right == "C" else (0, puts)
    elif not found.has_options:
        return []
    return [tick_size(Tick.CALL_OPEN_INTEREST, calls), tick_size(Tick.PUT_OPEN_INTEREST, puts)]


def _average_option_volume(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    if not found.has_options:
        return []
    return [tick_size(Tick.AVG_OPTION_VOLUME, found.open_interest("C") // 10)]


def _volatility(tick: Tick, name: str) -> Callable[[Figures, Instrument, Top], list[Message]]:
    def make(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
        value = getattr(found, name)
        return [] if value is None else [tick_generic(tick, value)]

    return make


def _premium(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    return [tick_generic(Tick.INDEX_FUTURE_PREMIUM, 0.0)] if instrument.sec_type == "IND" else []


def _statistics(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    out = []
    tick = int(Tick.LOW_13_WEEK)
    for low, high in found.ranges:
        out += [tick_price(tick, low), tick_price(tick + 1, high)]
        tick += 2
    if instrument.sec_type not in ("CASH", "IND"):
        out.append(tick_size(Tick.AVG_VOLUME, found.average_volume))
    return out


def _mark(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    return [tick_price(Tick.MARK_PRICE, min(max(top.last, top.bid), top.ask) if top.ask > 0 else top.last)]


def _auction(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    if instrument.sec_type != "STK":
        return []
    imbalance = found.auction_imbalance
    return [
        tick_size(Tick.AUCTION_VOLUME, abs(imbalance) * 7),
        tick_price(Tick.AUCTION_PRICE, top.last),
        tick_size(Tick.AUCTION_IMBALANCE, imbalance),
        tick_size(Tick.REGULATORY_IMBALANCE, 0),
    ]


def _shortable(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    if instrument.sec_type != "STK":
        return []
    shares = found.shortable_shares
    level = 3.0 if shares >= 1000 else 2.0 if shares else 1.0
    return [tick_generic(Tick.SHORTABLE, level), tick_size(Tick.SHORTABLE_SHARES, shares)]


def _trade_count(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    return [tick_generic(Tick.TRADE_COUNT, float(found.trades_today))] if _trades(instrument) else []


def _trade_rate(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    return [tick_generic(Tick.TRADE_RATE, float(found.last_minute[0]))] if _trades(instrument) else []


def _volume_rate(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    return [tick_generic(Tick.VOLUME_RATE, found.last_minute[1])] if _trades(instrument) else []


def _trades(instrument: Instrument) -> bool:
    return instrument.sec_type not in ("CASH", "IND")


def _last_regular(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    return [] if found.last_regular is None else [tick_price(Tick.LAST_RTH_TRADE, found.last_regular)]


def _dividends(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    if instrument.sec_type != "STK":
        return []
    pays = found.dividends
    text = ",,," if pays is None else f"{pays.past:.2f},{pays.ahead:.2f},{pays.next_day},{pays.next_amount:.2f}"
    return [tick_string(Tick.IB_DIVIDENDS, text)]


def _futures_interest(found: Figures, instrument: Instrument, top: Top) -> list[Message]:
    if instrument.sec_type not in ("FUT", "CONTFUT"):
        return []
    return [tick_size(Tick.FUTURES_OPEN_INTEREST, found.future_interest)]


_MAKERS: dict[int, Callable[[Figures, Instrument, Top], list[Message]]] = {
    100: _option_volume,
    101: _open_interest,
    104: _volatility(Tick.OPTION_HISTORICAL_VOLATILITY, "historical_volatility"),
    105: _average_option_volume,
    106: _volatility(Tick.OPTION_IMPLIED_VOLATILITY, "implied_volatility"),
    162: _premium,
    165: _statistics,
    221: _mark,
    225: _auction,
    232: _mark,
    236: _shortable,
    293: _trade_count,
    294: _trade_rate,
    295: _volume_rate,
    318: _last_regular,
    411: _volatility(Tick.RT_HISTORICAL_VOLATILITY, "historical_volatility"),
    456: _dividends,
    588: _futures_interest,
}
