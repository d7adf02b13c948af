"""Round trips in money: multipliers, currencies, commissions, what was held before, what ended, what is missing."""

from __future__ import annotations

import pandas as pd
import pytest
from journal.fills import ACCOUNT, fill, fills, positions, snapshot, value, values

from ibnb.journal.held import Snapshots
from ibnb.journal.rates import Rates
from ibnb.journal.round_trips import Remarks, frame, round_trips

DAYS = ("2026-03-01", "2026-03-02", "2026-03-03")
EUROS = [row for day in DAYS for row in (value(day, "NetLiquidation", 1e6), value(day, "ExchangeRate", 1.1, "EUR"))]
OPTION = {"con_id": 77, "sec_type": "OPT", "local_symbol": "AAPL  260306C00250000", "multiplier": 100.0}
OPTION |= {"expiry": pd.Timestamp("2026-03-06"), "strike": 250.0, "right": "C"}


def trips(*rows, held=(), told=EUROS, method="fifo"):
    remarks = Remarks([], [], [])
    found = round_trips(ACCOUNT, fills(*rows), Snapshots(positions(*held)), Rates(values(*told)), method, remarks)
    return frame(found, remarks)


def test_a_round_trip_has_its_profit_before_and_after_commissions():
    table = trips(fill(1, 10, 100.0), fill(2, -10, 110.0, commission=2.5))

    (row,) = table.to_dict("records")
    assert (row["side"], row["state"], row["quantity"], row["fills"]) == ("long", "closed", 10.0, 2)
    assert (row["gross_pnl"], row["commission"], row["pnl"], row["pnl_base"]) == (100.0, 3.5, 96.5, 96.5)
    assert row["return"] == pytest.approx(0.0965) and row["held_days"] == pytest.approx(1 / 1440)
    assert (row["entry_order"], row["exit_order"]) == (1001, 1002)


def test_a_sale_of_more_than_is_held_closes_and_opens_and_shares_its_commission():
    table = trips(fill(1, 10, 100.0, commission=1.0), fill(2, -30, 110.0, commission=3.0), fill(3, 20, 105.0))

    assert table[["side", "state", "quantity", "gross_pnl", "commission"]].to_numpy().tolist() == [
        ["long", "closed", 10.0, 100.0, 2.0],
        ["short", "closed", 20.0, 100.0, 3.0],
    ]


def test_what_is_open_has_no_profit_and_stands_behind():
    table = trips(fill(1, 10), fill(2, -4, 110.0))

    assert table["state"].tolist() == ["closed", "open"] and table["quantity"].tolist() == [4.0, 6.0]
    assert table.loc[1, ["gross_pnl", "pnl", "exit_price", "exit_time"]].isna().all()
    assert table["commission"].tolist() == [1.4, 0.6]


def test_a_multiplier_counts_and_a_combination_does_not():
    combination = fill(1, 1, 5.0, sec_type="BAG", con_id=28812380, exec_id="0000e0d5.bbbbbbbb.01.01")
    table = trips(combination, fill(2, 1, 5.0, **OPTION), fill(3, -1, 7.0, **OPTION))

    assert table["gross_pnl"].tolist() == [200.0] and table["return"].tolist() == [198.0 / 500.0]


def test_profits_in_another_currency_are_also_in_the_accounts_own():
    euro = {"currency": "EUR", "commission_currency": "EUR"}
    table = trips(fill(1, 10, 100.0, **euro), fill(2, -10, 110.0, **euro))

    assert table["pnl"].tolist() == [98.0] and table["pnl_base"].tolist() == [pytest.approx(98 * 1.1)]
    assert table["base_currency"].tolist() == ["USD"]


def test_a_commission_in_another_currency_is_counted_by_the_days_rate():
    table = trips(fill(1, 10, 100.0, currency="EUR"), fill(2, -10, 110.0, currency="EUR"))

    assert table["commission"].tolist() == [pytest.approx(2 / 1.1)]


def test_where_no_rate_is_known_nothing_is_made_up():
    table = trips(fill(1, 10, 100.0, currency="CHF", commission_currency="CHF"), fill(2, -10, 110.0, currency="CHF"))

    assert table["gross_pnl"].tolist() == [100.0]
    assert table[["commission", "pnl", "pnl_base"]].isna().all(axis=None)


def test_a_commission_that_is_not_told_yet_leaves_the_profit_after_it_unset_and_is_said():
    table = trips(fill(1, 10, 100.0), fill(2, -10, 110.0, commission=None))

    assert table["gross_pnl"].tolist() == [100.0] and table["pnl"].isna().all()
    assert "No commission is known yet of fills of AAPL" in table.attrs["warnings"][0]


def test_prices_in_pence_are_counted_in_pounds():
    pence = {"currency": "GBP", "commission_currency": "GBP", "price_magnifier": 100}
    table = trips(fill(1, 100, 250.0, **pence), fill(2, -100, 260.0, **pence))

    assert table[["entry_price", "gross_pnl"]].to_numpy().tolist() == [[2.5, pytest.approx(10.0)]]


