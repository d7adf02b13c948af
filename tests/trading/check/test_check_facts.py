"""Facts: the account, the market and the clock as TWS tells them; what does not come is not known, and never fails."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.trading.check.facts import Facts, facts_for, worth_of
from ibnb.tws.client.backend import load
from ibnb.tws.resolve import resolve_live

Connect = Callable[..., ibnb.Session]
SPREAD = "+1 AAPL 2026-12-18 250 C -1 AAPL 2026-12-18 260 C"
ACCOUNT = "DU1234567"


def facts(tws: ibnb.Session, word: str | int, account: str = ACCOUNT, *, timeout: float = 4, **hours: str) -> Facts:
    async def look(ib: Any) -> Facts:
        details = await resolve_live(ib, word)
        for name, text in hours.items():
            setattr(details, name, text)
        return await facts_for(ib, details, account, timeout=timeout)

    return tws.run(look)


def test_a_share_of_the_base_currency(tws: ibnb.Session) -> None:
    found = facts(tws, "AAPL")

    values = tws.account_values().query("tag == 'NetLiquidation'")
    assert (found.net_liquidation, found.base_currency) == (float(values["value"].iloc[0]), "USD")
    assert found.position == tws.positions().query("symbol == 'AAPL' and sec_type == 'STK'")["position"].iloc[0]
    assert (found.rate, found.unit) == (1.0, 1.0)
    assert 0 < found.prices.bid < found.prices.ask
    assert found.prices.data_type == 1
    assert 0 <= found.at - found.prices.time < 60
    assert (found.is_open, found.in_regular_hours) == (True, True)


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("AAPL 2026-12-18 250 C", 100.0),
        ("ES DEC26", 50.0),
        ("EUR.USD", 1.0),
        ("BTC@PAXOS CRYPTO", 1.0),
        ("VOD@LSE GBP", 0.01),
        (900000074, 10.0),  # a bond of 1,000 face value, in per cent
        (SPREAD, 100.0),
        ("+1 AAPL -1 MSFT", 1.0),
    ],
)
def test_what_one_is_worth_at_a_price_of_1(tws: ibnb.Session, word: str | int, unit: float) -> None:
    found = facts(tws, word)

    assert found.unit == unit
    assert found.prices.bid < found.prices.ask


def test_legs_that_count_otherwise_leave_it_unknown(tws: ibnb.Session) -> None:
    found = facts(tws, "+100 AAPL -1 AAPL 2026-12-18 250 C")

    assert found.unit is None
    assert worth_of(found, 1, 100.0) is None
    with pytest.raises(ibnb.OrderStopped, match="what one of the combination is worth"):
        tws.limit("BUY", 1, "+100 AAPL -1 AAPL 2026-12-18 250 C", 1.0).submit()


@pytest.mark.parametrize(
    ("word", "pair"),
    [("SAP@IBIS EUR", "EUR.USD"), ("VOD@LSE GBP", "GBP.USD"), ("NESN@EBS CHF", "USD.CHF"), ("USD.JPY", "USD.JPY")],
)
def test_another_currency_has_the_accounts_rate_or_that_of_a_pair(tws: ibnb.Session, word: str, pair: str) -> None:
    found = facts(tws, word)

    quote = tws.quotes([pair]).iloc[0]
    middle = (quote["bid"] + quote["ask"]) / 2
    assert found.rate == pytest.approx(1 / middle if pair.startswith("USD") else middle, rel=1e-3)


@pytest.mark.second
def test_the_position_in_a_combination_is_how_many_its_legs_make(tws: ibnb.Session) -> None:
    held = {symbol: facts(tws, symbol).position for symbol in ("AAPL", "MSFT")}
    assert held["AAPL"] > held["MSFT"] > 0  # both are held: no spread of them is

    assert facts(tws, "+1 AAPL -1 MSFT").position == 0
    assert facts(tws, "+1 AAPL +1 MSFT").position == held["MSFT"]
    assert facts(tws, "+10 AAPL +1 MSFT").position == held["AAPL"] / 10
    assert facts(tws, "-1 AAPL -1 MSFT").position == -held["MSFT"]


def test_tws_has_a_clock_of_its_own_and_is_asked_once(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    async def together(ib: Any) -> list[Facts]:
        details = [await resolve_live(ib, word) for word in ("AAPL", "MSFT", "SPY", "NVDA")]
        return await asyncio.gather(*(facts_for(ib, each, ACCOUNT, timeout=4) for each in details))

    before = simulator.received().get("CURRENT_TIME", 0)
    found = tws.run(together)

    assert simulator.received()["CURRENT_TIME"] == before + 1
    assert {f"{each.now.astimezone(UTC):%Y-%m-%d}" for each in found} == {"2026-11-18"}
    later = facts(tws, "AAPL")
    assert later.now - found[0].now < timedelta(hours=1)
    assert simulator.received()["CURRENT_TIME"] == before + 1


@pytest.mark.parametrize(
    ("request_", "word", "unknown"),
    [
        ("ACCOUNT_UPDATES_MULTI", "AAPL", {"net_liquidation", "rate"}),
        ("MKT_DATA", "AMZN", {"prices"}),
        ("MKT_DATA", "NESN@EBS CHF", {"prices", "rate"}),  # no pair tells it, either
        ("POSITIONS", "XOM", {"position"}),
        ("CURRENT_TIME", "GOOG", set()),  # this machine's clock serves
    ],
)
def test_what_does_not_come_is_not_known(
    simulator: ibnb.Simulator, connect: Connect, request_: str, word: str, unknown: set[str]
) -> None:
    simulator.scenario("several-accounts")
    tws = connect(account=ACCOUNT)
    tws.run(lambda ib: resolve_live(ib, word))
    simulator.scenario("several-accounts", f"ignored:request={request_}")

    found = facts(tws, word, "DU7654321", timeout=0.4)

    told = {
        "net_liquidation": found.net_liquidation,
        "rate": found.rate,
        "position": found.position,
        "prices": None if found.prices.bid != found.prices.bid else found.prices,
    }
    assert {name for name, value in told.items() if value is None} == unknown
    assert (found.unit, found.now.tzinfo) == (1.0, UTC)


@pytest.mark.second
def test_each_account_has_its_own_figures_and_they_are_of_now(connect: Connect) -> None:
    with ibnb.simulate("several-accounts:count=2", clock="2026-11-18T11:00:00-05:00") as sim:
        tws = connect(port=sim.port, account=ACCOUNT)
        first, second = facts(tws, "AAPL"), facts(tws, "AAPL", "DU7654321")
        # A million in cash earns a cent in twelve seconds, which a busy machine may take to get here.
        assert (second.net_liquidation, second.position) == (pytest.approx(1_000_000.0, abs=1), 0.0)
        assert first.net_liquidation != second.net_liquidation
        assert first.position

        trade = tws.market("BUY", 1_000, "AAPL", account="DU7654321").submit()
        trade.wait("filled", timeout=20)
        assert until(lambda: facts(tws, "AAPL", "DU7654321").position == 1_000.0)  # told behind the fills

        known = facts(tws, "AAPL", "DU7654321")
        assert known.position == 1_000.0
        assert known.net_liquidation != second.net_liquidation
        assert facts(tws, "AAPL").position == first.position


def test_delayed_quotes_are_told_as_such(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("delayed-data")
    assert facts(tws, "JPM").prices.data_type == 3
    with pytest.raises(ibnb.OrderStopped, match="quote_age: the quote is delayed"):
        tws.market("BUY", 1, "JPM").submit()


@pytest.mark.second
def test_a_closed_market_is_known(connect: Connect) -> None:
    with ibnb.simulate(clock="2026-11-21T11:00:00-05:00") as sim:  # a Saturday
        tws = connect(port=sim.port)
        found = facts(tws, "AAPL")

        assert (found.is_open, found.in_regular_hours) == (False, False)
        with pytest.raises(ibnb.OrderStopped) as caught:
            tws.market("BUY", 1, "AAPL").submit()
        assert caught.value.guards == ("market_order_outside_hours",)
        assert facts(tws, "BTC@PAXOS CRYPTO").is_open is True


@pytest.mark.second
def test_before_the_market_opens_it_is_open_outside_of_regular_hours(connect: Connect) -> None:
    with ibnb.simulate(clock="2026-11-18T08:00:00-05:00") as sim:
        tws = connect(port=sim.port)
        found = facts(tws, "AAPL")
        assert (found.is_open, found.in_regular_hours) == (True, False)
        with pytest.raises(ibnb.OrderStopped, match="the market is closed"):
            tws.market("BUY", 1, "AAPL").submit()
        # of shares TWS holds what has no limit until then, outside_rth or not
        preview = tws.market("BUY", 1, "AAPL", outside_rth=True).preview()
        assert preview["stopped_by"].tolist() == ["market_order_outside_hours"]


def test_hours_of_days_ago_are_asked_for_anew(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    found = facts(tws, "AMZN", tradingHours="20261012:0400-20261012:2000", liquidHours="20261012:0930-20261012:1600")
    assert (found.is_open, found.in_regular_hours) == (True, True)

    simulator.scenario("ignored:request=CONTRACT_DETAILS")
    found = facts(tws, "AMZN", timeout=0.3, tradingHours="20261012:0400-20261012:2000", liquidHours="")
    assert (found.is_open, found.in_regular_hours) == (None, None)


def test_a_lost_connection_is_said(simulator: ibnb.Simulator) -> None:
    async def look() -> None:
        ib: Any = load().new_ib()
        await ib.connectAsync("127.0.0.1", simulator.port, clientId=62)
        details = await resolve_live(ib, "AAPL")
        ib.disconnect()
        await facts_for(ib, details, ACCOUNT)

    with pytest.raises(ibnb.NotConnected):
        asyncio.run(look())


@pytest.mark.parametrize("turns", range(4))
def test_who_gives_up_at_once_leaves_no_question_that_is_never_asked(tws: ibnb.Session, turns: int) -> None:
    async def give_up(ib: Any) -> None:
        details = await resolve_live(ib, "AAPL")
        looking = asyncio.ensure_future(facts_for(ib, details, ACCOUNT))
        for _ in range(turns):
            await asyncio.sleep(0)
        looking.cancel()
        await asyncio.wait({looking})

    tws.run(give_up)
    gc.collect()  # a coroutine that nobody awaited warns when it is collected, and warnings are errors


def test_what_is_being_closed_already_and_what_a_changed_order_has_filled_count(tws: ibnb.Session) -> None:
    held = facts(tws, "SPY").position
    limits = ibnb.options.limits
    limits.quantity_per_order = 10
    first = tws.limit("SELL", held - 50, "SPY", 2_000.0).submit()  # ends a position: no guard of quantity

    with pytest.raises(ibnb.OrderStopped, match="51 is more than the 10"):
        tws.limit("SELL", 51, "SPY", 2_000.0).submit()
    rest = tws.limit("SELL", 50, "SPY", 2_000.0).submit()
    assert first.modify(price=2_001.0).state == "working"  # does not count beside itself
    rest.cancel()
    first.cancel()


def test_what_protects_a_position_is_judged_when_it_is_changed(tws: ibnb.Session) -> None:
    _, profit, _ = tws.bracket("BUY", 3, "AAPL", 100.0, take_profit=400.0, stop_loss=50.0).submit()

    with pytest.raises(ibnb.BadInput, match="at most the 3 of its parent"):
        profit.modify(quantity=300)
    profit.modify(price=410.0)
    profit.modify(quantity=4, force="one of before as well")
    profit.cancel()
