"""Ways in which real TWSs connect and give notice: whichever it is, a session says and brings the same."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.tws.codes.causes import SetupWarning
from ibnb.tws.codes.farms import broken

FIRST, SECOND = "DU1234567", "DU7654321"


@contextmanager
def acting(simulator: ibnb.Simulator, *scenarios: str) -> Iterator[ibnb.Simulator]:
    simulator.scenario(*scenarios)
    try:
        yield simulator
    finally:
        simulator.scenario("healthy")


def quiet(simulator: ibnb.Simulator, **settings: Any) -> ibnb.Session:
    """Connect; what a warning says is looked at as a finding."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SetupWarning)
        return ibnb.connect(port=simulator.port, **settings)


# Account updates are of one account at a time for all clients together --------------------------------------------


def test_an_account_that_another_client_keeps_from_us_is_said_at_once(simulator: ibnb.Simulator) -> None:
    with acting(simulator, "several-accounts"), quiet(simulator, account=FIRST) as one:
        with quiet(simulator, account=SECOND, timeout=30) as two:
            assert [finding.cause for finding in two.findings] == ["account-taken"]
            assert "account updates" in two.missing
            assert SECOND not in two.findings[0].summary

            with pytest.raises(ibnb.RequestError) as caught:
                two.portfolio(timeout=30)

            assert caught.value.cause == "account-taken" and caught.value.code == 2101
            values = two.account_values(SECOND)
            assert len(values) > 20 and set(values["account"]) == {SECOND}, "asked for by reqAccountUpdatesMulti"
            assert set(two.positions("all")["account"]) == {FIRST}
            assert len(one.portfolio(pnl=False)) > 0, "the first goes on"

        one.close()
        with quiet(simulator, account=SECOND) as later:
            assert later.findings == ()


def test_the_doctor_says_that_the_account_is_taken(simulator: ibnb.Simulator) -> None:
    with acting(simulator, "several-accounts"), quiet(simulator, account=FIRST):
        report = ibnb.diagnose(port=simulator.port, account=SECOND, timeout=2)

    assert report.check("account-updates").cause == "account-taken"
    assert "2101" in report.check("account-updates").evidence
    assert {"pass"} == {report.check(name).status for name in ("positions", "open-orders", "executions")}


def test_the_account_is_free_again_when_its_holder_has_gone(simulator: ibnb.Simulator) -> None:
    with (
        acting(simulator, "several-accounts"),
        quiet(simulator, account=FIRST) as one,
        quiet(simulator, account=SECOND) as two,
    ):
        one.close()
        assert two.portfolio(pnl=False).empty


def test_where_each_client_has_its_own_nobody_is_refused(simulator: ibnb.Simulator) -> None:
    with (
        acting(simulator, "several-accounts", "habit-account-updates-a-client"),
        quiet(simulator, account=FIRST) as one,
        quiet(simulator, account=SECOND) as two,
    ):
        assert two.findings == () and two.portfolio(pnl=False).empty
        assert len(one.portfolio(pnl=False)) > 0


# Farms after the servers are back ---------------------------------------------------------------------------------


def events_of(tws: ibnb.Session, kind: str) -> list[str]:
    events = tws.events
    return list(events[events["event"] == kind]["text"])


def test_1102_says_of_farms_that_they_are_back(simulator: ibnb.Simulator) -> None:
    with acting(simulator, "farm-broken"), ibnb.connect(port=simulator.port) as tws:
        assert broken(tws.notices)

        simulator.event("uplink-restored")

        assert until(lambda: events_of(tws, "farm-restored"))
        assert not broken(tws.notices)
        assert events_of(tws, "farm-restored")[0].startswith("usfarm.ibnb-sim: ")


def test_1102_says_of_farms_that_they_are_not_connected(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        simulator.event("uplink-restored", without="history")

        assert until(lambda: broken(tws.notices, "history"))
        assert not broken(tws.notices, "market data") and not broken(tws.notices, "contracts")
        assert until(lambda: events_of(tws, "farm-broken"))

        simulator.event("farm-idle")

        assert until(lambda: not broken(tws.notices))
        assert until(lambda: events_of(tws, "farm-restored"))


def test_1102_without_farms_changes_none(simulator: ibnb.Simulator) -> None:
    with acting(simulator, "farm-broken", "habit-restored-without-farms"), ibnb.connect(port=simulator.port) as tws:
        simulator.event("uplink-restored")

        assert until(lambda: any(notice.code == 1102 for notice in tws.notices))
        assert [notice.code for notice in broken(tws.notices)] == [2103]


def test_1101_may_list_the_farms_too(simulator: ibnb.Simulator) -> None:
    with acting(simulator, "farm-broken", "habit-data-lost-lists-farms"), ibnb.connect(port=simulator.port) as tws:
        simulator.event("uplink-restored", lost=True)

        assert until(lambda: any(notice.code == 1101 for notice in tws.notices))
        assert until(lambda: not broken(tws.notices))


# Ids, and remarks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("habit", [pytest.param("healthy", marks=pytest.mark.slow), "habit-order-ids-go-back"])
def test_order_ids_may_go_on_or_back_after_a_restart(habit: str) -> None:
    with ibnb.simulate(scenario=habit) as simulator, ibnb.connect(port=simulator.port) as tws:
        before = len(tws.history("AAPL", duration="1 D", bar_size="1 hour", store=False))
        with tws.watch(["AAPL"]) as board:
            simulator.event("restart", seconds=0.2)
            assert until(lambda: events_of(tws, "connected-again"))

            assert len(tws.history("AAPL", duration="1 D", bar_size="1 hour", store=False)) >= before > 0
            assert len(tws.positions()) > 0 and len(tws.orders()) > 0
            assert until(lambda: board.state == "live")


@pytest.mark.parametrize("habit", ["habit-notices-under-zero", "habit-remarks-on-requests"])
def test_notices_under_any_id_end_nothing(simulator: ibnb.Simulator, habit: str) -> None:
    with acting(simulator, habit), ibnb.connect(port=simulator.port) as tws:
        assert tws.kind == "simulated"
        assert len(tws.contracts("AAPL")) == 1
        assert len(tws.history("AAPL", duration="1 D", bar_size="1 hour", store=False)) > 0
        assert len(tws.quotes(["AAPL"])) == 1
        assert len(tws.account_summary()) > 20 and len(tws.executions()) > 0
        assert len(tws.portfolio()) > 0


def test_a_read_only_api_is_known_by_a_refusal_under_zero_too(simulator: ibnb.Simulator) -> None:
    with acting(simulator, "read-only-api", "habit-notices-under-zero"), quiet(simulator) as tws:
        assert [finding.cause for finding in tws.findings] == ["read-only-api"]
        with pytest.raises(ibnb.RequestError, match="321"):
            tws.orders(timeout=30)


def test_updates_that_are_taken_are_known_under_zero_too(simulator: ibnb.Simulator) -> None:
    with acting(simulator, "account-taken", "habit-notices-under-zero"), quiet(simulator, timeout=30) as tws:
        assert [finding.cause for finding in tws.findings] == ["account-taken"]
