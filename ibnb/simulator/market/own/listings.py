"""Which instrument a file of own bars is of: a known one by its name, or a new US stock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ibnb.simulator.market.contracts.catalogue import Listing, listings
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.order_types import ORDER_TYPES, valid_exchanges
from ibnb.simulator.market.hashing import key_of
from ibnb.simulator.market.paths.paths import Path

_BASE, _RANGE = 800_000_000, 100_000_000


def listing_for(name: str, last: Callable[[], float]) -> Listing:
    """Return the listing of a file's name: ``AAPL``, ``EUR.USD``, ``AAPL EUR`` or a symbol that nobody knows.

    Parameters
    ----------
    name : str
        The file's name without its ending.
    last : callable
        Gives the last close, around which option strikes lie.
    """
    words = name.upper().split()
    symbol, currency = words[0], words[1] if len(words) > 1 else ""
    known = [
        listing
        for listing in listings().values()
        if symbol in (listing.instrument.symbol, listing.instrument.local_symbol)
        and currency in ("", listing.instrument.currency)
        and listing.instrument.sec_type not in _other_kinds(symbol)
    ]
    close = float(last())
    if known:
        # What derives from it, its options, stays where the file ends.
        path = replace(known[0].path, reference=close, drivers=(), growth=0.0)
        return replace(known[0], path=path)
    return _new(symbol, currency or "USD", close)


def _other_kinds(symbol: str) -> set[str]:
    """Return the security types that a file's name does not mean: pairs and coins are named with a dot."""
    return {"BOND"} if "." in symbol else {"CASH", "BOND", "CRYPTO"}


def _new(symbol: str, currency: str, close: float) -> Listing:
    """Return a new US stock."""
    con_id = _BASE + key_of(0, symbol, currency) % _RANGE
    exchanges = valid_exchanges("STK", "USD", "NASDAQ")
    instrument = Instrument(
        con_id=con_id,
        symbol=symbol,
        sec_type="STK",
        currency=currency,
        exchange="SMART",
        primary_exchange="NASDAQ",
        local_symbol=symbol,
        trading_class="NMS",
        market_name="NMS",
        long_name=f"{symbol} (OWN BARS)",
        kind="US",
        tick=(1, 100),
        order_types=ORDER_TYPES["STK"],
        valid_exchanges=exchanges,
        market_rule_ids=",".join(["26"] * (exchanges.count(",") + 1)),
        stock_type="COMMON",
        min_size=0.0001,
        size_increment=0.0001,
        suggested_size_increment=100.0,
    )
    path = Path(str(con_id), "US", close, (1, 100), 0.015, (), 1_000_000.0, 200.0)
    return Listing(instrument, path, options=False)
