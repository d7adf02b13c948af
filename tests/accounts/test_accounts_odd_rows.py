"""Rows that a client cannot read are rows all the same, or counted: an empty table means that TWS said so."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from accounts.odd_servers import (
    ACCOUNT,
    Response,
    commission,
    execution,
    item,
    order,
    payload,
    position,
    sent,
    status,
)
from tws.raw_servers import value

STRANGER = "U7654321"


def positions_of(odd, *rows):
    session, _ = odd({61: [*sent(*rows), payload(62, 1)]})
    return session.positions()


def portfolio_of(odd, *rows, accounts=ACCOUNT):
    rates = [payload(6, 2, "ExchangeRate", "1.00", "USD", ACCOUNT)]

    def updates(fields):
        return [value(fields[3]), *rates, *sent(*rows), payload(54, 1, fields[3])] if fields[2] == "1" else []

    session, _ = odd(portfolio=updates, accounts=accounts)
    return session.portfolio(pnl=False)


def fills_of(odd, *rows, reports=()):
    def answer(fields):
        own = [[row[0], fields[2], *row[2:]] for row in rows]
        return [*sent(*own), payload(55, 1, fields[2]), *sent(*reports)]

    session, _ = odd({7: answer})
    return session.executions()


def told(frame):
    return " / ".join(frame.attrs["warnings"])


def test_all_that_can_be_read_is_complete_and_says_nothing(odd):
    frame = positions_of(odd, position(0), position(1))

    assert list(frame["con_id"]) == [1000, 1001]
    assert frame.attrs["complete"] and not frame.attrs["warnings"]


def test_a_position_with_a_field_of_another_kind_is_a_row(odd):
    broken = position(1, quantity="many")

    frame = positions_of(odd, position(0), broken, position(2))

    assert list(frame["con_id"]) == [1000, 1001, 1002]
    assert frame["position"].isna().tolist() == [False, True, False]
    assert "'many' is not a number" in told(frame) and not frame.attrs["complete"]


def test_positions_that_end_early_are_counted(odd):
    frame = positions_of(odd, position(0), position(1)[:9], position(2)[:2])

    assert list(frame["con_id"]) == [1000, 1001]
    assert "1 of 3 positions could not be read whole: messages which end after 2 fields" in told(frame)
    assert "1 of 3 positions could not be read whole: messages which end after 9 fields" in told(frame)
    assert not frame.attrs["complete"]


def test_positions_of_none_is_what_tws_said(odd):
    frame = positions_of(odd)

    assert frame.empty and frame.attrs["complete"] and not frame.attrs["warnings"]


def test_positions_told_twice_are_there_once_and_the_later_counts(odd):
    rows = [position(0), position(1), position(2)]
    again = position(1, quantity=7)
    random.Random(1).shuffle(rows)

    frame = positions_of(odd, *rows, *rows, again)

    assert sorted(frame["con_id"]) == [1000, 1001, 1002]
    assert frame.set_index("con_id")["position"][1001] == 7


@pytest.mark.parametrize("quantity", ["NaN", "9223372036854775808", "1.7976931348623157E308", ""])
def test_a_quantity_that_is_none_is_told(odd, quantity):
    frame = positions_of(odd, position(0), position(1, quantity=quantity))

    assert frame["position"].isna().tolist() == [False, True]
    assert "position" in told(frame)


def test_rows_of_an_account_that_the_login_does_not_manage_are_told(odd):
    frame = positions_of(odd, position(0), position(1, account=STRANGER))

    assert "1 of 2 rows is of U***321, which is no account of this log-in" in told(frame)
    assert STRANGER not in told(frame)


def test_a_portfolio_row_that_the_client_cannot_read_is_weighed_with_the_others(odd):
    rows = [item(number) for number in range(12)] + [item(12, value="much")]

    frame = portfolio_of(odd, *rows)

    assert len(frame) == 13 and frame["market_value"].isna().sum() == 1
    assert frame["weight"].isna().all()  # a weight within a part would look like one within the whole
    assert "'much' is not a number" in told(frame) and not frame.attrs["complete"]


def test_a_portfolio_row_that_ends_early_is_counted(odd):
    frame = portfolio_of(odd, item(0), item(1)[:16])

    assert len(frame) == 2
    assert "1 of 2 portfolio rows could not be read whole" in told(frame) and not frame.attrs["complete"]


def test_portfolio_rows_of_a_strange_account_are_told_and_left_out(odd):
    frame = portfolio_of(odd, item(0), item(1, account=STRANGER))

    assert set(frame["account"]) == {ACCOUNT}
    assert "1 portfolio rows of U***321 came, which is no account of this log-in: left out" in told(frame)


def test_a_stranger_that_holds_the_same_takes_no_row_away(odd):
    frame = portfolio_of(odd, item(0), item(0, account=STRANGER, value=1.0))

    assert frame["market_value"].tolist() == [20000.0] and "1 portfolio rows of U***321 came" in told(frame)


def test_a_row_that_is_told_again_whole_is_no_trouble_any_more(odd):
    frame = portfolio_of(odd, item(0)[:15], item(0))

    assert frame["market_value"].tolist() == [20000.0] and frame.attrs["complete"]


def test_rows_without_a_number_are_known_by_their_contract(odd):
    rows = [[*row[:2], "0", *row[3:]] for row in (item(0), item(1), item(1, value=7.0))]

    frame = portfolio_of(odd, *rows)

    assert frame["symbol"].tolist() == ["AAPL", "MSFT"] and frame["market_value"].tolist() == [20000.0, 7.0]


@pytest.mark.parametrize("price", ["NaN", "1.7976931348623157E308", "9.223372036854775807E18"])
def test_a_price_that_is_none_is_told(odd, price):
    frame = portfolio_of(odd, item(0), item(1, price=price))

    assert frame["market_price"].isna().sum() == 1 and "market_price" in told(frame)


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ("20261126 23:30:00 JST", "2026-11-26 14:30:00"),
        ("20261126 22:30:00 China Standard Time", "2026-11-26 14:30:00"),
        ("20261126 15:30:00 GMT+1", "2026-11-26 14:30:00"),
        ("20261126 08:30:00 CST", "2026-11-26 14:30:00"),
        ("20261126 09:30:00 EST", "2026-11-26 14:30:00"),
        ("20261126-14:30:00", "2026-11-26 14:30:00"),
    ],
)
def test_executions_in_every_zone_are_rows(odd, time, utc):
    frame = fills_of(odd, execution(0, "0001.01.01", time), reports=[commission("0001.01.01")])

    assert [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in frame["time"]] == [utc]
    assert frame.attrs["complete"]


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Tokyo"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put this machine in a time zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize("written", ["20261126-14:30:00", "20261126 09:30:00 US/Eastern"])
def test_a_fill_whose_time_names_its_zone_is_dated_the_same_on_machines_anywhere(odd, written):
    frame = fills_of(odd, execution(0, "0001.01.01", written), reports=[commission("0001.01.01")])

    assert frame["time"][0].isoformat() == "2026-11-26T14:30:00+00:00"
    assert frame.attrs["complete"]


def test_a_fill_in_the_zone_of_chicago_or_china_is_never_ahead_and_says_so(odd):
    now = datetime.now(ZoneInfo("Asia/Shanghai")).replace(microsecond=0)
    frame = fills_of(odd, execution(0, "0001.01.01", f"{now:%Y%m%d %H:%M:%S} CST"), reports=[commission("0001.01.01")])

    assert frame["time"][0] == now
    assert "written in CST in 1 rows" in told(frame)


def test_an_execution_of_no_time_is_a_row_without(odd):
    frame = fills_of(
        odd,
        execution(0, "0001.01.01", "20261126 09:30:00 Nowhere/City"),
        execution(0, "0002.01.01"),
        reports=[commission("0001.01.01"), commission("0002.01.01")],
    )

    assert frame["time"].isna().tolist() == [True, False]
    assert "is not a time" in told(frame) and not frame.attrs["complete"]


def test_a_fill_that_opens_has_no_profit(odd):
    reports = [commission("0001.01.01"), commission("0002.01.01", profit=12.5)]

    frame = fills_of(odd, execution(0, "0001.01.01"), execution(0, "0002.01.01", side="SLD"), reports=reports)

    assert frame["realized_pnl"].isna().tolist() == [True, False]
    assert frame["commission"].tolist() == [1.25, 1.25]


def test_executions_that_cannot_be_true_are_told(odd):
    late = "20991231-23:59:59"
    frame = fills_of(
        odd,
        execution(0, "0001.01.01", late),
        execution(0, "0002.01.01", shares=-5),
        execution(0, "0003.01.01", price="NaN"),
        reports=[commission(f"000{number}.01.01") for number in (1, 2, 3)],
    )

    assert len(frame) == 3
    assert "time lies in the future, perhaps for its time zone, in 1 of 3 rows" in told(frame)
    assert "shares is not above 0 in 1 of 3 rows" in told(frame)
    assert "'NaN' is not a number" in told(frame)


def mangled(fields, at, word):
    return [*fields[:at], word, *fields[at + 1 :]]


def test_an_open_order_that_the_client_cannot_read_is_a_row(odd):
    good, bad = order(Response.OPEN_ORDER, 501), order(Response.OPEN_ORDER, 502, order_id=8)
    bad = mangled(bad, bad.index("90.0"), "cheap")
    rows = sent(good, status(501), bad, status(502, order_id=8, filled=30))
    session, _ = odd({5: [payload(53, 1)], 16: [*rows, payload(53, 1)]})

    frame = session.orders()

    assert list(frame["perm_id"]) == [501, 502]
    assert frame["filled"].tolist() == [0, 30] and frame["status"].tolist() == ["Submitted", "Submitted"]
    assert frame["limit_price"].isna().tolist() == [False, True]
    assert "'cheap' is not a number" in told(frame) and not frame.attrs["complete"]


def test_several_orders_made_in_tws_do_not_hide_each_other(odd):
    numbers = (501, 502, 503)
    orders = [order(Response.OPEN_ORDER, number, order_id=-2, client_id=0) for number in numbers]
    told_twice = [each for row in orders for each in (row, row)]
    states = [status(number, filled=number - 500, order_id=-2, client_id=0) for number in numbers]
    session, _ = odd({16: [*sent(*told_twice, *states), payload(53, 1)]})

    frame = session.orders()

    assert list(frame["perm_id"]) == [501, 502, 503] and list(frame["filled"]) == [1, 2, 3]
    assert frame.attrs["complete"] and not frame.attrs["warnings"]


def test_an_order_state_that_the_client_cannot_read_is_told(odd):
    rows = sent(order(Response.OPEN_ORDER, 501), status(501, filled="half"))
    session, _ = odd({16: [*rows, payload(53, 1)]})

    frame = session.orders()

    assert len(frame) == 1 and frame["filled"].isna().all() and "'half' is not a number" in told(frame)


def test_completed_orders_that_the_client_cannot_read_are_rows(odd):
    good, bad = order(Response.COMPLETED_ORDER, 601), order(Response.COMPLETED_ORDER, 602)
    bad = mangled(bad, bad.index("90.0"), "cheap")
    rows = sent(good, bad, good, order(Response.COMPLETED_ORDER, 603)[:40])
    session, _ = odd({99: [*rows, payload(102)]})

    frame = session.completed_orders()

    assert list(frame["perm_id"]) == [601, 602, 603]
    assert frame["status"].tolist()[:2] == ["Filled", "Filled"] and frame["completed_time"].notna().tolist()[:2]
    assert "1 of 4 completed orders could not be read whole" in told(frame) and not frame.attrs["complete"]


def test_figures_of_the_summary_that_end_early_are_counted(odd):
    def summary(fields):
        whole = [63, 1, fields[2], ACCOUNT, "NetLiquidation", "1000", "USD"]
        return [*sent(whole, [63, 1, fields[2], ACCOUNT, "BuyingPower", "1"]), payload(64, 1, fields[2])]

    session, _ = odd({62: summary})

    frame = session.account_summary()

    assert list(frame["tag"]) == ["NetLiquidation"]
    assert "1 of 2 figures of the summary could not be read whole" in told(frame) and not frame.attrs["complete"]


def test_account_values_that_end_early_are_counted(odd):
    def updates(fields):
        return [value(fields[3]), payload(6, 2, "BuyingPower", "1"), payload(54, 1, fields[3])]

    session, _ = odd(portfolio=updates)

    frame = session.account_values()

    assert list(frame["tag"]) == ["NetLiquidation"]
    assert "1 of 2 account values could not be read whole" in told(frame) and not frame.attrs["complete"]


def test_a_message_that_ends_in_the_middle_of_a_field_is_counted(odd):
    broken = payload(*position(1))[:-1]  # without its last NUL
    session, _ = odd({61: [payload(*position(0)), broken, payload(62, 1)]})

    frame = session.positions()

    assert list(frame["con_id"]) == [1000] and not frame.attrs["complete"]
    assert "1 of 2 positions could not be read whole: messages which end in the middle of a field" in told(frame)