def test_what_was_held_before_the_journal_is_closed_first_at_its_average_cost():
    held = snapshot("2026-03-02", {"position": 60.0, "avg_cost": 80.0})
    table = trips(fill(1, -40, 100.0), held=held)

    assert table[["state", "quantity", "entry_price"]].to_numpy().tolist() == [
        ["closed", 40.0, 80.0],
        ["open", 60.0, 80.0],
    ]
    assert table["entry_time"].isna().all() and table["gross_pnl"][0] == 800.0
    assert not table.attrs["warnings"]


def test_where_purchases_have_mixed_the_average_cost_no_price_is_made_up():
    held = snapshot("2026-03-02", {"position": 70.0, "avg_cost": 80.0})
    table = trips(fill(1, 20, 100.0), fill(2, -10, 110.0), held=held)

    assert table["state"].tolist() == ["closed", "open", "open"]
    assert table.loc[0, ["entry_price", "gross_pnl", "pnl"]].isna().all()


def test_what_is_held_and_was_never_traded_is_open():
    held = snapshot("2026-03-02", {"con_id": 9, "symbol": "IBM", "position": -5.0, "avg_cost": 200.0})
    table = trips(held=held)

    assert table[["symbol", "side", "state", "quantity"]].to_numpy().tolist() == [["IBM", "short", "open", 5.0]]


def test_fills_that_were_missed_are_told_by_what_tws_holds():
    held = snapshot("2026-03-02", {"position": 10.0, "avg_cost": 100.0})
    held += snapshot("2026-03-09", {"position": 25.0, "avg_cost": 100.0})

    said = trips(fill(1, 10, 100.0), held=held).attrs["warnings"]

    assert len(said) == 1 and "TWS holds more or less than the fills say of AAPL" in said[0]


def test_fills_of_days_before_that_come_late_lie_before_what_was_held_first():
    """Where the Trade Log is set to more days than one after the first sync, TWS tells of last week's fills then."""
    held = snapshot("2026-03-09", {"position": 30.0, "avg_cost": 90.0})
    later = {"first_told": pd.Timestamp("2026-03-10 15:00", tz="UTC")}

    table = trips(fill(1, 10, 100.0, **later), fill(2, -5, 110.0, **later), held=held)

    assert not table.attrs["warnings"]
    assert table[["state", "quantity"]].to_numpy().tolist() == [["closed", 5.0], ["open", 10.0], ["open", 20.0]]


def test_a_fill_of_the_second_of_a_snapshot_counts_by_whether_tws_had_told_it():
    held = snapshot("2026-03-02", {"position": 30.0, "avg_cost": 90.0})
    moment = held[0]["time"]
    known, after = ({"time": moment, "first_told": moment + pd.Timedelta(seconds=each)} for each in (-1, 60))

    (first,) = trips(fill(1, 30, 90.0, **known), held=held).to_dict("records")
    both = trips(fill(1, 30, 90.0, **after), held=held)

    assert (first["quantity"], first["fills"]) == (30.0, 1)
    assert both["quantity"].tolist() == [30.0, 30.0] and sorted(both["fills"]) == [0, 1]


def test_an_option_that_ended_and_is_held_no_more_is_expired():
    held = snapshot("2026-03-02", OPTION | {"position": -2.0, "avg_cost": 300.0})
    held += snapshot("2026-03-09", {"con_id": None, "position": 0.0})

    table = trips(fill(1, -2, 3.0, **OPTION), held=held)

    assert table[["side", "state", "exit_price", "gross_pnl", "pnl"]].to_numpy().tolist() == [
        ["short", "expired", 0.0, 600.0, 599.0]
    ]
    assert table["exit_time"].tolist() == [pd.Timestamp("2026-03-06 21:00", tz="UTC")]
    assert "ended worthless" in table.attrs["warnings"][0]


def test_an_option_that_is_held_on_or_of_which_nobody_knows_is_open():
    still = snapshot("2026-03-06", OPTION | {"position": -2.0, "avg_cost": 300.0})

    assert trips(fill(1, -2, 3.0, **OPTION), held=still)["state"].tolist() == ["open"]
    assert trips(fill(1, -2, 3.0, **OPTION))["state"].tolist() == ["open"]


def test_a_future_that_ended_has_no_price_that_is_known():
    future = {
        "con_id": 78,
        "sec_type": "FUT",
        "local_symbol": "MESH6",
        "multiplier": 5.0,
        "expiry": pd.Timestamp("2026-03-06"),
    }
    held = snapshot("2026-03-09", {"con_id": None, "position": 0.0})

    table = trips(fill(1, 1, 6000.0, **future), held=held)

    assert table["state"].tolist() == ["expired"] and table["gross_pnl"].isna().all()


def test_contracts_without_an_id_are_told_apart_by_all_that_is_known():
    table = trips(
        fill(1, 10, con_id=None), fill(2, -10, 110.0, con_id=None), fill(3, -10, con_id=None, local_symbol="IBM")
    )

    assert table["state"].tolist() == ["closed", "open"]


def test_without_fills_there_is_an_empty_table():
    table = trips()

    assert table.empty and str(table.dtypes["entry_time"]) == "datetime64[us, UTC]"
