"""Asking for a contract's steps of prices: the market rule at the exchange that an order is for."""

from __future__ import annotations

from ibnb.errors import IBNBError, NotConnected
from ibnb.trading.check.rules import Rules, rules_of
from ibnb.tws.ask.calls.call import Ask, check_connected, send_and_wait, turn_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import ContractDetails

Bands = tuple[tuple[float, float], ...]

#: By number. An exchange may change them, at night as a rule; a session of days asks again after a loss.
_RULES: Slot[dict[int, Bands]] = Slot("market rules", "connection", lambda _: {})
#: Seconds for a rule; where none comes, the contract's smallest step serves.
_PATIENCE = 3.0
#: The server version from which on rules can be asked for.
_FROM = 126


async def rules_for(ib: IB, details: ContractDetails, exchange: str, *, timeout: float = 10) -> Rules:
    """Return the rules of a contract at an exchange (reqMarketRule).

    Parameters
    ----------
    ib : IB
        A connected client.
    details : ContractDetails
        Of the contract.
    exchange : str
        Where the order is to go.
    timeout : float
        Seconds. Where no rule comes, the contract's smallest step goes for all prices: it refuses less.

    Raises
    ------
    NotConnected
        If there is no connection to ask by.
    """
    number = rule_at(details, exchange)
    known = state_of(ib)[_RULES]
    if number is not None and number not in known:
        check_connected(ib)
        async with turn_of(ib, f"market rule {number}"):  # several orders at a time ask once
            if number not in known and int(ib.client.serverVersion()) >= _FROM:
                known[number] = await _market_rule(ib, number, min(timeout, _PATIENCE))
    return rules_of(details, known.get(number, ()) if number is not None else ())


def rule_at(details: ContractDetails, exchange: str) -> int | None:
    """Return the number of a contract's market rule at an exchange, None where that is not told.

    TWS lists exchanges and rules side by side. Of an exchange that it does not list, as those that go by two names, the
    steps are not known.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> details = SimpleNamespace(validExchanges="SMART,AMEX", marketRuleIds="26,557")
    >>> rule_at(details, "AMEX"), rule_at(details, "ISLAND")
    (557, None)
    """
    places = str(details.validExchanges or "").split(",")
    numbers = str(details.marketRuleIds or "").split(",")
    text = dict(zip(places, numbers, strict=False)).get(exchange, "").strip()
    return int(text) if text.isdecimal() else None


async def _market_rule(ib: IB, number: int, timeout: float) -> Bands:
    """Return a rule; nothing where TWS has none, which is as good as known: the next order is not to wait for it."""

    def send() -> None:
        ib.client.reqMarketRule(number)

    try:
        found = await send_and_wait(ib, Ask(f"reqMarketRule({number})", send, timeout, key=f"marketRule-{number}"))
    except NotConnected:
        raise
    except IBNBError:
        return ()
    return tuple((float(each.lowEdge), float(each.increment)) for each in found or ())
