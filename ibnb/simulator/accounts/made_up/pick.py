"""Finding the demo script's contracts in the market.

A share, a fund and a currency pair are found by their symbol, an option and a future by their dates as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ibnb.errors import SimulatorError
from ibnb.simulator.accounts.days import ACCOUNT_ZONE
from ibnb.simulator.accounts.made_up.script import Contract
from ibnb.simulator.accounts.money import exact

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market

_DAYS_A_MONTH = 30


def pick(market: Market, contract: Contract, moment: float) -> Instrument:
    """Return the one instrument that a line of the script means.

    Parameters
    ----------
    market : Market
        Where to look.
    contract : Contract
        The fields, and how to choose an expiry and a strike.
    moment : float
        When it is traded; an option's strike is chosen by the price of that moment. A future is chosen by the
        present, so that what was bought is still the front contract.

    Raises
    ------
    SimulatorError
        When there is none.
    """
    query: dict[str, Any] = {
        "symbol": contract.symbol,
        "sec_type": contract.sec_type,
        "exchange": contract.exchange,
        "currency": contract.currency,
        "right": contract.right,
    }
    found = market.instruments.match({name: word for name, word in query.items() if word})
    if contract.sec_type == "OPT":
        found = _nearest_strike(market, contract, found, moment)
    elif contract.sec_type == "FUT":
        found = _first_expiry(found, market.clock.now(), contract.front_days)
    if not found:
        raise SimulatorError(f"The simulated market has no {contract.symbol} {contract.sec_type} for the demo account.")
    return found[0]


def _first_expiry(found: list[Instrument], moment: float, days: int) -> list[Instrument]:
    earliest = datetime.fromtimestamp(moment, ACCOUNT_ZONE) + timedelta(days=days)
    living = [each for each in found if each.expiry[:8] >= f"{earliest:%Y%m%d}"]
    first = min((each.expiry for each in living), default="")
    return [each for each in living if each.expiry == first]


def _nearest_strike(market: Market, contract: Contract, found: list[Instrument], moment: float) -> list[Instrument]:
    # By the present: an option bought a month ago must still have most of its life before it.
    chain = _first_expiry(found, market.clock.now(), contract.months * _DAYS_A_MONTH)
    under = pick(market, Contract(contract.symbol), moment)
    wanted = exact(market.price(under, moment)) * exact(contract.moneyness)

    def distance(option: Instrument) -> Decimal:
        return abs(exact(option.strike) - wanted)

    return sorted(chain, key=distance)
