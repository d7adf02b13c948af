"""Orders at a TWS whose single messages come late, twice, changed or never: what is shown of them stays true."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from trading.between import (
    CANCEL_ORDER,
    COMMISSION,
    ERROR,
    EXECUTION,
    OPEN_ORDER,
    ORDER_STATUS,
    PLACE_ORDER,
    Between,
    as_it_is,
)
from waiting import until

import ibnb
from ibnb.trading.handles import Trade

FAR = 100.0
Connect = Callable[..., ibnb.Session]


@pytest.fixture
def between(simulator: ibnb.Simulator) -> Iterator[Between]:
    found = Between(simulator.port)
    yield found
    found.close()


@pytest.fixture
def tws(between: Between, connect: Connect) -> ibnb.Session:
    return connect(port=between.port, client_id=91)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask after moments of silence rather than seconds."""
    monkeypatch.setattr("ibnb.trading.sending.submit.SILENCE", 0.5)
    monkeypatch.setattr("ibnb.trading.sending.change.SILENCE", 0.5)
    monkeypatch.setattr("ibnb.trading.sending.find.ONCE_MORE", 0.1)
    monkeypatch.setattr("ibnb.trading.sending.find.SYNCED", 0.3)
    monkeypatch.setattr("ibnb.trading.sending.find.DOUBT", 0.1)


def working(tws: ibnb.Session) -> Trade:
    """Return a limit order that works, of which TWS has said all."""
    trade: Trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    assert until(lambda: trade.status == "Submitted")
    return trade


def fill_of(trade: Trade, shares: int) -> list[str]:
    """Return a fill of an order, as TWS tells it."""
    contract = ["265598", "AAPL", "STK", "", "0", "", "", "SMART", "USD", "AAPL", "NMS"]
    where = ["0001.01.01", "20261118  11:00:00", "DU1234567", "NASDAQ", "BOT", str(shares), "100.0"]
    whose = [str(trade.perm_id), "91", "0", str(shares), "100.0", f"ibnb:{trade.ref}", "", "", "", "0"]
    return [EXECUTION, "-1", str(trade.order_id), *contract, *where, *whose]


def status_of(trade: Trade, word: str, filled: int, remaining: int) -> list[str]:
    """Return a status of an order, as TWS tells it."""
    return [
        *(ORDER_STATUS, str(trade.order_id), word, str(filled), str(remaining), "100.0"),
        *(str(trade.perm_id), "0", "100.0", "91", "", "0"),
    ]


def test_a_message_of_before_a_change_turns_nothing_back(between: Between, tws: ibnb.Session) -> None:
    trade = working(tws)
    late = between.last(OPEN_ORDER, trade.order_id)
    trade.modify(quantity=20)

    between.tell(late, late, fill_of(trade, 10))

    assert until(lambda: trade.filled == 10)
    assert (trade.state, trade.quantity, trade.remaining) == ("working", 20, 10)
    assert until(lambda: "TWS knows it" in trade.log["text"].iloc[-1])
    assert trade.quantity == 20
    before = len([each for each in between.asked if each[0] == CANCEL_ORDER])
    trade.cancel()
    assert len([each for each in between.asked if each[0] == CANCEL_ORDER]) == before + 1


def test_what_is_put_back_elsewhere_is_believed_when_tws_says_so_again(tws: ibnb.Session) -> None:
    trade = working(tws)
    trade.modify(price=90.0)
    record = trade._record
    elsewhere: Any = copy.copy(record.order)
    elsewhere.lmtPrice = FAR

    tws.run(lambda ib: ib.client.placeOrder(record.order_id, record.contract, elsewhere))

    assert until(lambda: record.order.lmtPrice == FAR)
    assert trade.modify(quantity=5).quantity == 5
    assert record.order.lmtPrice == FAR


def test_a_status_that_says_that_more_is_to_come_is_believed(between: Between, tws: ibnb.Session) -> None:
    trade = working(tws)
    between.tell(fill_of(trade, 10))
    assert until(lambda: trade.state == "filled")  # by its fills

    between.tell(status_of(trade, "Submitted", 10, 5))

    assert until(lambda: trade.state == "working")
    assert (trade.quantity, trade.remaining) == (15, 5)
    between.tell(status_of(trade, "Filled", 15, 0), status_of(trade, "Submitted", 10, 5))
    assert until(lambda: trade.state == "filled")
    assert trade.wait("done", timeout=5).state == "filled"


def answered(between: Between, kind: str, code: int, text: str, order_id: int = 0) -> None:
    """Have TWS get no message of a kind, and the session an error in its place: under the order's id, or another."""

    def rule(message: list[str]) -> list[list[str]]:
        if message[0] != kind:
            return [message]
        number = order_id or int(message[2] if kind == CANCEL_ORDER else message[1])
        between.later([ERROR, "2", str(number), str(code), text, ""])
        return []

    between.requests = rule


