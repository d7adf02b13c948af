"""A log-in of several accounts: the portfolio and the profit of one, and of all in one table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ibnb
from ibnb.tws.codes.causes import SetupWarning

FIRST, SECOND, THIRD = "DU1234567", "DU7654321", "DU7654322"


@pytest.fixture(scope="module")
def advisor() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(["several-accounts:count=3", "holdings:count=6,each=true"]) as simulator:
        yield simulator


@pytest.fixture
def tws(advisor: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with pytest.warns(SetupWarning, match="several"), ibnb.connect(port=advisor.port) as session:
        yield session


def test_all_accounts_stand_in_one_table_with_their_weights(tws: ibnb.Session) -> None:
    held = tws.portfolio("all")

    assert held.groupby("account", sort=False).size().to_dict() == {FIRST: 6, SECOND: 6, THIRD: 6}
    assert held.groupby("account")["weight"].apply(lambda each: each.abs().sum()).tolist() == pytest.approx([1, 1, 1])
    assert held["weight_all"].abs().sum() == pytest.approx(1)
    assert held["daily_pnl"].notna().all()
    assert held.attrs["accounts"] == [FIRST, SECOND, THIRD] and held.attrs["base_currency"] == "USD"


def test_the_way_through_all_accounts_ends_where_it_began(advisor: ibnb.Simulator, tws: ibnb.Session) -> None:
    with pytest.raises(ibnb.BadInput, match="several accounts"):
        tws.portfolio()
    tws.portfolio("all", pnl=False)
    with pytest.raises(ibnb.BadInput, match="several accounts"):
        tws.portfolio()  # none was subscribed before, so none is now
    advisor.wait_for("ACCOUNT_UPDATES", count=1)
    assert advisor.received_requests("ACCOUNT_UPDATES")[-1]["subscribe"] is False

    tws.portfolio(SECOND, pnl=False)
    tws.portfolio("ALL", pnl=False)

    assert set(tws.portfolio(pnl=False)["account"]) == {SECOND}
    last = advisor.received_requests("ACCOUNT_UPDATES")[-1]
    assert (last["account"], last["subscribe"]) == (SECOND, True)


def test_profit_is_told_of_each_account_and_of_all_together(tws: ibnb.Session) -> None:
    profit = tws.pnl()

    assert profit["account"].tolist() == [FIRST, SECOND, THIRD, "All"]
    assert profit["daily_pnl"][:3].sum() == pytest.approx(profit["daily_pnl"][3])
    assert tws.pnl(SECOND)["account"].tolist() == [SECOND]
    assert set(tws.pnl(THIRD, positions=True)["account"]) == {THIRD}


def test_an_account_of_somebody_else_is_refused(tws: ibnb.Session) -> None:
    with pytest.raises(ibnb.BadInput, match="'all' for all"):
        tws.portfolio("DU0000000")


def test_what_was_sold_while_nobody_looked_is_gone(advisor: ibnb.Simulator, tws: ibnb.Session) -> None:
    """A client keeps the portfolio of an account that it does not follow any more as it was."""
    whole = tws.portfolio(FIRST, pnl=False)
    tws.portfolio(SECOND, pnl=False)
    tws.run(lambda ib: ib.wrapper.portfolio[FIRST].update({1: ib.wrapper.portfolio[SECOND][265598]}))

    assert len(tws.portfolio(FIRST, pnl=False)) == len(whole)


def test_what_another_client_has_taken_is_filled_from_the_positions(advisor: ibnb.Simulator, tws: ibnb.Session) -> None:
    """TWS serves updates of one account to all clients together: of the others none come meanwhile."""
    with ibnb.connect(port=advisor.port, account=SECOND) as other:
        other.portfolio(SECOND, pnl=False)
        held = tws.portfolio("all", pnl=False)

    assert held.groupby("account", sort=False).size().to_dict() == {FIRST: 6, SECOND: 6, THIRD: 6}
    valued = held.groupby("account")["market_price"].apply(lambda each: each.notna().all()).to_dict()
    assert valued == {FIRST: False, SECOND: True, THIRD: False}
    assert not held.attrs["complete"]
    told = "\n".join(held.attrs["warnings"])
    assert told.count("is not served") == 2 and "DU" in told and FIRST not in told
    assert len(tws.portfolio(FIRST, pnl=False)) == 6  # the other client is gone


KNOWS_ACCOUNTS = [
    "account_summary", "account_values", "positions", "portfolio", "pnl", "orders", "completed_orders", "executions",
]  # fmt: skip


@pytest.mark.parametrize("name", KNOWS_ACCOUNTS)
@pytest.mark.parametrize("wrong", ["nonsense", "DU0000000", 7, ["DU1234567"]], ids=str)
def test_an_account_that_there_is_not_is_refused_everywhere(tws: ibnb.Session, name: str, wrong: object) -> None:
    """An empty table would read as: nothing is held."""
    with pytest.raises(ibnb.BadInput, match=r"account=.*'all' for all"):
        getattr(tws, name)(wrong)


@pytest.mark.parametrize("name", KNOWS_ACCOUNTS)
def test_an_account_is_named_the_same_way_everywhere(advisor: ibnb.Simulator, name: str) -> None:
    with ibnb.connect(port=advisor.port, account=SECOND) as own:
        ask = getattr(own, name)
        shown = {word: set(ask(word)["account"]) for word in (None, "", SECOND, FIRST, "all", "ALL")}
        if name in ("portfolio", "positions"):
            assert shown[None] == {SECOND} and shown["all"] == {FIRST, SECOND, THIRD}
        assert shown[None] == shown[""] == shown[SECOND] <= {SECOND}
        assert shown[FIRST] <= {FIRST}
        assert shown["all"] == shown["ALL"] >= shown[FIRST] | shown[SECOND]
