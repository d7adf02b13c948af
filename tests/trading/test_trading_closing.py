"""Getting out, once: what closes an order out, whoever has made it and whenever, is known and counted."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

import ibnb
from ibnb.trading.handles import Trade
from ibnb.trading.records.audit import audited
from ibnb.trading.records.closing import closing, parts_of
from ibnb.trading.records.holding import held_now
from ibnb.trading.records.record import Record
from ibnb.trading.records.undoing import closing_note, left_of
from ibnb.trading.sending.tracker import tracker_of
from ibnb.trading.values.references import new_token, reference
from ibnb.tws.client.backend import load, module_of
from ibnb.tws.client.ib import IB

client = load().module
Connect = Callable[..., ibnb.Session]
FAR = 100.0
CLOSED = "closed out already"


@pytest.fixture
def tws(connect: Connect) -> ibnb.Session:
    return connect(client_id=93)


def held(tws: ibnb.Session, symbol: str) -> float:
    """Return how much of a stock is held."""
    return float(tws.positions().query("symbol == @symbol and sec_type == 'STK'")["position"].sum())


def bought(tws: ibnb.Session, quantity: float = 3) -> Trade:
    """Buy a stock, and return the trade when it is filled."""
    trade = tws.market("BUY", quantity, "AMD").submit(force="soon after another")
    assert isinstance(trade, Trade)
    return trade.wait("filled", timeout=20)


def test_what_an_end_of_a_bracket_has_sold_is_not_sold_again(tws: ibnb.Session) -> None:
    before, ask = held(tws, "AMD"), float(tws.quotes("AMD")["ask"].iloc[0])
    price, high, low = round(ask + 1, 2), round(ask * 1.5, 2), round(ask / 2, 2)
    parent, gain, loss = tws.bracket("BUY", 3, "AMD", price, take_profit=high, stop_loss=low).submit()
    parent.wait("filled", timeout=20)
    gain.modify(price=round(ask - 1, 2)).wait("filled", timeout=20)
    assert until(lambda: loss.state == "cancelled")

    with pytest.raises(ibnb.IBNBError, match=CLOSED):
        parent.close_out()
    assert held(tws, "AMD") == before

    undone = gain.close_out()  # who undoes the end has the parent's position again
    undone.submit(force="soon after another").wait("filled", timeout=20)
    assert parent.close_out().frame["total_quantity"].tolist() == [3]


def test_a_kernel_that_starts_anew_knows_what_was_closed_out(connect: Connect) -> None:
    with connect(client_id=94) as before:
        trade = bought(before)
        trade.close_out().submit(force="soon after another").wait("filled", timeout=20)

    tws = connect(client_id=94)

    with pytest.raises(ibnb.IBNBError, match=CLOSED):
        tws.trades()[trade.ref].close_out()


def test_of_two_orders_that_close_the_same_one_is_sent(tws: ibnb.Session) -> None:
    trade, before = bought(tws), held(tws, "AMD")
    first, second = trade.close_out(), trade.close_out()
    first.submit(force="soon after another").wait("filled", timeout=20)

    with pytest.raises(ibnb.IBNBError, match="all of it is closed out"):
        second.submit(force="soon after another")

    assert held(tws, "AMD") == before - 3
    assert not second.is_submitted


@pytest.mark.second
def test_what_an_order_of_before_has_sold_meanwhile_closes_nothing_any_more(
    simulator: ibnb.Simulator, connect: Connect
) -> None:
    with connect(client_id=95) as before:
        amount = max(1800.0, held(before, "AMD"))
        before.market("BUY", amount, "AMD").submit(force="a large one").wait("filled", timeout=20)
        before.limit("SELL", amount, "AMD", 400.0, tif="GTC").submit(force="soon after another")
        module = module_of(before.ib)
    other = connect(client_id=96)
    other.run(lambda ib: ib.reqGlobalCancel())
    assert until(lambda: other.orders().empty)
    assert module is not None

    tws = connect(client_id=95)

    verdict = tws.limit("SELL", amount, "AMD", 400.0).preview()["stopped_by"].iloc[0]
    assert "share_per_order" not in verdict


def test_all_orders_of_a_client_id_are_cancelled_however_they_were_sent(connect: Connect, tws: ibnb.Session) -> None:
    module, other = module_of(tws.ib), connect(client_id=97)
    plain = module.LimitOrder("BUY", 10, FAR, account="DU1234567")
    stock = module.Stock("AAPL", "SMART", "USD", conId=265598)
    tws.run(lambda ib: ib.placeOrder(stock, plain))
    theirs = module.LimitOrder("BUY", 10, FAR, account="DU1234567")
    other.run(lambda ib: ib.placeOrder(stock, theirs))
    ours = tws.limit("BUY", 10, "AAPL", FAR).submit(force="soon after another")
    assert until(lambda: len(tws.orders()) >= 3)

    with pytest.raises(ibnb.BadInput, match="2 orders work"):
        tws.cancel_all()
    listed = tws.cancel_all(confirm=True)

    assert ours.state == "cancelled"
    assert len(listed) == 1
    assert set(tws.orders()["client_id"]) == {97}


@pytest.mark.parametrize("kind", ["MIDPRICE", "REL", "MOC", "STP LMT", "LMT"])
def test_a_rebalance_waits_for_whatever_may_be_filled_soon(
    simulator: ibnb.Simulator, tws: ibnb.Session, kind: str
) -> None:
    simulator.scenario("fills-in-parts:parts=4,seconds=60")
    ask = float(tws.quotes("AMD")["ask"].iloc[0])
    through, below = round(ask * 1.03, 2), round(ask * 0.98, 2)
    prices = {
        "REL": {"lmtPrice": through, "auxPrice": 0.05},
        "STP LMT": {"lmtPrice": through, "auxPrice": below},
        "LMT": {"lmtPrice": through},
    }
    order = module_of(tws.ib).Order(action="BUY", orderType=kind, totalQuantity=100, **prices.get(kind, {}))
    tws.order("AMD", order).submit(force="a test")

    with pytest.raises(ibnb.IBNBError, match="under way: BUY 100 AMD"):
        tws.rebalance({"AMD": 0.05})


@pytest.mark.parametrize("kind", ["LMT", "STP", "STP LMT"])
def test_a_rebalance_does_not_wait_for_what_may_never_be_filled(tws: ibnb.Session, kind: str) -> None:
    ask = float(tws.quotes("AMD")["ask"].iloc[0])
    prices = {
        "LMT": {"lmtPrice": round(ask * 0.9, 2)},
        "STP": {"auxPrice": round(ask * 1.1, 2)},
        "STP LMT": {"auxPrice": round(ask * 1.1, 2), "lmtPrice": round(ask * 1.1, 2)},
    }
    order = module_of(tws.ib).Order(action="BUY", orderType=kind, totalQuantity=100, **prices[kind])
    tws.order("AMD", order).submit(force="a test")

    assert len(tws.rebalance({"AMD": 0.05})) == 1


@pytest.mark.parametrize(("side", "legs"), [("SELL", "+1 {0} +1 {1}"), ("BUY", "-1 {0} -1 {1}")])
def test_options_that_are_sold_count_by_their_strikes_however_that_is_written(
    tws: ibnb.Session, side: str, legs: str
) -> None:
    words = legs.format("AAPL 2026-12-18 300 C", "AAPL 2026-12-18 200 P")

    [value] = tws.limit(side, 2, words, 1.0 if side == "SELL" else -1.0).preview()["value"]

    assert value >= 2 * 100 * (300 + 200)


def test_what_tws_says_of_an_order_is_shown_without_account_numbers(
    simulator: ibnb.Simulator, tws: ibnb.Session
) -> None:
    simulator.scenario("orders-inactive:text=<b>DU1234567</b> held")
    with pytest.raises(ibnb.OrderRejected) as caught:
        tws.limit("BUY", 1, "AAPL", FAR).submit()
    trade = caught.value.trade

    pages = [trade._repr_html_(), tws.trades()._repr_html_()]
    assert not any("DU1234567" in text for text in [*pages, repr(trade), repr(trade.warnings)])
    assert not any("<b>DU" in page for page in pages)
    trade.cancel()


def test_a_fill_that_is_corrected_to_fewer_counts_as_fewer() -> None:
    order = client.MarketOrder("BUY", 10)
    record = Record("abcdefghij", client.Stock("AMD", "SMART", "USD"), order, "DU1234567", 1, 5)
    fill = {"exec_id": "0000e0d5.69dd7411.01.01", "shares": 10.0, "price": 200.0, "perm_id": 7}
    record.take_fill(fill)
    record.take_status({"status": "Filled", "filled": 10.0, "avg_fill_price": 200.0})
    assert record.filled == 10

    assert record.take_fill(fill | {"exec_id": "0000e0d5.69dd7411.01.02", "shares": 6.0})

    assert (record.filled, left_of(record, [record])) == (6, 6)
    record.take_fill(fill | {"exec_id": "0000e0d5.69dd7411.01.03", "shares": 8.0})
    assert record.filled == 8


@given(st.lists(st.tuples(st.sampled_from(["filled", "working", "cancelled"]), st.integers(0, 10)), max_size=4))
def test_what_is_left_is_what_no_chain_of_orders_has_undone(chain: list[tuple[str, int]]) -> None:
    records = [Record(new_token(), client.Contract(), client.MarketOrder("BUY", 10), "DU1234567", 1)]
    records[0].told_filled, records[0].state = 10.0, "filled"
    expected = [10.0]
    for state, filled in chain:  # each closes the one before it out
        order = client.MarketOrder("SELL", 10)
        token = new_token()
        order.orderRef = reference(token, closing_note(records[-1].token))
        record = Record(token, client.Contract(), order, "DU1234567", 1)
        record.state, record.told_filled = state, float(filled)  # type: ignore[assignment]
        records.append(record)
        expected.append(10.0 if state == "working" else float(filled))

    left = 0.0
    for amount in reversed(expected):
        left = amount - left
    assert left_of(records[0], records) == left


def test_orders_that_say_they_close_each_other_hang_nothing() -> None:
    tokens = [new_token(), new_token()]
    records = []
    for own, other in (tokens, tokens[::-1]):
        order = client.MarketOrder("SELL", 10, orderRef=reference(own, closing_note(other)))
        records.append(Record(own, client.Contract(), order, "DU1234567", 1, told_filled=4.0, state="filled"))

    assert left_of(records[0], records) == 0


@pytest.mark.second
@pytest.mark.parametrize("habit", ["healthy", "habit-positions-late:seconds=4"])
def test_a_position_counts_as_it_is_after_a_fill(simulator: ibnb.Simulator, tws: ibnb.Session, habit: str) -> None:
    tws.positions()
    simulator.scenario(habit)
    tws.positions()
    for _ in range(2):  # the second finds it there
        for trade in tws.rebalance({"INTC": 0.05}).submit(force="soon after another"):
            trade.wait("filled", timeout=20)
    again = tws.rebalance({"INTC": 0.05})
    assert sum(order.frame["total_quantity"].sum() for order in again) <= 6  # prices have moved by little

    [sale] = tws.rebalance({"INTC": 0.0})
    sale.submit(force="soon after another").wait("filled", timeout=20)
    assert len(tws.rebalance({"INTC": 0.0})) == 0  # it is not sold once more


@pytest.mark.parametrize(("told", "held"), [(0.0, 20.0), (10.0, 20.0), (4.0, 20.0), (20.0, 20.0), (35.0, 35.0)])
def test_fills_of_a_moment_ago_lead_on_from_what_was_held(told: float, held: float) -> None:
    stock, records = client.Stock("AMD", "SMART", "USD", conId=4391), []
    for before in (0.0, 10.0):
        record = Record(new_token(), stock, client.MarketOrder("BUY", 10), "DU1234567", 1, held_before=before)
        record.take_status({"status": "Filled", "filled": 10.0})
        records.append(record)

    assert held_now(told, records, "DU1234567", stock) == held
    assert held_now(told, records, "DU7654321", stock) == told
    assert held_now(None, records, "DU1234567", stock) is None


def test_of_two_rebalances_that_were_worked_out_together_one_is_sent(tws: ibnb.Session) -> None:
    first, second = tws.rebalance({"CSCO": 0.03}), tws.rebalance({"CSCO": 0.03})
    for trade in first.submit(force="soon after another"):
        trade.wait("filled", timeout=20)

    with pytest.raises(ibnb.IBNBError, match="are held by now, and 0 were"):
        second.submit(force="soon after another")
    with pytest.raises(ibnb.IBNBError, match="1 of these 1 orders were submitted already"):
        first.submit()


def test_an_end_is_not_made_larger_than_its_parent(tws: ibnb.Session) -> None:
    _, gain, loss = tws.bracket("BUY", 3, "AAPL", FAR, take_profit=400.0, stop_loss=50.0).submit()

    for end in (gain, loss):
        with pytest.raises(ibnb.BadInput, match="at most the 3 of its parent"):
            end.modify(quantity=300)


def test_what_is_done_to_an_order_after_it_was_planned_changes_nothing(tws: ibnb.Session) -> None:
    module = module_of(tws.ib)
    given = module.LimitOrder("BUY", 1, FAR, conditions=[module.PriceCondition(price=1.0, conId=265598, exch="SMART")])
    order = tws.order("AAPL", given)
    given.conditions.clear()

    assert "only where its 1 conditions are met" in order.sentences[0]
    sent: Any = order._planned.plan.lines[0].order
    assert len(sent.conditions) == 1


@pytest.mark.parametrize("quantity", [10**400, -(10**400)])
def test_a_number_that_no_float_holds_is_refused(tws: ibnb.Session, quantity: int) -> None:
    with pytest.raises(ibnb.BadInput, match="quantity"):
        tws.limit("BUY", quantity, "AAPL", FAR)
    with pytest.raises(ibnb.BadInput, match="totalQuantity"):
        tws.order("AAPL", module_of(tws.ib).LimitOrder("BUY", quantity, FAR))


def test_an_order_without_a_reference_of_its_own_gets_one(tws: ibnb.Session) -> None:
    order = tws.order("AAPL", module_of(tws.ib).LimitOrder("BUY", 1, FAR, orderRef=None))

    assert order.frame["order_ref"].tolist() == [f"ibnb:{order.refs[0]}"]


@pytest.mark.parametrize("tif", ["GTD 2027\x000101", "GTD heute abend für immer"])
def test_what_is_no_text_of_a_day_is_refused(tws: ibnb.Session, tif: str) -> None:
    with pytest.raises(ibnb.BadInput, match="tif"):
        tws.limit("BUY", 1, "AAPL", FAR, tif=tif)


def test_a_preview_may_take_as_long_as_it_needs(tws: ibnb.Session) -> None:
    assert tws.limit("BUY", 1, "AAPL", FAR).preview(timeout=None)["stopped_by"].tolist() == [""]


def test_so_may_all_that_is_done_to_an_order(tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit(timeout=None)

    assert trade.modify(quantity=9, timeout=None).quantity == 9
    assert trade.cancel(timeout=None).state == "cancelled"
    assert list(tws.cancel_all(True, timeout=None))
    assert bought(tws).close_out(timeout=None).sentences[0].startswith("Sell 3 AMD")


def test_references_never_look_like_account_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("du2345672aabcdefghij")
    monkeypatch.setattr("ibnb.trading.values.references.secrets.choice", lambda _letters: next(letters))

    assert new_token() == "abcdefghij"


def test_coroutines_close_out_and_tell_as_a_session_does(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    async def bought_and_sold(ib: IB) -> tuple[str, float, str]:
        order = await ibnb.aio.market(ib, "BUY", 2, "AMD")
        [trade] = await order.submit("soon after another")
        await trade.wait("filled")
        [undone] = await (await ibnb.aio.close_out(trade)).submit("soon after another")
        await undone.wait("filled")
        return trade.status, undone.filled, undone.ref

    status, filled, ref = tws.run(bought_and_sold)

    assert (status, filled) == ("Filled", 2)
    assert ref in [trade.ref for trade in tws.trades()]


def test_what_a_combination_is_to_sell_of_its_leg_is_not_sold_beside_it(tws: ibnb.Session) -> None:
    shares = held(tws, "AAPL")
    ibnb.options.limits.share_per_order = 0.0001
    last = float(tws.quotes("AAPL")["last"].iloc[0])
    out = tws.limit("SELL", shares, "AAPL", round(last * 1.02, 2))
    assert out.preview()["stopped_by"].iloc[0] == ""

    spread = tws.limit("SELL", 5, "+1 AAPL -1 NVDA", 900.0).submit(force="far from the market")
    with pytest.raises(ibnb.OrderStopped, match="orders for 5 that work are to close"):
        out.submit()
    tws.limit("BUY", 5, "+1 AAPL -1 NVDA", -900.0).submit(force="far, and on the other side")
    spread.cancel()
    out.submit(force="soon after another").cancel()


def test_what_single_orders_close_of_a_leg_a_combination_closes_no_more() -> None:
    def sent(contract: Any, action: str, quantity: float) -> Record:
        return Record(new_token(), contract, client.MarketOrder(action, quantity), "DU1234567", 1, state="working")

    def spread(*legs: tuple[int, str, int]) -> Any:
        made = [client.ComboLeg(conId=con_id, action=action, ratio=ratio) for con_id, action, ratio in legs]
        return client.Contract(secType="BAG", comboLegs=made)

    option, other = client.Contract(secType="OPT", conId=1), client.Contract(secType="OPT", conId=2)
    vertical = spread((1, "BUY", 1), (2, "SELL", 2))
    working = [sent(option, "SELL", 3), sent(other, "BUY", 8), sent(option, "BUY", 50), sent(vertical, "BUY", 50)]

    def closed(contract: Any, action: str) -> float:
        return closing(parts_of(contract, action), {each.token: each for each in working}, working, ())

    assert closed(vertical, "SELL") == 4  # its second leg is closed by eight, two a piece
    working.append(sent(vertical, "SELL", 2))
    assert closed(vertical, "SELL") == 6
    assert (closed(option, "SELL"), closed(other, "BUY")) == (5, 12)
    assert closed(spread((3, "BUY", 1), (4, "SELL", 1)), "SELL") == 0


def test_a_closing_order_of_another_notebook_counts_before_tws_lists_it(
    connect: Connect, tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = held(tws, "AAPL")
    ibnb.options.limits.share_per_order = 0.0001
    last = float(tws.quotes("AAPL")["last"].iloc[0])
    first = tws.limit("SELL", shares, "AAPL", round(last * 1.02, 2)).submit()
    other = connect(client_id=94)

    async def not_listed(*_arguments: object, **_named: object) -> list[object]:
        return []

    monkeypatch.setattr("ibnb.trading.sending.guarded.ask.open_orders", not_listed)
    with pytest.raises(ibnb.OrderStopped, match="are to close what is held"):
        other.limit("SELL", shares, "AAPL", round(last * 1.02, 2)).submit()
    first.cancel()


def test_a_closing_order_of_another_notebook_counts_before_tws_acknowledges_it(tws: ibnb.Session) -> None:
    """Its log says that it was sent a moment ago, and not that TWS has acknowledged it: it may not be listed yet."""
    shares = held(tws, "AAPL")
    ibnb.options.limits.share_per_order = 0.0001
    price = round(float(tws.quotes("AAPL")["last"].iloc[0]) * 1.02, 2)
    order = tws.limit("SELL", shares, "AAPL", price)
    assert order.preview()["stopped_by"].iloc[0] == ""  # it only closes what is held

    plan = order._planned.plan
    record = Record("abcdefghij", plan.contract, copy.copy(plan.lines[0].order), plan.account, 94, 5)
    record.order.orderRef = reference("abcdefghij")
    tracker_of(tws.ib).audit.write("sent", server=f"127.0.0.1:{tws.ib.client.port}", **audited(record))

    with pytest.raises(ibnb.OrderStopped, match="are to close what is held"):
        order.submit()


def test_an_order_is_for_a_quantity_or_for_an_amount_of_money(tws: ibnb.Session) -> None:
    order = module_of(tws.ib).MarketOrder("BUY", 1)
    order.cashQty = 5_000_000

    with pytest.raises(ibnb.BadInput, match="in place of a quantity"):
        tws.order("EUR.USD", order)


def test_a_preview_of_before_a_machine_slept_is_not_fresh(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    order = tws.limit("BUY", 1, "AAPL", FAR)
    order.preview()
    assert order.is_previewed

    now = time.time()
    monkeypatch.setattr("ibnb.trading.sending.guarded.time.time", lambda: now + 3_600)

    assert not order.is_previewed
