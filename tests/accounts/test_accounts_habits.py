"""Ways in which real TWSs tell accounts, orders and fills; each acted out by the simulator, either way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simulator.running import Running

import ibnb
from ibnb.simulator.world import build_world, read_clock

OPEN = "2026-11-18T11:00:00-05:00"


def served(*scenarios: str) -> Running:
    return Running(build_world(seed=7, clock=read_clock(OPEN)), *scenarios)


@pytest.fixture(scope="module")
def inside() -> Iterator[Running]:
    running = served()
    yield running
    running.close()


@pytest.fixture
def habit(inside: Running, request: pytest.FixtureRequest) -> Iterator[Running]:
    inside.switch(request.param)
    yield inside
    inside.switch("healthy")


def connect(running: Running, **more) -> ibnb.Session:
    return ibnb.connect(port=running.port, timeout=20, **more)


def either(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("habit", ["healthy", name], indirect=True, ids=["healthy", name])


@either("habit-realized-of-untraded")
def test_the_profit_realized_of_what_was_not_traded_is_no_sum_of_its_own(habit):
    with connect(habit) as tws:
        frame = tws.pnl(positions=True)
        held = tws.portfolio()

    account, positions = frame.iloc[0], frame.iloc[1:]
    assert positions["daily_pnl"].notna().all() and positions["unrealized_pnl"].notna().all()
    untraded = positions["realized_pnl"].isna()
    assert untraded.any() == (habit.server.scenarios.names == ("healthy",))
    assert account["realized_pnl"] == pytest.approx(held["realized_pnl_base"].sum(), abs=1)
    assert held["total_pnl"].notna().all() and frame.attrs["complete"] and not frame.attrs["warnings"]


@either("habit-orders-told-again")
def test_orders_that_are_told_several_times_are_listed_once(habit):
    with connect(habit) as tws:
        frame = tws.orders()

    assert len(frame) == 5 and frame["perm_id"].is_unique
    assert set(frame["status"]) <= {"Submitted", "PreSubmitted"} and frame.attrs["complete"]


@either("habit-tws-orders-minus-two")
def test_orders_made_in_tws_are_known_by_their_permanent_id(habit):
    with connect(habit) as tws:
        frame = tws.orders()

    (made_there,) = frame.index[frame["client_id"] == 0]
    assert len(frame) == 5 and frame["perm_id"].notna().all()
    assert frame["order_id"].isna()[made_there] or frame["order_id"][made_there] == -2


@pytest.mark.parametrize(
    ("scenario", "count"), [("healthy", 5), ("habit-inactive-orders-left-out", 0)], ids=["healthy", "left-out"]
)
def test_orders_that_were_deactivated_are_told_as_inactive(scenario, count):
    running = served(scenario)
    try:
        with connect(running) as tws:
            running.event("orders-deactivated")
            frame = tws.orders()
            done = tws.completed_orders()
    finally:
        running.close()

    assert frame["status"].tolist() == ["Inactive"] * count
    assert not set(frame["perm_id"]) & set(done["perm_id"]) and "Inactive" not in set(done["status"])
    assert (frame["remaining"] == frame["total_quantity"]).all()


@pytest.mark.parametrize("scenario", ["healthy", "habit-corrected-fills-left-out"])
def test_a_correction_takes_the_place_of_the_fill(scenario):
    running = served(scenario)
    try:
        with connect(running) as tws:
            before = tws.executions()
            running.event("fill-corrected")
            running.event("fill-corrected")
            after = tws.executions()
            changes = tws.events
    finally:
        running.close()

    assert len(after) == len(before) and after["shares"].sum() == before["shares"].sum()
    assert after["commission"].sum() == pytest.approx(before["commission"].sum())
    assert set(after["exec_id"]) - set(before["exec_id"]) == {f"{before['exec_id'].iloc[-1][:-2]}03"}
    assert "filled" not in set(changes["event"])


@either("habit-what-if-range")
def test_a_preview_has_its_margins_and_what_there_is_of_its_commission(habit):
    with connect(habit, readonly=False) as tws:
        module = tws.backend.module
        order = module.MarketOrder("BUY", 10)
        state = tws.run(lambda ib: ib.whatIfOrderAsync(module.Stock("AAPL", "SMART", "USD"), order), timeout=20)

    assert float(state.initMarginChange) > 0 and state.commissionCurrency == "USD"
    is_alone = habit.server.scenarios.names == ("healthy",)
    assert (state.commission < 100) == is_alone
    assert (0 < state.minCommission <= state.maxCommission < 100) == (not is_alone)


@pytest.mark.second
@pytest.mark.parametrize("scenario", ["healthy", "habit-portfolio-never-ends"])
def test_one_account_of_several_that_never_ends_leaves_the_others(scenario):
    running = served("several-accounts:count=3", "holdings:count=4,each=true", scenario)
    try:
        with connect(running, account="DU1234567") as tws:
            names = tws.accounts()["account"].tolist()
            frame = tws.portfolio("all", pnl=False, timeout=4)
    finally:
        running.close()

    ends = scenario == "healthy"
    assert frame.groupby("account").size().to_dict() == dict.fromkeys(names, 4)
    assert frame["market_value"].notna().all() == ends and frame.attrs["complete"] == ends
    lines = frame.attrs["warnings"]
    assert ends or any("its portfolio did not end" in line and names[1][-3:] in line for line in lines)