def test_a_change_is_known_by_what_its_type_has(between: Between, tws: ibnb.Session) -> None:
    between.answers = lambda message: [] if message[0] == OPEN_ORDER else [message]
    trade = working(tws)  # nothing was told of its prices, and TWS writes 0.0 where there is none
    between.answers = as_it_is

    assert trade.modify(quantity=12).quantity == 12


def test_a_price_that_tws_caps_is_the_orders(between: Between, tws: ibnb.Session) -> None:
    trade = working(tws)

    def capped(message: list[str]) -> list[list[str]]:
        return [[*message[:16], "100.5", *message[17:]] if message[0] == OPEN_ORDER else message]

    between.answers = capped

    assert trade.modify(price=101.0)._record.order.lmtPrice == 100.5


@pytest.mark.parametrize(
    ("code", "text", "order_id"),
    [
        (2102, "Unable to modify this order as it is still being processed.", 0),
        (321, "Error validating request.-'bW' : cause - The API interface is currently in Read-Only mode.", -1),
    ],
)
def test_a_change_is_refused_by_whatever_says_so(
    between: Between, tws: ibnb.Session, code: int, text: str, order_id: int
) -> None:
    trade = working(tws)
    answered(between, PLACE_ORDER, code, text, order_id)

    with pytest.raises(ibnb.OrderRejected, match=str(code)):
        trade.modify(quantity=400)

    assert (trade.state, trade.quantity, trade._record.value) == ("working", 10, 1_000)
    answered(between, CANCEL_ORDER, 321, "The API interface is currently in Read-Only mode.", -1)
    with pytest.raises(ibnb.OrderRejected, match="321"):
        trade.cancel()
    assert trade.state == "working"


def test_of_an_order_that_tws_cannot_cancel_it_is_asked(between: Between, tws: ibnb.Session) -> None:
    trade = working(tws)
    answered(between, CANCEL_ORDER, 10147, "OrderId that needs to be cancelled is not found.")
    between.answers = lambda message: [] if message[0] in (OPEN_ORDER, ORDER_STATUS) else [message]

    with pytest.raises(ibnb.OrderRejected, match="10147"):
        trade.cancel()

    assert trade.state == "unknown"
    assert "does not list it any more" in trade.log["text"].iloc[-1]


def test_of_two_changes_at_a_time_both_are_made(tws: ibnb.Session) -> None:
    trade = working(tws)
    with ThreadPoolExecutor() as pool:
        changes = [pool.submit(trade.modify, **each) for each in ({"price": 99.0}, {"quantity": 4})]
    for change in changes:
        change.result()

    [row] = tws.orders().query(f"client_id == 91 and order_id == {trade.order_id}").to_dict("records")
    assert (row["limit_price"], row["total_quantity"]) == (99.0, 4.0)


@pytest.mark.parametrize("limit_offset", [None, 0.5])
def test_a_stop_that_has_followed_the_market_stays_where_it_is(
    between: Between, tws: ibnb.Session, limit_offset: float | None
) -> None:
    trade = tws.trail("SELL", 10, "AAPL", 5.0, stop_price=200.0, limit_offset=limit_offset).submit()
    stop = "trail_stop_price"
    assert until(lambda: tws.orders().set_index("order_id")[stop][trade.order_id] > 200.0)
    moved = tws.orders().set_index("order_id")[stop][trade.order_id]

    trade.modify(price=6.0)

    assert tws.orders().set_index("order_id")[stop][trade.order_id] >= moved
    sent = between.asked[max(number for number, each in enumerate(between.asked) if each[0] == PLACE_ORDER)]
    assert sent[19] == ("0.0" if limit_offset is None else "")  # the limit, which goes with its offset


def test_what_tws_has_changed_in_an_order_stays_changed(between: Between, tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR, tif="GTC").submit()

    def day(message: list[str]) -> list[list[str]]:
        return [[*message[:18], "DAY", *message[19:]] if message[0] == OPEN_ORDER else message]

    between.answers = day
    trade.modify(quantity=12)

    assert tws.trades()["tif"].tolist() == ["DAY"]


@pytest.mark.parametrize("before", [True, False])
def test_a_change_that_is_cut_off_counts_as_what_tws_says(between: Between, tws: ibnb.Session, before: bool) -> None:
    trade = working(tws)
    between.cut_at(PLACE_ORDER, before=before)
    with pytest.raises(ibnb.NotConnected):
        trade.modify(quantity=500)
    record = trade._record
    assert record.value == 50_000

    assert until(lambda: "found" in set(tws.audit()["event"]))
    assert (record.quantity, record.value) == ((10, 1_000) if before else (500, 50_000))
    assert (record.enlarged is None) == before
    last = tws.audit().query("event == 'found'").iloc[-1]
    assert last["value"] == record.value


