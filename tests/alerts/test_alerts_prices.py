"""Alerts on prices over a real socket: told once, again where that is wanted, and after a loss too."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from alerts.conftest import Say
from simulator.running import Running
from waiting import until

import ibnb
from ibnb.alerts import book
from ibnb.alerts.handle import Alert
from ibnb.errors import BadInput, IBNBError, RequestError, RequestTimeout

SOON = 15.0


def texts(alert: Alert) -> list[str]:
    return [told.text for told in alert.told]


def kinds(session: ibnb.Session) -> list[str]:
    return session.events["event"].tolist()


def settled(session: ibnb.Session, say: Say, symbol: str, **prices: float) -> None:
    """Send prices, and return once the session has read them."""
    with session.watch(symbol) as board:
        say(symbol, **prices)
        assert until(lambda: all(board.frame[name].iloc[0] == price for name, price in prices.items()))


def test_a_level_is_told_once_to_everybody(session: ibnb.Session, say: Say) -> None:
    heard: list[tuple[Any, str, int]] = []
    say_above = 500.0
    alert = session.alert(
        "AAPL", above=say_above, callback=lambda one, told: heard.append((one, told.text, told.con_id))
    )
    assert (alert.state, alert.told, alert.title) == ("armed", [], "AAPL at or above 500")
    assert session.lines.used == 1

    say("AAPL", last=499.99)
    say("AAPL", last=500.0)
    told = alert.wait(SOON)
    settled(session, say, "AAPL", last=510.0)

    assert told.text == "AAPL is at or above 500: 500." and (told.name, told.value) == ("AAPL", 500.0)
    assert alert.state == "told" and alert.told == [told] and heard == [(alert, told.text, 265598)]
    assert kinds(session).count("alert") == 1 and session.events["text"].iloc[-1] == told.text
    assert session.lines.used == 0, "what was told needs no line any more"
    with pytest.raises(IBNBError, match="it has told all, last: AAPL is at or above 500"):
        alert.wait(SOON)


def test_what_is_so_already_is_told_at_once_and_said(session: ibnb.Session, say: Say) -> None:
    alert = session.alert("MSFT", below=100_000)

    assert alert.state == "told"
    assert texts(alert)[0].endswith("(it was so already when the alert was set).")


def test_a_crossing_wants_to_be_seen_from_the_other_side(session: ibnb.Session, say: Say) -> None:
    alert = session.alert("MSFT", above=100, crossing=True)
    assert alert.state == "armed" and not alert.told, "above already"

    settled(session, say, "MSFT", last=99.0)
    say("MSFT", last=100.5)

    assert alert.wait(SOON).value == 100.5 and alert.state == "told"


def test_again_tells_each_time_that_it_has_come_back_by_so_much(session: ibnb.Session, say: Say) -> None:
    alert = session.alert("SPY", above=2_000, again=5)
    for price in (2_000, 1_999, 2_001, 1_996, 2_000, 1_995, 2_002, 1_994):
        settled(session, say, "SPY", last=float(price))

    assert [told.value for told in alert.told] == [2_000, 2_002]
    assert alert.state == "armed" and session.lines.used == 1, "after 1994"
    alert.cancel()
    assert (alert.state, alert.reason, session.lines.used) == ("ended", "cancelled", 0)
    assert [alert.wait(SOON).value for _ in range(2)] == [2_000, 2_002], "none is missed"
    with pytest.raises(IBNBError, match="cancelled"):
        alert.wait(SOON)


def test_several_contracts_are_told_each_and_give_their_lines_back(session: ibnb.Session, say: Say) -> None:
    alert = session.alert(["AAPL", "SPY", "aapl"], above=3_000, below=1)
    assert session.lines.used == 2 and alert.title == "AAPL, SPY at or above 3,000 or at or below 1"

    say("SPY", last=3_000.0)
    assert alert.wait(SOON).name == "SPY"

    assert alert.state == "armed" and session.lines.used == 2, "SPY may still fall to 1"
    assert session.alerts["state"].tolist() == ["armed", "armed", "told", "armed"]
    say("SPY", last=0.5)
    alert.wait(SOON)
    assert until(lambda: session.lines.used == 1)
    alert.cancel()


def test_a_line_is_shared_with_a_board_and_outlives_it(session: ibnb.Session, say: Say) -> None:
    with session.watch("AAPL"):
        alert = session.alert("AAPL", above=4_000)
        assert session.lines.used == 1 and say("AAPL", last=200.0) == 1
    assert session.lines.used == 1
    say("AAPL", last=4_000.0)
    assert alert.wait(SOON)
    assert session.lines.used == 0


def test_a_pair_without_trades_has_its_midpoint_and_the_change_is_in_percent(session: ibnb.Session, say: Say) -> None:
    pair = session.alert("EUR.USD", above=5)
    change = session.alert("AAPL", change=(-3, 3))
    assert pair.state == change.state == "armed"
    close = session.quotes("AAPL")["close"].iloc[0]

    say("EUR", bid=5.0, ask=5.2)
    say("AAPL", last=round(close * 0.9, 2))

    assert pair.wait(SOON).text == "EUR.USD is at or above 5: 5.1 (midpoint, as it has no last price)."
    assert change.wait(SOON).text.startswith("AAPL is down 3 % or more: ")
    assert change.told[0].text.endswith("-10.00 % on the day.") and change.told[0].value == pytest.approx(-10, abs=0.01)


def test_bid_and_ask_are_told_by_themselves_and_a_halt_is_said(session: ibnb.Session, say: Say) -> None:
    alert = session.alert("AAPL", what="bid", above=600)
    say("AAPL", halted=1.0)
    say("AAPL", last=700.0, ask=701.0)
    settled(session, say, "AAPL", bid=600.0)

    assert texts(alert) == ["AAPL bid is at or above 600: 600 (halted)."]


@pytest.mark.second
def test_delayed_prices_say_so(still: Running, say: Say) -> None:
    from ibnb.simulator.market.subscriptions import Subscriptions

    still.inspect(lambda: setattr(still.server, "subscriptions", Subscriptions(without={"AAPL"})))
    try:
        with ibnb.connect(port=still.port, timeout=20) as session:
            alert = session.alert("AAPL", above=1)
            assert "(delayed; it was so already" in texts(alert)[0]
    finally:
        still.inspect(lambda: setattr(still.server, "subscriptions", Subscriptions()))


@pytest.mark.second
def test_it_goes_on_after_a_loss_and_tells_nothing_twice(still: Running, session: ibnb.Session, say: Say) -> None:
    told = session.alert("AAPL", above=1)
    waits = session.alert("SPY", above=5_000)
    again = session.alert("AAPL", above=1, again=1_000)
    assert [each.state for each in (told, waits, again)] == ["told", "armed", "told"]

    still.event("cut")
    assert until(lambda: "lost" in kinds(session))
    assert until(lambda: "connected-again" in kinds(session) and session.alerts["reason"].tolist() == ["", "", ""])
    with session.watch(["AAPL", "SPY"]) as board:
        say("SPY", last=5_001.0)
        assert waits.wait(SOON).value == 5_001
        say("AAPL", last=77.0)
        assert until(lambda: board.frame.at["AAPL", "last"] == 77)

    assert [len(each.told) for each in (told, waits, again)] == [1, 1, 1]
    assert kinds(session).count("alert") == 3


@pytest.mark.second
def test_while_tws_is_lost_it_waits_and_says_why(still: Running, session: ibnb.Session, say: Say) -> None:
    alert, told = session.alert("AAPL", above=9_000), session.alert("AAPL", above=1)
    still.event("uplink-lost")
    assert until(lambda: alert.state == "waiting")
    assert "Interactive Brokers" in alert.reason and alert.reason in repr(alert)
    assert (told.state, told.reason, session.alerts["reason"].tolist()) == ("told", "", [alert.reason, ""])
    with pytest.raises(RequestTimeout, match="Interactive Brokers"):
        alert.wait(0.1)
    still.event("uplink-restored")
    say("AAPL", last=200.0)
    assert until(lambda: alert.state == "armed" and not alert.reason)


def test_what_raises_in_a_callback_is_logged_and_the_next_is_told(
    session: ibnb.Session, say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_alert: Alert, _told: object) -> None:
        raise ValueError("mine")

    with caplog.at_level(logging.ERROR, "ibnb.alerts"):
        alert = session.alert(["AAPL", "SPY"], above=1, callback=broken)

    assert len(alert.told) == 2 and alert.state == "told"
    assert [record.getMessage() for record in caplog.records] == ["the callback of an alert failed"] * 2


def test_an_alert_may_be_cancelled_in_its_own_callback(session: ibnb.Session) -> None:
    alert = session.alert(["AAPL", "SPY"], above=1, callback=lambda one, _told: one.cancel())

    assert len(alert.told) == 1 and alert.state == "ended" and session.lines.used == 0


def test_what_cannot_be_heard_is_refused_and_takes_no_line(session: ibnb.Session) -> None:
    with pytest.raises(RequestError, match="NOPE"):
        session.alert(["AAPL", "NOPE"], above=200)
    with pytest.raises(BadInput, match="above 0"):
        session.alert("AAPL", below=0)
    session.lines.limit = 1
    with pytest.raises(RequestError, match="all 1 market data lines are taken"):
        session.alert(["AAPL", "SPY"], above=9_000)
    assert session.lines.used == 0 and session.alerts.empty


def test_they_are_bounded_listed_and_cancelled_by_number(
    session: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MOST", 2)
    monkeypatch.setattr(book, "REMEMBERED", 1)
    first, second = (session.alert("AAPL", above=9_000 + number) for number in range(2))
    with pytest.raises(IBNBError, match="2 alerts are set"):
        session.alert("AAPL", above=1)
    with pytest.raises(BadInput, match="1, 2"):
        session.cancel_alerts(7)

    session.cancel_alerts(first.number)
    assert session.alerts["state"].tolist() == ["ended", "armed"]
    session.cancel_alerts()
    assert (second.state, session.lines.used) == ("ended", 0)
    session.alert("AAPL", above=9_000)
    assert session.alerts["alert"].tolist() == [2, 3], "of those that are over the latest is remembered"


def test_a_cell_that_is_run_again_sets_no_second_one(session: ibnb.Session, say: Say) -> None:
    first, other, second = (session.alert(name, above=8_000) for name in ("AAPL", "SPY", " aapl"))
    higher = session.alert("AAPL", above=8_001)
    assert (first.state, first.reason) == ("ended", f"set anew as alert {second.number}")
    assert session.lines.used == 2

    say("AAPL", last=8_000.0)
    assert second.wait(SOON) and until(lambda: kinds(session).count("alert") == 1)
    assert [each.state for each in (other, second, higher)] == ["armed", "told", "armed"]


def test_a_session_that_is_closed_ends_them(still: Running) -> None:
    with ibnb.connect(port=still.port, timeout=20) as session:
        alert = session.alert("AAPL", above=9_000)

    assert (alert.state, alert.reason) == ("ended", "the session was closed")
    assert session.alerts["state"].tolist() == ["ended"]
    alert.cancel()
    assert "ended: the session was closed" in repr(alert) and "ended" in alert._repr_html_()
