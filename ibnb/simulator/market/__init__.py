"""The deterministic market of the simulated TWS: instruments, sessions, prices, bars and quotes.

Everything follows from (seed, symbol, time), so that two requests always agree; ``Market`` is the facade that the
account book and the server ask.
"""

from ibnb.simulator.market.bar_sizes import MarketError, TooLarge
from ibnb.simulator.market.bars.table import Bars
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.hours.clock import Clock
from ibnb.simulator.market.market import Market
from ibnb.simulator.market.ticks.quotes import Quote

__all__ = ["Bars", "Clock", "Instrument", "Market", "MarketError", "Quote", "TooLarge"]
