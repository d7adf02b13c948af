"""Profit and loss that stays current: in agreement with pnl(), told to callbacks, ended by stop, masked where shown."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from waiting import until

import ibnb

ACCOUNT = "DU1234567"


@pytest.mark.second
def test_it_goes_on_by_itself(tws: ibnb.Session) -> None:
    with tws.watch_pnl(positions=True) as profit:
        first = profit.frame
        later = profit.wait(len(first), timeout=20)

        assert profit.state == "live" and first.attrs["complete"]
        assert (later["time"] > first["time"]).any()
        assert later["con_id"].tolist() == first["con_id"].tolist()
        assert tws.pnl(positions=True)["con_id"].dropna().tolist() == first["con_id"].dropna().tolist()


@pytest.mark.second
def test_a_callback_is_told_what_came(tws: ibnb.Session) -> None:
    heard: list[Any] = []
    came = threading.Event()
    with tws.watch_pnl() as profit:

        @profit.on_update
        def told(same: Any, changed: list[Any]) -> None:
            heard.append((same is profit, [key.account for key in changed]))
            came.set()

        assert came.wait(20)
    assert heard[0] == (True, [ACCOUNT])


@pytest.mark.second
def test_stopped_it_keeps_its_table_and_leaves_the_others_theirs(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    one, other = tws.watch_pnl(positions=True), tws.watch_pnl(positions=True)
    asked = simulator.received()["PNL_SINGLE"]
    one.stop()
    kept = one.frame
    other.wait(timeout=20)
    with pytest.raises(ibnb.IBNBError, match="stopped"):
        one.wait(timeout=5)
    other.stop()

    assert simulator.received()["PNL_SINGLE"] == asked, "both share what is asked for"
    assert (one.state, other.state) == ("stopped", "stopped")
    assert kept.equals(one.frame) and kept["daily_pnl"].notna().all()


def test_a_position_opened_later_is_followed_and_one_that_is_closed_is_gone(tws: ibnb.Session) -> None:
    with tws.watch_pnl(positions=True) as profit:
        held = profit.frame["con_id"].dropna().tolist()
        module = tws.backend.module

        def changes(ib: Any, con_id: int, size: float) -> None:
            contract = module.Contract(conId=con_id, symbol="IBM", secType="STK", currency="USD")
            ib.positionEvent.emit(module.Position(ACCOUNT, contract, size, 1.0))

        tws.run(lambda ib: changes(ib, 8314, 5.0))
        told = "TWS answers for every contract"
        assert until(lambda: profit.frame.set_index("con_id")["time"].notna().get(8314, False)), told
        tws.run(lambda ib: changes(ib, held[0], 0.0))

        assert profit.frame["con_id"].dropna().tolist() == [*held[1:], 8314]


def test_shown_it_masks_accounts_and_is_a_table_for_everybody(tws: ibnb.Session) -> None:
    with tws.watch_pnl() as profit:
        shown, text = profit._repr_html_(), repr(profit)

    assert ACCOUNT not in shown and ACCOUNT not in text
    assert "DU***567" in shown and "DU***567" in text
    assert "<caption" in shown and 'scope="col"' in shown and 'scope="row"' in shown


def test_the_end_of_the_session_is_its_end(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as tws:
        profit = tws.watch_pnl()

    assert profit.state == "stopped"
    assert len(profit.frame) == 1
    profit.stop()


@pytest.mark.parametrize(("arguments", "says"), [(("DU9",), r"DU\*\*\*567"), (("", "yes"), "True or False")])
def test_what_cannot_be_is_refused(tws: ibnb.Session, arguments: Any, says: str) -> None:
    with pytest.raises(ibnb.BadInput, match=says):
        tws.watch_pnl(*arguments)