def test_a_change_that_was_thought_lost_counts_when_it_comes(between: Between, tws: ibnb.Session) -> None:
    trade = working(tws)
    between.cut_at(PLACE_ORDER, before=True)
    with pytest.raises(ibnb.NotConnected):
        trade.modify(quantity=500)
    assert until(lambda: "found" in set(trade.log["event"]))
    late = next(each for each in reversed(between.asked) if each[0] == PLACE_ORDER)

    between.ask(late)

    assert until(lambda: trade._record.value == 50_000)
    assert trade.quantity == 500


def test_a_change_that_cannot_be_written_down_counts_for_nothing(
    tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = working(tws)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(ibnb.errors.AuditError):
        patch.setattr("ibnb.trading.records.audit.AuditLog._append", full)
        trade.modify(quantity=400)

    assert (trade._record.value, trade._record.enlarged, trade._record.change) == (1_000, None, None)
    assert trade.modify(quantity=11)._record.value == 1_100


def test_nobody_waits_for_the_submission_of_what_was_rejected(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("orders-rejected:why=margin")
    with pytest.raises(ibnb.OrderRejected) as caught:
        tws.limit("BUY", 10, "AAPL", FAR).submit()

    with pytest.raises(ibnb.IBNBError, match=r"rejected .* will not be submitted any more"):
        caught.value.trade.wait("submitted", timeout=5)


def test_a_commission_that_is_told_before_its_fill_is_the_fills(between: Between, tws: ibnb.Session) -> None:
    held: list[list[str]] = []

    def commission_first(message: list[str]) -> list[list[str]]:
        if message[0] == EXECUTION:
            held.append(message)
            return []
        return [message, *held] if message[0] == COMMISSION else [message]

    between.answers = commission_first
    trade = tws.market("BUY", 2, "AAPL").submit().wait("filled", timeout=10)

    assert until(lambda: trade.fills["commission"].sum() == 1.0)


@pytest.mark.second
def test_an_answer_without_margins_is_a_preview_all_the_same(between: Between, tws: ibnb.Session) -> None:
    def bare(message: list[str]) -> list[list[str]]:
        if message[0] == OPEN_ORDER and message[93] == "1":
            return [[*message[:95], *["1.7976931348623157E308"] * 9, *message[104:]]]
        return [message]

    between.answers = bare
    order = tws.limit("BUY", 10, "AAPL", FAR)
    row = order.preview().iloc[0]

    assert (row["commission"], row["stopped_by"]) == (1.0, "")
    assert row[["init_margin_before", "init_margin_after"]].isna().all()
    assert "TWS has told no margins" in row["warning"]
    assert order.is_previewed


def test_all_that_may_yet_come_to_tws_is_cancelled_with_the_rest(between: Between, tws: ibnb.Session) -> None:
    between.requests = lambda message: [] if message[0] == PLACE_ORDER else [message]
    with pytest.raises(ibnb.OrderUnknown) as caught:
        tws.limit("BUY", 10, "AAPL", FAR).submit()
    between.requests = as_it_is

    tws.cancel_all(confirm=True)

    assert caught.value.trade.state == "never arrived"  # 10147: TWS does not know it, and gets it no more


def test_an_error_behind_an_acknowledgement_without_a_status_is_looked_into(
    between: Between, tws: ibnb.Session
) -> None:
    trade = working(tws)
    between.tell([ERROR, "2", str(trade.order_id), "201", "Order rejected - reason: margin", ""])
    assert until(lambda: "TWS knows it" in trade.log["text"].iloc[-1])
    assert trade.state == "working"

    between.answers = lambda message: [] if message[0] in (OPEN_ORDER, ORDER_STATUS) else [message]
    between.tell([ERROR, "2", str(trade.order_id), "201", "Order rejected - reason: margin", ""])

    assert until(lambda: trade.state == "unknown")
    between.answers = as_it_is
    assert trade.cancel().state == "cancelled"


def test_a_request_is_never_made_under_an_orders_id(simulator: ibnb.Simulator, connect: Connect) -> None:
    before = connect(client_id=94)
    numbers = [before.limit("BUY", 1, "AAPL", FAR).submit().order_id for _ in range(12)]
    simulator.scenario("habit-order-ids-go-back")
    before.close()

    tws = connect(client_id=94)
    tws.trades()

    assert tws.run(lambda ib: ib.client.getReqId()) > max(numbers)
