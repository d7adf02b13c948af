"""What people hold and what advisors see, read as it is told; at each version whose messages are laid out otherwise."""

from __future__ import annotations

import pytest
from accounts.odd_servers import ACCOUNT, execution, held_order, order, payload, sent, status
from tws.raw_servers import value

from ibnb.tws.ask.calls import objects
from ibnb.tws.client.backend import load
from ibnb.wire.ids import Response
from ibnb.wire.loose import decode_loosely

ADVISOR, CLIENT = "DF9000001", ACCOUNT

HELD = {
    "BILL": [700001, "912797", "BILL", "20270318", "0.0", "", "", "SMART", "USD", "912797PX2", ""],
    "CFD": [700002, "IBM", "CFD", "", "0.0", "", "", "SMART", "USD", "IBM", "IBM"],
    "WAR": [700003, "SAP", "WAR", "20271217", "120.0", "C", "0.1", "FWB", "EUR", "SAP 1", "SAP1"],
    "OPT": [700004, "MINI", "OPT", "20270115", "50.0", "P", "0.5", "SMART", "USD", "MINI P50", "MINI"],
}


def test_bills_cfds_warrants_and_odd_multipliers_are_rows(odd):
    rows = [[61, 3, ACCOUNT, *contract, 10, 99.5] for contract in HELD.values()]
    session, _ = odd({61: [*sent(*rows), payload(62, 1)]})

    frame = session.positions().set_index("sec_type")

    assert list(frame.index) == list(HELD) and frame["position"].eq(10).all()
    assert frame["multiplier"][["WAR", "OPT"]].tolist() == [0.1, 0.5]
    assert frame["multiplier"][["BILL", "CFD"]].isna().all()
    assert frame["expiry"][["BILL", "WAR"]].dt.strftime("%Y%m%d").tolist() == ["20270318", "20271217"]
    assert frame.attrs["complete"] and not frame.attrs["warnings"]


def test_bills_cfds_warrants_and_odd_multipliers_are_weighed(odd):
    rates = [[6, 2, "ExchangeRate", rate, currency, ACCOUNT] for currency, rate in (("USD", "1.0"), ("EUR", "1.25"))]
    rows = [[7, 8, *contract, 10, 99.5, 100.0, 90.0, 5.0, 0.0, ACCOUNT] for contract in HELD.values()]

    def updates(fields):
        return [value(ACCOUNT), *sent(*rates, *rows), payload(54, 1, ACCOUNT)] if fields[2] == "1" else []

    session, _ = odd(portfolio=updates)
    frame = session.portfolio(pnl=False).set_index("sec_type")

    assert frame["weight"].sum() == pytest.approx(1) and frame["weight"]["WAR"] == pytest.approx(125 / 425)
    assert frame.attrs["complete"] and not frame.attrs["warnings"]


def test_the_lists_of_an_advisor_have_all_and_base_and_no_strangers(odd):
    def summary(fields):
        rows = [
            [63, 1, fields[2], account, "NetLiquidation", amount, "USD"]
            for account, amount in (("All", "300"), (ADVISOR, "100"), (CLIENT, "200"))
        ]
        return [*sent(*rows, [63, 1, fields[2], CLIENT, "CashBalance", "7", "BASE"]), payload(64, 1, fields[2])]

    session, _ = odd({62: summary}, accounts=f"{ADVISOR},{CLIENT}")
    told, accounts = session.account_summary("all"), session.accounts()

    assert set(told["account"]) == {"All", ADVISOR, CLIENT} and "BASE" in set(told["currency"])
    assert accounts["account"].tolist() == [ADVISOR, CLIENT]
    assert accounts["net_liquidation"].tolist() == [100, 200]
    assert not told.attrs["warnings"] and not accounts.attrs["warnings"]


def test_rows_of_all_accounts_together_are_no_strangers(odd):
    rows = [held_order(account) for account in ("All", f"{ADVISOR}A", CLIENT)]
    session, _ = odd({16: [*sent(*rows), payload(53, 1)]}, accounts=f"{ADVISOR},{CLIENT}")

    frame = session.orders("all")

    assert len(frame) == 3 and not frame.attrs["warnings"]


@pytest.mark.parametrize("version", [157, 176, 178, 187, 200])
@pytest.mark.parametrize("kind", [Response.OPEN_ORDER, Response.COMPLETED_ORDER])
def test_orders_are_read_at_every_version_also_cut(version, kind):
    fields = order(kind, 501, version, lmt_price=91.25, outside_rth=True, good_till_date="20270101 10:00:00")
    module = load().module

    for length in range(1, len(fields) + 1):
        loose = decode_loosely(version, payload(*fields[:length]))
        trade = objects.trade(module, loose.values)
        if "perm_id" in loose.values:
            assert trade.order.permId == 501
        assert loose.cut == (length < len(fields))
    assert (trade.order.lmtPrice, trade.order.outsideRth, trade.order.tif) == (91.25, True, "DAY")
    assert (trade.order.totalQuantity, trade.contract.symbol, trade.order.account) == (100.0, "AAPL", ACCOUNT)
    assert trade.order.goodTillDate == "20270101 10:00:00" and trade.order.trailStopPrice > 1e300


def versions():
    return [157, 176, 178] if load().name == "ib_async" else [157, 176]


@pytest.mark.parametrize("version", versions())
def test_tables_are_read_at_the_versions_that_the_client_speaks(odd, version):
    def fills(fields):
        row = execution(fields[2], "0001.01.01", "20261126 23:30:00 JST")
        more = [0] if version >= 178 else []  # whether the price is still to be revised
        return [*sent([*row, *more]), payload(55, 1, fields[2]), payload(59, 1, "0001.01.01", 1.0, "USD", 0.5, "", "")]

    broken = order(Response.OPEN_ORDER, 502, version)
    broken[broken.index("90.0")] = "cheap"
    rows = sent(order(Response.OPEN_ORDER, 501, version), status(501), broken, status(502))
    done = sent(order(Response.COMPLETED_ORDER, 601, version))
    session, _ = odd({7: fills, 16: [*rows, payload(53, 1)], 99: [*done, payload(102)]}, version=version)

    executions, orders, completed = session.executions(), session.orders(), session.completed_orders()

    assert executions["time"].notna().all() and executions["commission"].tolist() == [1.0]
    assert list(orders["perm_id"]) == [501, 502] and orders["limit_price"].isna().tolist() == [False, True]
    assert list(completed["perm_id"]) == [601] and completed.attrs["complete"]
