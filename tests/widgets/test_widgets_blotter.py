"""The blotter without a page: orders of all clients and fills, filtered, exported, one's own changed and cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.widgets.blotter.panel import OrderBlotter
from ibnb.widgets.blotter.table import fills_html
from ibnb.widgets.explorer.view import detail

OPEN = "2026-11-18T11:00:00-05:00"


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim


@pytest.fixture
def tws(simulator: ibnb.Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ibnb.Session]:
    monkeypatch.setenv("IBNB_DATA", str(tmp_path))
    with ibnb.connect(port=simulator.port, readonly=False, client_id=91, timeout=20) as session:
        yield session
        session.cancel_all(confirm=True)


@pytest.fixture
def blotter(tws: ibnb.Session) -> Iterator[OrderBlotter]:
    made = OrderBlotter(tws)
    made.wait(20)
    yield made
    made.close()


def orders(blotter: OrderBlotter) -> str:
    return blotter._layout.shown()[0]


def test_it_shows_orders_of_all_and_actions_of_ones_own(tws: ibnb.Session, blotter: OrderBlotter) -> None:
    assert "TWS itself" in orders(blotter)
    assert "client 1" in orders(blotter)
    assert "data-do" not in orders(blotter)
    assert "fills today" in blotter._layout.shown()[1]

    trade = tws.limit("BUY", 10, "AAPL", 100.0).submit()

    assert until(lambda: f'data-do="cancel:{trade.order_id}"' in orders(blotter))
    assert "this session" in orders(blotter)
    assert "DU1234567" not in "".join(blotter._layout.shown())
    assert trade.order_id in blotter.orders["order_id"].dropna().tolist()


def test_one_is_cancelled_and_one_is_changed(tws: ibnb.Session, blotter: OrderBlotter) -> None:
    first, second = (tws.limit("BUY", n, "AAPL", 100.0).submit() for n in (10, 20))
    assert until(lambda: f'data-do="change:{second.order_id}"' in orders(blotter))

    blotter._clicks.view.value = f"cancel:{first.order_id}#1"
    assert until(lambda: first.state == "cancelled")

    blotter._clicks.view.value = f"change:{second.order_id}#2"
    assert "BUY 20 AAPL LMT" in blotter._layout._chosen.value
    blotter._layout.change.click()
    assert "Nothing is to change" in blotter._layout.said()
    blotter._layout.new_price.value = "much"
    blotter._layout.change.click()
    assert "is no number" in blotter._layout.said()
    blotter._layout.new_price.value, blotter._layout.new_quantity.value = "101.5", ""
    blotter._layout.change.click()
    assert until(lambda: "taken the change" in blotter._layout.said())
    assert tws.trades()[second.ref]._record.order.lmtPrice == 101.5


def test_nobody_elses_order_can_be_reached(blotter: OrderBlotter) -> None:
    others = blotter.orders.query("client_id == 1")["order_id"].tolist()
    assert others
    for what in ("cancel", "change"):
        blotter._clicks.view.value = f"{what}:{others[0]}#{what == 'change'}1"
        blotter.wait(20)

    assert blotter._layout._chosen.value == ""
    assert "cancelled" not in blotter._layout.said()


def test_each_word_of_the_filter_has_to_stand_somewhere(blotter: OrderBlotter) -> None:
    blotter._layout.filter.value = "xom sell"
    assert "2 of 5 working orders" in orders(blotter)
    blotter._layout.filter.value = "xom nonsense"
    assert "No order fits the filter" in orders(blotter)
    blotter._layout.filter.value = ""
    assert "5 working orders" in orders(blotter)


@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_what_is_shown_becomes_a_file(blotter: OrderBlotter, kind: str) -> None:
    getattr(blotter._layout, kind).click()

    assert "orders-" in blotter._layout._link.value
    assert "5 orders" in blotter._layout._link.value


def test_anything_but_a_session_is_refused() -> None:
    with pytest.raises(ibnb.BadInput, match="session"):
        OrderBlotter(None)  # type: ignore[arg-type]


def test_fills_tell_their_time_in_the_zone_that_is_chosen(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    fills = tws.executions()
    rows: list[Any] = fills.to_dict("records")
    latest = fills["time"].max()

    for choice, mark in (("UTC", "UTC"), ("Asia/Tokyo", "JST"), ("America/New_York", "EST")):
        monkeypatch.setattr(ibnb.options, "time_zone", choice)
        assert f"{latest.tz_convert(choice):%H:%M:%S} {mark}" in fills_html(fills, 91, len(fills))
        assert f"{latest.tz_convert(choice):%H:%M:%S} {mark}" in detail._fills(rows)
