"""Market rules: asked for once, at the exchange that is meant; where none comes the smallest step serves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import ibnb
from ibnb.trading.check.market_rules import rules_for
from ibnb.trading.check.rules import Rules
from ibnb.tws.resolve import resolve

Connect = Callable[..., ibnb.Session]
OPTION = "AAPL 2026-12-18 250 C"
PENNIES = ((Decimal(0), Decimal("0.01")),)


def rules(tws: ibnb.Session, word: str, exchange: str = "", *, timeout: float = 10) -> Rules:
    async def look(ib: Any) -> Rules:
        details = await resolve(ib, word)
        return await rules_for(ib, details, exchange or details.contract.exchange, timeout=timeout)

    return tws.run(look)


def asked(simulator: ibnb.Simulator) -> int:
    return simulator.received().get("MARKET_RULE", 0)


def test_the_rule_is_that_of_the_exchange(tws: ibnb.Session) -> None:
    assert rules(tws, OPTION, "SMART").bands == PENNIES
    assert rules(tws, OPTION, "AMEX").bands == ((Decimal(0), Decimal("0.01")), (Decimal(3), Decimal("0.05")))
    assert rules(tws, OPTION, "CBOE").bands == PENNIES  # no rule is told of it: the contract's smallest step


def test_pence_are_shown_as_pence(tws: ibnb.Session) -> None:
    found = rules(tws, "VOD@LSE GBP")

    assert (found.bands, found.unit) == (PENNIES, "GBp")
    with pytest.raises(ibnb.BadInput, match=r"a multiple of 0.01 GBp.*nearest: 75.12 or 75.13"):
        tws.limit("BUY", 1, "VOD@LSE GBP", 75.123)


def test_a_rule_is_asked_for_once(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    before = asked(simulator)

    async def together(ib: Any) -> None:
        details = [await resolve(ib, word) for word in ("AAPL", "MSFT", "SPY")]
        await asyncio.gather(*(rules_for(ib, each, "SMART") for each in details))

    tws.run(together)
    rules(tws, "AAPL")
    assert asked(simulator) == before + 1  # all three go by one


def test_what_does_not_come_is_not_waited_for_again(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    tws.run(lambda ib: resolve(ib, "EUR.USD"))
    simulator.scenario("ignored:request=MARKET_RULE")
    before = asked(simulator)

    assert rules(tws, "EUR.USD", timeout=0.1).bands == ((Decimal(0), Decimal("0.00005")),)
    assert rules(tws, "EUR.USD").bands == ((Decimal(0), Decimal("0.00005")),)
    assert asked(simulator) == before + 1


@pytest.mark.second
def test_an_old_server_has_no_rules(connect: Connect) -> None:
    with ibnb.simulate(clock="2026-11-18T11:00:00-05:00", server_version=157) as sim:
        tws = connect(port=sim.port)
        found = rules(tws, "AAPL")
        assert (found.bands, found.min_size, found.size_increment) == (PENNIES, None, None)
        with pytest.raises(ibnb.BadInput, match="TWS's API takes no fractions"):
            tws.limit("BUY", 1.5, "AAPL", 100.0)


def test_a_combination_has_no_steps_that_anybody_tells(tws: ibnb.Session) -> None:
    found = rules(tws, f"+1 {OPTION} -1 AAPL 2026-12-18 260 C")

    assert (found.bands, found.any_price) == ((), True)
    assert tws.limit("BUY", 1, f"+1 {OPTION} -1 AAPL 2026-12-18 260 C", -0.5).preview()["warning"].tolist() == [""]


def test_a_lost_connection_is_said(tws: ibnb.Session) -> None:
    details = tws.run(lambda ib: resolve(ib, "NESN@EBS CHF"))
    tws.close()

    with pytest.raises(ibnb.NotConnected):
        asyncio.run(rules_for(tws.ib, details, "EBS"))
