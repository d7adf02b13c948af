"""Where orders go and who fills them: smart routing for shares and options, the contract's exchange for all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

SMART = "SMART"
# Where US shares and options are filled, in turn.
_VENUES = {"STK": ("ISLAND", "ARCA", "IEX", "NYSE"), "OPT": ("CBOE", "PHLX", "BOX")}


def route(instrument: Instrument) -> str:
    """Return the exchange that an order for the contract is sent to."""
    return SMART if instrument.sec_type in ("STK", "OPT") else instrument.exchange


def venue(instrument: Instrument, count: int, exchange: str = SMART) -> str:
    """Return the exchange that fills an order.

    Parameters
    ----------
    instrument : Instrument
        The contract.
    count : int
        How many fills the account has had: venues take turns.
    exchange : str
        Where the order was sent; any but SMART fills it itself.
    """
    if exchange not in (SMART, ""):
        return exchange
    if instrument.currency != "USD" and instrument.sec_type == "STK":
        return instrument.primary_exchange or instrument.exchange
    venues = _VENUES.get(instrument.sec_type)
    return venues[count % len(venues)] if venues else route(instrument)
