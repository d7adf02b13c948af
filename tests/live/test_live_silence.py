"""Connected, and no tick comes; not found, and only for the night: what boards and streams say and do then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from simulator.running import Running
from waiting import until

import ibnb
from ibnb.live.streams.hours import is_closed
from ibnb.tws.resolve import known_details

SOON = 25.0
SILENT = "nothing has come since"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again after moments rather than minutes."""
    monkeypatch.setattr("ibnb.live.streams.stream.SILENCE", (1.0, 1.0, 30.0))
    monkeypatch.setattr("ibnb.live.streams.stream.MAINTENANCE", (0.3,))
    monkeypatch.setattr("ibnb.live.board.look_ups.MAINTENANCE", (0.3,))


@pytest.fixture
def lasting(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    """Give a session of the test's own, and put the simulator right afterwards."""
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        yield session
    simulator.scenario("healthy")


def reset(simulator: ibnb.Simulator, board: Any) -> None:
    simulator.event("uplink-lost")
    assert until(lambda: board.state == "stale")
    simulator.event("uplink-restored")


@pytest.mark.second
@pytest.mark.usefixtures("quick")
def test_streams_that_stay_silent_after_a_reset_are_not_live_and_subscribed_anew(
    simulator: ibnb.Simulator, lasting: ibnb.Session
) -> None:
    simulator.scenario("habit-streams-silent-after-reset")
    seen: list[tuple[str, str, int]] = []
    with lasting.watch(["AAPL", "EUR.USD"]) as board, lasting.depth("EUR.USD") as book:
        before = simulator.received()["MKT_DATA"]
        board.on_update(
            lambda same, _names: seen.append((same.state, same.reason, simulator.received()["MKT_DATA"])), every=0
        )
        reset(simulator, board)
        assert until(lambda: board.state == "live" and book.state == "live", SOON)
        board.wait(5, timeout=SOON)
        asked = simulator.received()["MKT_DATA"] - before
        frame = board.frame

    assert asked == 2
    assert any(state == "stale" and SILENT in reason for state, reason, _ in seen)
    since = next(place for place, each in enumerate(seen) if SILENT in each[1])
    assert all(state != "live" or count > before for state, _, count in seen[since:]), "live before a tick came"
    assert not frame["stale"].any()
    assert until(lambda: any("after a silence" in text for text in lasting.events["text"]))
    events = lasting.events
    told = events[events["text"].str.contains("it is subscribed again")]
    assert told["event"].tolist() == ["not-subscribed-again"], "one event for both"
    assert "AAPL" in told["text"].iloc[0] and "EUR.USD" in told["text"].iloc[0]


@pytest.mark.second
@pytest.mark.usefixtures("quick")
def test_streams_that_go_on_after_a_reset_are_live_with_the_first_tick(
    simulator: ibnb.Simulator, lasting: ibnb.Session
) -> None:
    with lasting.watch("AAPL") as board:
        before = simulator.received()["MKT_DATA"]
        ticks = board.frame["ticks"].iloc[0]
        reset(simulator, board)
        assert until(lambda: board.state == "live", SOON)
        assert board.frame["ticks"].iloc[0] > ticks
        board.wait(5, timeout=SOON)

        assert simulator.received()["MKT_DATA"] == before


def set_hours(session: ibnb.Session, text: str) -> None:
    def write(ib: Any) -> None:
        for details in known_details(ib):
            details.tradingHours, details.timeZoneId = text, "UTC"

    session.run(write)


def days_around(hours: str) -> str:
    """Return hours of yesterday, today and tomorrow, as TWS writes them."""
    days = [datetime.now(UTC) + timedelta(days=shift) for shift in (-1, 0, 1, 2)]
    written = []
    for day, following in pairwise(days):
        text = hours.format(day=f"{day:%Y%m%d}", following=f"{following:%Y%m%d}")
        written.append(f"{day:%Y%m%d}:{text}")
    return ";".join(written)


@pytest.mark.second
@pytest.mark.usefixtures("quick")
def test_silence_of_a_closed_market_is_said_and_nothing_is_asked_for_until_it_opens(
    simulator: ibnb.Simulator, lasting: ibnb.Session
) -> None:
    simulator.scenario("habit-streams-silent-after-reset")
    with lasting.watch("AAPL") as board:
        before = simulator.received()["MKT_DATA"]
        set_hours(lasting, days_around("CLOSED"))
        reset(simulator, board)
        assert until(lambda: board.state == "live")
        assert "closed" in board.frame.at["AAPL", "reason"]
        assert "1 in a closed market" in board.words()
        assert simulator.received()["MKT_DATA"] == before

        set_hours(lasting, days_around("0000-{following}:0000"))
        assert until(lambda: simulator.received()["MKT_DATA"] == before + 1)
        assert until(lambda: not board.frame.at["AAPL", "reason"])
        assert board.state == "live"


@pytest.mark.second
def test_a_wait_for_what_a_closed_market_does_not_send_says_so(lasting: ibnb.Session) -> None:
    ticks = lasting.tick_by_tick("EUR.USD", what="BidAsk")
    with lasting.watch(["EUR.USD"]) as board:
        set_hours(lasting, days_around("CLOSED"))
        for stream in (ticks, board):
            with pytest.raises(ibnb.RequestTimeout, match="the market is closed: nothing is due before it opens"):
                stream.wait(1_000_000, timeout=0.2)
        set_hours(lasting, days_around("0000-{following}:0000"))
        with pytest.raises(ibnb.RequestTimeout, match=r"nothing happened|TWS has not answered yet"):
            ticks.wait(1_000_000, timeout=0.2)


@pytest.mark.second
def test_nobody_waits_for_what_is_not_due_before_the_wait_would_end(closed: Running) -> None:
    with ibnb.connect(port=closed.port) as tws, tws.tick_by_tick("EUR.USD", what="BidAsk") as ticks:
        set_hours(tws, days_around("CLOSED"))
        with pytest.raises(ibnb.RequestTimeout, match="the market is closed: nothing is due") as not_due:
            ticks.wait(timeout=30)
        set_hours(tws, days_around("0000-{following}:0000"))
        with pytest.raises(ibnb.RequestTimeout) as silent:
            ticks.wait(timeout=1.5)

    assert (not_due.value.seconds, silent.value.seconds) == (1.0, 1.5)


@pytest.mark.parametrize(
    ("hours", "moment", "closed"),
    [
        ("20261118:0400-20261118:2000;20261119:0400-20261119:2000", "2026-11-18T16:00:00+00:00", False),
        ("20261118:0400-20261118:2000;20261119:0400-20261119:2000", "2026-11-19T02:00:00+00:00", True),
        ("20261121:CLOSED;20261122:CLOSED", "2026-11-21T16:00:00+00:00", True),
        ("20261118:0400-20261118:2000", "2026-12-24T16:00:00+00:00", False),  # of that day nothing is told
        ("20261117:1700-20261118:1600;20261118:1700-20261119:1600", "2026-11-18T20:00:00+00:00", False),
        ("20261118:0400-2000", "2026-11-18T16:00:00+00:00", False),  # as older servers write it
        ("", "2026-11-18T16:00:00+00:00", False),
    ],
)
def test_only_what_is_certainly_closed_counts_as_closed(hours: str, moment: str, closed: bool) -> None:
    details = SimpleNamespace(tradingHours=hours, timeZoneId="US/Eastern")

    assert is_closed(details, datetime.fromisoformat(moment)) is closed
    assert not is_closed(SimpleNamespace(tradingHours=hours, timeZoneId="Nowhere/At all"), datetime.now(UTC))


def test_a_market_that_opens_meanwhile_is_not_closed_for_so_long() -> None:
    details = SimpleNamespace(tradingHours="20261121:CLOSED;20261122:1715-20261123:1700", timeZoneId="US/Eastern")
    before = datetime.fromisoformat("2026-11-22T17:14:30-05:00")

    assert is_closed(details, before)
    assert is_closed(details, before, 20)
    assert not is_closed(details, before, 45)
    assert not is_closed(details, before, 86_400)  # it opens, and what follows is not told


@pytest.mark.second
@pytest.mark.usefixtures("quick")
def test_a_contract_that_is_not_found_in_maintenance_is_looked_up_again(
    simulator: ibnb.Simulator, lasting: ibnb.Session
) -> None:
    simulator.scenario("contract-unknown")
    with lasting.watch(["AAPL", "EUR.USD"]) as board:
        refused = board.frame
        assert refused["stale"].all()
        assert refused["reason"].str.contains("maintenance").all()
        simulator.scenario("contract-unknown:symbol=AAPL")
        assert until(lambda: board.frame["stale"].tolist() == [True, False], SOON)
        simulator.scenario("healthy")
        assert until(lambda: not board.frame["stale"].any(), SOON)
        frame = board.wait(3, timeout=SOON)

    assert frame.index.tolist() == ["AAPL", "EUR.USD"]
    assert frame["con_id"].tolist() == [265598, 12087792]
    assert (frame["bid"] > 0).all()
    assert frame["reason"].tolist() == ["", ""]


@pytest.mark.second
@pytest.mark.usefixtures("quick")
def test_a_line_that_is_refused_in_maintenance_comes_back(simulator: ibnb.Simulator, lasting: ibnb.Session) -> None:
    with lasting.watch("AAPL") as board:
        simulator.scenario("contract-unknown")
        simulator.event("uplink-lost", lost="true")
        simulator.event("uplink-restored", lost="true")
        assert until(lambda: "maintenance" in board.frame.at["AAPL", "reason"])
        assert board.state == "stale"
        simulator.scenario("healthy")
        assert until(lambda: board.state == "live", SOON)
        board.wait(2, timeout=SOON)


def test_what_is_never_found_stays_with_its_reason(
    simulator: ibnb.Simulator, lasting: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ibnb.live.board.look_ups.MAINTENANCE", (0.05, 0.05, 600.0))
    before = simulator.received().get("CONTRACT_DETAILS", 0)
    with lasting.watch(["AAPL", "NOPE"]) as board:
        assert until(lambda: simulator.received()["CONTRACT_DETAILS"] - before >= 4), "asked twice more"
        assert board.state == "live"
        assert "200" in board.frame.at["NOPE", "reason"]
