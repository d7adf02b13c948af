"""The deterministic market of the simulated TWS: instruments, sessions, prices, bars and quotes.

Everything follows from (seed, symbol, time), so that two requests always agree; ``Market`` is the facade that the
account book and the server ask.
"""

from ibnb.simulator.market.bar_sizes import MarketError, TooLarge
from ibnb.simulator.market.clock import Clock
from ibnb.simulator.market.instruments import Instrument
from ibnb.simulator.market.market import Market
from ibnb.simulator.market.quotes import Quote
from ibnb.simulator.market.table import Bars

__all__ = ["Bars", "Clock", "Instrument", "Market", "MarketError", "Quote", "TooLarge"]
