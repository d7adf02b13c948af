"""The feed of profit and loss: asked once, paced, again after a loss, and nothing that TWS never says is waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

import ibnb
from ibnb.live.profit.feed import profit_of
from ibnb.live.profit.values import read
from ibnb.simulator.process import Simulator
from ibnb.tables.account.profit import Key

ACCOUNT = "DU1234567"
AAPL, MSFT = Key(ACCOUNT, 265598), Key(ACCOUNT, 272093)


@pytest.fixture(scope="module")
def many() -> Iterator[Simulator]:
    """Give a TWS whose account holds 64 positions."""
    with ibnb.simulate("holdings:count=64") as running:
        yield running


@pytest.fixture
def tws(many: Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=many.port) as session:
        yield session
    many.scenario("holdings:count=64")


def test_what_is_asked_once_is_read_at_once(many: Simulator, tws: ibnb.Session) -> None:
    first = tws.pnl()
    asked = many.received().get("PNL", 0)
    again = tws.pnl()

    assert many.received()["PNL"] == asked == 1
    assert first["account"].tolist() == again["account"].tolist() == [ACCOUNT]
    assert first[["daily_pnl", "unrealized_pnl", "realized_pnl"]].notna().all().all()
    assert first.attrs["complete"] and first.attrs["live"] == "live"


@pytest.mark.second
def test_it_goes_on_by_itself(tws: ibnb.Session) -> None:
    first = tws.pnl()["time"][0]

    assert until(lambda: tws.pnl()["time"][0] != first), "TWS tells it every second"


@pytest.mark.second
def test_many_positions_stay_under_the_limit_of_messages(many: Simulator, tws: ibnb.Session) -> None:
    """The simulated TWS refuses the 51st message of a second, as a real one does."""
    held = tws.portfolio()

    assert len(held) == 64 and held["daily_pnl"].notna().all()
    assert [notice for notice in tws.notices if notice.code == 100] == []
    asked = many.received()["PNL_SINGLE"]
    assert tws.portfolio()["daily_pnl"].notna().all()
    assert many.received()["PNL_SINGLE"] == asked, "later calls ask nothing"
    positions = tws.pnl(positions=True)
    assert many.received()["PNL_SINGLE"] == asked and len(positions) == 65
    assert set(positions["con_id"].dropna()) == set(held["con_id"])


@pytest.mark.second
def test_what_tws_never_tells_is_unset_and_waited_for_once(
    many: Simulator, tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ibnb.live.profit.feed.PATIENCE", 0.3)
    many.scenario("holdings:count=64", "dropped:response=PNL_SINGLE")

    held = tws.portfolio()

    assert len(held) == 64 and held["daily_pnl"].isna().all() and held["market_value"].notna().all()
    asked = many.received()["PNL_SINGLE"]
    assert tws.portfolio()["daily_pnl"].isna().all()
    assert many.received()["PNL_SINGLE"] == asked, "what is waited for is asked for"


def test_a_portfolio_without_profit_asks_for_none(many: Simulator, tws: ibnb.Session) -> None:
    before = many.received().get("PNL_SINGLE", 0)

    assert tws.portfolio(pnl=False)["daily_pnl"].isna().all()
    assert many.received().get("PNL_SINGLE", 0) == before


def test_what_was_dropped_as_too_many_is_asked_again(tws: ibnb.Session) -> None:
    async def flooded(ib: Any) -> int:
        feed = await profit_of(ib)
        asked = asyncio.ensure_future(feed.hold([AAPL, MSFT]))
        await asyncio.sleep(0)  # both are sent, and nothing has come
        ib.errorEvent.emit(-1, 100, "Max rate of messages per second has been exceeded", None)
        await asked
        told = len({AAPL, MSFT} & feed.latest.keys())
        feed.release([AAPL, MSFT])
        return told

    assert tws.run(flooded, timeout=20) == 2


def test_who_holds_nothing_any_more_ends_it(many: Simulator, tws: ibnb.Session) -> None:
    async def twice(ib: Any) -> tuple[bool, bool]:
        feed = await profit_of(ib)
        await feed.hold([AAPL])
        await feed.hold([AAPL])
        feed.release([AAPL])
        still = AAPL in feed.latest
        feed.release([AAPL])
        return still, AAPL in feed.latest

    before = many.received().get("CANCEL_PNL_SINGLE", 0)

    assert tws.run(twice, timeout=20) == (True, False)
    assert many.wait_for("CANCEL_PNL_SINGLE", count=before + 1)


@pytest.mark.second
def test_a_malformed_message_harms_nothing(many: Simulator, tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibnb.live.profit.feed.PATIENCE", 0.3)
    many.scenario("holdings:count=64", "malformed:response=PNL")
    broken = tws.pnl()
    many.scenario("holdings:count=64")
    assert until(lambda: tws.pnl()["daily_pnl"].notna().all())

    assert broken["daily_pnl"].isna().all() and not broken.attrs["complete"]
    assert tws.is_connected()


@pytest.mark.slow
def test_after_a_loss_it_is_asked_again() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        before = tws.pnl(positions=True)
        sim.event("cut")
        deadline = time.monotonic() + 30
        while True:
            after = tws.pnl(positions=True, timeout=30)
            if after.attrs["complete"] and (after["time"] > before["time"].max()).all():
                break
            assert time.monotonic() < deadline, after
            time.sleep(0.1)

        assert after["con_id"].dropna().tolist() == before["con_id"].dropna().tolist()
        assert sim.received()["PNL"] == 2


def test_an_unknown_account_is_refused_before_anything_is_sent(many: Simulator, tws: ibnb.Session) -> None:
    before = many.received().get("PNL", 0)
    with pytest.raises(ibnb.BadInput, match=r"DU\*\*\*567"):
        tws.pnl("DU9")

    assert many.received().get("PNL", 0) == before


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"94\x005\x0012.5\x00-3.0\x000.0\x00", (5, 12.5, -3.0, 0.0, None, None)),
        (b"95\x006\x000.25\x001.0\x002.0\x003.0\x00400.5\x00", (6, 1.0, 2.0, 3.0, 0.25, 400.5)),
        (b"95\x007\x0010\x00" + b"1.7976931348623157E308\x00" * 4, (7, None, None, None, 10.0, None)),
    ],
)
def test_messages_are_read_with_fractions_and_what_is_unset(payload: bytes, told: tuple[object, ...]) -> None:
    """A client that takes positions for whole numbers drops the message of a quarter of a share."""
    found = read(176, payload)

    assert found is not None
    req_id, profit = found
    assert (req_id, profit.daily, profit.unrealized, profit.realized, profit.position, profit.value) == told
    assert profit.time is not None


@given(st.binary(max_size=60))
def test_no_bytes_do_worse_than_nothing(rest: bytes) -> None:
    for kind in (b"94\x00", b"95\x00", b""):
        found = read(176, kind + rest)
        assert found is None or isinstance(found[0], int)
