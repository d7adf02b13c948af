"""A timeout is that of the whole call, however many positions and accounts there are."""

from __future__ import annotations

import pytest
from accounts.odd_servers import ACCOUNT, holding, item, payload, position, sent
from tws.raw_servers import value
from waiting import until

from ibnb.errors import RequestTimeout
from ibnb.live.profit.feed import possible_in
from ibnb.wire.ids import Request

SECOND, THIRD = "DU9000002", "DU9000003"
ALL = f"{ACCOUNT},{SECOND},{THIRD}"


def told(frame):
    return " / ".join(frame.attrs["warnings"])


def test_thousands_of_positions_come_without_a_request_for_each():
    with holding(2_000) as (session, script):
        frame = session.portfolio(timeout=5)

        assert len(frame) == 2_000
        assert frame["unrealized_pnl"].notna().all() and frame["total_pnl"].notna().all()
        assert frame["daily_pnl"].isna().all() and not script.requests(Request.PNL_SINGLE)
        assert "daily_pnl of 2000 of 2000 positions is unset" in told(frame) and not frame.attrs["complete"]


@pytest.fixture(scope="module")
def hundreds():
    """Give a session with 250 positions, which is more than can be asked about in 2 seconds."""
    with holding(250) as opened:
        yield opened


def test_the_largest_positions_come_first_and_the_rest_is_unset_and_told(hundreds):
    session, script = hundreds
    for seconds in (2, 5):  # on a machine that is busy, the positions alone may take two seconds
        most = possible_in(seconds)
        first = session.portfolio(timeout=seconds)
        if asked := {int(fields[4]) for fields in script.requests(Request.PNL_SINGLE)}:
            break

    assert 0 < len(asked) <= most < 250
    assert asked == set(range(1250 - len(asked), 1250))  # the later, the larger
    assert 0 < first["daily_pnl"].notna().sum() <= most
    assert f"of {first['daily_pnl'].isna().sum()} of 250 positions is unset" in told(first)


@pytest.mark.second
def test_what_was_asked_for_stays_and_the_next_call_has_more(hundreds):
    session, _ = hundreds
    first = session.portfolio(timeout=2)

    second = session.portfolio(timeout=2)

    assert second["daily_pnl"].notna().sum() > first["daily_pnl"].notna().sum()


@pytest.mark.second
def test_profit_and_loss_of_many_positions_ends_in_time_and_tells_the_account(hundreds):
    session, _ = hundreds

    frame = session.pnl(positions=True, timeout=2)

    assert len(frame) == 251
    assert frame["daily_pnl"].iloc[0] == 12.5 and frame["realized_pnl"].iloc[0] == 7.5
    assert not frame.attrs["complete"] and "has not told" in told(frame)


@pytest.mark.second
def test_what_is_watched_goes_on_to_be_asked_for_after_the_time():
    with holding(90) as (session, script), session.watch_pnl(positions=True, timeout=1) as profit:
        assert until(lambda: len(script.requests(Request.PNL_SINGLE)) == 90)

        assert until(lambda: profit.frame.attrs["complete"]) and profit.state == "live"


@pytest.mark.second
def test_profits_that_never_come_end_with_the_time():
    with holding(20, tells=lambda con_id: con_id % 2) as (session, _):
        frame = session.portfolio(timeout=1)

    assert frame["daily_pnl"].notna().sum() == 10
    assert "daily_pnl of 10 of 20 positions is unset: TWS has not told it" in told(frame)


# Several accounts, of which one does not end -------------------------------------------------------------------


def updates_of(endless, rows=(), values=True):
    """Answer account updates: the portfolio of `endless` never ends."""

    def updates(fields):
        account = fields[3]
        if fields[2] != "1":
            return []
        rate = payload(6, 2, "ExchangeRate", "1.00", "USD", account)
        told = [value(account), rate] if values or account != endless else []
        if account == endless:
            return [*told, *sent(*rows)]
        return [*told, *sent(item(0, account=account)), payload(54, 1, account)]

    return updates


def all_of(odd, **how):
    held = [position(0), position(1, account=SECOND), position(2, account=SECOND), position(0, account=THIRD)]
    return odd({61: [*sent(*held), payload(62, 1)]}, updates_of(SECOND, **how), ALL)[0]


@pytest.mark.second
def test_an_account_that_never_ends_is_filled_from_positions_and_named(odd):
    session = all_of(odd, rows=[item(1, account=SECOND)])

    frame = session.portfolio("all", pnl=False, timeout=3)

    assert frame["account"].tolist() == [ACCOUNT, SECOND, SECOND, THIRD]
    assert frame["market_value"].isna().tolist() == [False, False, True, False]
    assert frame["weight"].isna().tolist() == [False, True, True, False] and frame["weight_all"].isna().all()
    assert "DU***002: its portfolio did not end" in told(frame) and SECOND not in told(frame)
    assert "2 account values and 1 portfolio rows came, the end marker of the download (54) did not" in told(frame)
    assert not frame.attrs["complete"]


@pytest.mark.second
def test_an_account_of_which_nothing_comes_does_not_take_the_others_along(odd):
    session = all_of(odd, values=False)

    frame = session.portfolio("all", pnl=False, timeout=3)

    assert frame["account"].tolist() == [ACCOUNT, SECOND, SECOND, THIRD]
    assert "DU***002: its portfolio did not end" in told(frame)


@pytest.mark.second
def test_the_account_that_was_subscribed_before_is_again(odd):
    session = all_of(odd)
    session.portfolio("all", pnl=False, timeout=3)

    assert session.portfolio(pnl=False)["account"].tolist() == [ACCOUNT]


@pytest.mark.second
def test_a_portfolio_that_never_ends_says_what_did_not_come(odd):
    session = all_of(odd, rows=[item(1, account=SECOND)])

    with pytest.raises(RequestTimeout) as caught:
        session.portfolio(SECOND, timeout=1)

    assert caught.value.cause == "no-account-updates"
    assert "2 account values and 1 portfolio rows came, the end marker" in str(caught.value)
    assert "do not come" not in str(caught.value)


@pytest.mark.parametrize("name", [ACCOUNT, "", "U-whatever"])
def test_an_end_of_no_other_account_is_the_end(odd, name):
    def updates(fields):
        return [value(ACCOUNT), *sent(item(0)), payload(54, 1, name)] if fields[2] == "1" else []

    session, _ = odd(portfolio=updates, accounts=f"{ACCOUNT},{SECOND}")

    assert session.portfolio(pnl=False, timeout=5)["account"].tolist() == [ACCOUNT]


@pytest.mark.second
def test_the_end_of_an_account_that_is_late_is_not_taken_for_that_of_the_next(odd):
    def updates(fields):
        account = fields[3]
        if fields[2] != "1" or account == SECOND:
            return []
        late = [payload(54, 1, SECOND), 0.3] if account == THIRD else []  # it comes when the third is asked for
        return [*late, value(account), *sent(item(0, account=account)), payload(54, 1, account)]

    session, _ = odd({61: [payload(62, 1)]}, updates, ALL)

    frame = session.portfolio("all", pnl=False, timeout=3)

    assert frame["account"].tolist() == [ACCOUNT, THIRD]
