"""The blotter without a page: orders of all clients and fills, filtered, exported, one's own changed and cancelled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from waiting import until

import ibnb
from ibnb.tables.order import executions
from ibnb.widgets.blotter.fills import by_contract, fills_html
from ibnb.widgets.blotter.layout import TABS
from ibnb.widgets.blotter.panel import OrderBlotter
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
    return blotter._layout.shown()


def test_it_shows_orders_of_all_and_actions_of_ones_own(tws: ibnb.Session, blotter: OrderBlotter) -> None:
    assert "TWS itself" in orders(blotter)
    assert "client 1" in orders(blotter)
    assert 'data-do="c' not in orders(blotter)  # neither cancel nor change
    assert "fills" in blotter._layout.shown("fills")

    trade = tws.limit("BUY", 10, "AAPL", 100.0).submit()

    assert until(lambda: f'data-do="cancel:{trade.order_id}"' in orders(blotter))
    assert "this session" in orders(blotter)
    assert "DU1234567" not in "".join(map(blotter._layout.shown, TABS))
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


def test_the_choice_of_zone_numbers_and_mask_shows_all_anew(
    blotter: OrderBlotter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is asked: what is known is painted."""
    assert blotter.fills is not None
    fills, price = blotter._layout.shown, f"{blotter.fills['price'].iloc[0]:.2f}"
    assert price in fills("fills") and "DU***567" in fills("fills")

    for name, choice, told in (
        ("time_zone", "Asia/Tokyo", "JST"),
        ("number_format", "1.234,50", price.replace(".", ",")),
        ("mask", False, "DU1234567"),
    ):
        monkeypatch.setattr(ibnb.options, name, choice)
        assert told in fills("fills")
    assert price.replace(".", ",") in fills("contracts") and re.search(r">[0-9]+,[0-9]{2}<", fills("orders"))


def test_a_heading_sorts_both_ways_and_then_not(blotter: OrderBlotter) -> None:
    def pressed(word: str) -> list[str]:
        blotter._clicks.view.value = f"sort:{word}#{next(numbers)}"
        return re.findall(r'<th scope="row">([^<]*)<', blotter._layout.shown(word.partition(".")[0]))

    numbers = iter(range(20))
    names = re.findall(r'<th scope="row">([^<]*)<', orders(blotter))

    assert pressed("orders.0") == sorted(names) and 'aria-sort="ascending"' in orders(blotter)
    assert pressed("orders.0") == sorted(names, reverse=True) and 'aria-sort="descending"' in orders(blotter)
    assert pressed("orders.0") == names and 'aria-sort="ascending"' not in orders(blotter)
    assert [each for each in pressed("fills.3") if each != "All in USD"][-1:] != []
    assert pressed("contracts.0") == ["GOOG", "MSFT", "SPY"]
    for nonsense in ("sort:nothing.1", "sort:orders.99", "sort:orders.x", "sort:orders"):
        blotter._clicks.view.value = f"{nonsense}#{next(numbers)}"
    assert len(re.findall('<th scope="row">', orders(blotter))) == len(names)


def test_fills_are_summed_over_all_contracts(blotter: OrderBlotter) -> None:
    assert blotter.contracts is not None and blotter.fills is not None
    goog: Any = blotter.contracts.set_index("contract").loc["GOOG"]
    fills = blotter.fills[blotter.fills["symbol"] == "GOOG"]

    assert (goog["fills"], goog["sold"]) == (2, 0)
    assert goog["bought"] == goog["net"] == fills["shares"].sum()
    assert goog["bought_at"] == pytest.approx((fills["price"] * fills["shares"]).sum() / fills["shares"].sum())
    assert np.isnan(goog["sold_at"]) and np.isnan(goog["realized_pnl"])
    assert blotter.contracts["commission"].sum() == blotter.fills["commission"].sum()
    foot, profit = blotter._layout.shown("fills").partition("<tfoot>")[2], f"{blotter.fills['realized_pnl'].sum():,.2f}"
    assert "All in USD" in foot and "3.00" in foot and profit in foot
    blotter._layout.filter.value = "goog"
    assert "2 of 4 fills" in blotter._layout.shown("fills")
    assert "All in USD" in blotter._layout.shown("fills") and profit not in blotter._layout.shown("fills")
    assert "1 contract" in blotter._layout.shown("contracts")
    assert blotter._layout.tab.titles == ("Orders (0)", "Fills (2)", "By contract (1)")


def test_money_of_several_currencies_is_never_summed() -> None:
    row = {"account": "DU1", "con_id": 1, "symbol": "SAP", "sec_type": "STK", "side": "BOT", "shares": 10.0}
    rows = [
        row | {"currency": "EUR", "commission": 1.0, "commission_currency": "EUR", "price": 100.0},
        row | {"currency": "EUR", "commission": 2.0, "commission_currency": "USD", "price": 101.0},
        row | {"con_id": 2, "currency": "USD", "side": "SLD", "price": 5.0, "realized_pnl": 7.0},
        row | {"con_id": 3, "currency": "USD", "side": "SLD", "commission": 4.0, "commission_currency": "USD"},
    ]
    fills = executions.SCHEMA.frame(rows)

    found = by_contract(fills)

    assert found["commission_currency"].tolist() == ["", "", "USD"]
    assert found["commission"].isna().tolist() == [True, True, False]
    assert found["bought_at"].tolist()[0] == 100.5
    foot = fills_html(fills, 1, 4).partition("<tfoot>")[2]
    assert foot.index("All in EUR") < foot.index("1.00") < foot.index("All in USD") < foot.index("6.00")
    assert by_contract(fills.iloc[:0]).columns.tolist() == found.columns.tolist()
    assert "Nothing was filled" in fills_html(fills.iloc[:0], 1, 0)


def test_fills_of_another_day_have_their_day(tws: ibnb.Session) -> None:
    fills = tws.executions()
    day = f"{fills['time'].max():%Y-%m-%d}"

    assert "fills, the latest that TWS tells" in fills_html(fills, 91, len(fills)) and day in fills_html(fills, 91, 4)
    fills["time"] = pd.Timestamp.now("UTC").floor("s")
    assert "fills today" in fills_html(fills, 91, len(fills))


@pytest.mark.parametrize(("tab", "what", "count"), [(1, "fills", 4), (2, "contracts", 3)])
def test_each_tab_becomes_a_file(blotter: OrderBlotter, tab: int, what: str, count: int) -> None:
    blotter._layout.tab.selected_index = tab
    blotter._layout.csv.click()

    assert f"{what}-" in blotter._layout._link.value and f"{count} {what}" in blotter._layout._link.value


def test_what_stands_still_is_not_called_live(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        blotter = OrderBlotter(tws)
        blotter.wait(20)
        seen: list[str] = []
        blotter._layout._notice.observe(lambda change: seen.append(change["new"]), "value")

        simulator.event("cut")

        assert until(lambda: len(seen) == 2)
        assert "Not live: this is what TWS told last." in seen[0] and "asked anew" in seen[0]
        assert "Live." in seen[1] and "Not live" not in seen[1]
    assert until(lambda: "The session ended meanwhile" in blotter._layout.said())
    blotter.close()
