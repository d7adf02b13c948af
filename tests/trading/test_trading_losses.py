"""Once and only once: whatever happens to the connection or to TWS's ids, no order is sent twice, and each is found."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from waiting import until

import ibnb
from ibnb.trading.check.case import Case
from ibnb.trading.check.guards import Verdict, judge
from ibnb.trading.sending import submit
from ibnb.tws.client.backend import module_of

SILENCE = submit.SILENCE
FAR = 100.0
OPEN = "2026-11-18T11:00:00-05:00"
Connect = Callable[..., ibnb.Session]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask after moments of silence rather than seconds."""
    monkeypatch.setattr("ibnb.trading.sending.submit.SILENCE", 0.3)
    monkeypatch.setattr("ibnb.trading.sending.find.ONCE_MORE", 0.1)
    monkeypatch.setattr("ibnb.trading.sending.find.SYNCED", 0.5)


def booked(sim_session: ibnb.Session, ref: str) -> int:
    """Return how many orders of a reference TWS has, open or completed."""
    known = [*sim_session.orders()["order_ref"], *sim_session.completed_orders()["order_ref"]]
    return sum(text.startswith(f"ibnb:{ref}") for text in known)


def test_what_was_cut_off_before_tws_read_it_never_arrived(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", FAR)
    simulator.scenario("cut-at-order:when=before")

    with pytest.raises(ibnb.OrderNotArrived, match="never arrived") as caught:
        order.submit()

    assert caught.value.trade.state == "never arrived"
    assert booked(tws, order.refs[0]) == 0
    with pytest.raises(ibnb.IBNBError, match="submitted already"):
        order.submit()
    assert {"sent", "lost", "found"} <= set(tws.audit().query("event != ''")["event"])


def test_what_was_cut_off_after_tws_booked_it_is_found_working(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", FAR)
    simulator.scenario("cut-at-order:when=after")

    trade = order.submit()

    assert (trade.state, trade.status) == ("working", "Submitted")
    assert booked(tws, trade.ref) == 1
    assert "lost" in set(trade.log["event"])
    assert trade.cancel().state == "cancelled"


def test_what_was_cut_off_and_filled_meanwhile_is_found_filled(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.market("BUY", 3, "MSFT")
    simulator.scenario("cut-at-order:when=after")

    trade = order.submit().wait("filled", timeout=20)

    assert trade.filled == 3.0
    assert until(lambda: len(trade.fills) > 0)
    assert trade.fills["shares"].sum() == 3.0


def test_a_bracket_that_is_cut_off_is_known_whole(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.bracket("BUY", 3, "AAPL", FAR, take_profit=400.0, stop_loss=50.0)
    simulator.scenario("cut-at-order:when=after,nth=3")

    trades = order.submit()

    assert [trade.state for trade in trades] == ["working"] * 3
    assert [booked(tws, trade.ref) for trade in trades] == [1, 1, 1]


@pytest.mark.second
def test_an_order_that_is_dropped_in_silence_is_unknown(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", FAR)
    simulator.scenario("orders-dropped:every=1")

    with pytest.raises(ibnb.OrderUnknown, match="Look at TWS itself") as caught:
        order.submit()

    trade = caught.value.trade
    assert trade.state == "unknown"
    simulator.scenario("healthy")
    assert tws.trades()["state"].tolist() == ["unknown"]
    simulator.event("cut")  # what the connection has swallowed comes no more
    assert until(lambda: trade.state == "never arrived")


def test_an_order_that_nothing_is_told_of_is_found_by_asking(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.market("BUY", 2, "AAPL")
    simulator.scenario("orders-untold")

    trade = order.submit()

    assert trade.state == "filled"
    assert trade.fills["shares"].sum() == 2.0


def test_orders_of_before_a_loss_are_brought_up_to_date(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    held = tws.limit("BUY", 10, "AAPL", FAR).submit()
    ended = tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("orders-untold")
    tws.run(lambda ib: ib.client.cancelOrder(ended.order_id, ""))
    simulator.scenario("healthy")
    simulator.event("cut")

    assert until(lambda: ended.state == "cancelled")
    assert until(lambda: "found" in set(held.log["event"]))
    assert held.state == "working"


@pytest.mark.second
def test_ids_that_were_rolled_back_change_no_order(simulator: ibnb.Simulator, connect: Connect) -> None:
    tws = connect(client_id=61)
    first = tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("habit-order-ids-go-back")
    simulator.event("restart:seconds=0.1")
    assert until(lambda: "connected-again" in set(tws.events["event"]))

    others = [tws.limit("SELL", 1, "AAPL", 900.0).submit() for _ in range(3)]

    assert len({first.order_id, *(trade.order_id for trade in others)}) == 4
    assert (first.state, first.quantity) == ("working", 10.0)
    mine = tws.orders().query("client_id == 61")
    assert sorted(mine["total_quantity"]) == [1.0, 1.0, 1.0, 10.0]


@pytest.mark.parametrize("length", [15, 16, 36, 116])
def test_an_order_whose_reference_comes_back_cut_is_found(
    simulator: ibnb.Simulator, connect: Connect, length: int
) -> None:
    simulator.scenario(f"habit-references-cut:length={length}", "cut-at-order:when=after")
    tws = connect()
    note = "a note of the person who gave the order, of a hundred characters".ljust(100, ".")

    trade = tws.limit("BUY", 10, "AAPL", FAR, ref=note).submit()

    assert trade.state == "working"
    assert f"ibnb:{trade.ref} {note}"[:length] in set(tws.orders()["order_ref"])
    assert trade.modify(quantity=5).quantity == 5.0
    assert tws.trades()[trade.ref].cancel().state == "cancelled"
    assert tws.completed_orders()["order_ref"].str.startswith(f"ibnb:{trade.ref}").sum() == 1


def test_another_kernel_goes_on_above_the_ids_of_one_before(simulator: ibnb.Simulator, connect: Connect) -> None:
    before = connect(client_id=62)
    first = before.limit("BUY", 10, "AAPL", FAR).submit()
    done = before.limit("BUY", 10, "AAPL", FAR).submit().cancel()
    simulator.scenario("habit-order-ids-go-back")
    before.close()

    tws = connect(client_id=62)
    new = tws.limit("SELL", 1, "AAPL", 900.0).submit()

    assert new.order_id > done.order_id > first.order_id
    states = tws.trades().frame.set_index("ref")["state"]
    assert states.to_dict() == {first.ref: "working", done.ref: "cancelled", new.ref: "working"}
    assert tws.trades()[first.ref].cancel().state == "cancelled"


KERNEL = """
    import ibnb
    tws = ibnb.connect(port={port}, client_id=63, readonly=False, timeout=20)
    print(tws.limit("BUY", 10, "AAPL", 100.0).submit().ref, flush=True)
    print(tws.market("BUY", 5, "MSFT").submit().wait("filled", timeout=20).ref, flush=True)
    order = tws.limit("BUY", 7, "AAPL", 101.0)
    print(order.refs[0], flush=True)
    {more}
    order.submit()
"""


@pytest.mark.second
@pytest.mark.parametrize("scenario", ["orders-untold", "orders-dropped:every=1"])
def test_a_kernel_that_is_killed_finds_its_orders_again(
    simulator: ibnb.Simulator, connect: Connect, scenario: str
) -> None:
    more = f"import sys; sys.stdin.readline()  # {scenario}"
    script = textwrap.dedent(KERNEL.format(port=simulator.port, more=more))
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        working, filled, last = (process.stdout.readline().strip() for _ in range(3))
        simulator.scenario(scenario)
        before = simulator.received().get("PLACE_ORDER", 0)
        process.stdin.write("\n")
        process.stdin.flush()
        assert until(lambda: simulator.received().get("PLACE_ORDER", 0) > before)
        process.send_signal(signal.SIGKILL)
    simulator.scenario("healthy")

    tws = connect(client_id=63)
    states = tws.trades().frame.set_index("ref")["state"].to_dict()

    expected = "working" if scenario == "orders-untold" else "never arrived"
    assert states == {working: "working", filled: "filled", last: expected}
    assert [booked(tws, ref) for ref in (working, filled, last)] == [1, 1, int(expected == "working")]
    assert simulator.received().get("PLACE_ORDER", 0) == before + 1


def test_an_interrupt_while_submitting_leaves_a_known_state(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", FAR)
    order.preview()
    simulator.scenario("orders-untold")
    before = simulator.received().get("PLACE_ORDER", 0)

    def interrupt() -> None:
        until(lambda: simulator.received().get("PLACE_ORDER", 0) > before)
        signal.raise_signal(signal.SIGINT) if os.name == "nt" else os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            order.submit()
    finally:
        thread.join()

    assert "was sent" in caught.value.__notes__[0]
    assert order.is_submitted
    simulator.scenario("healthy")
    assert tws.trades()["state"].tolist() == ["working"]
    assert {"sent", "interrupted"} <= set(tws.audit()["event"])


@pytest.mark.second
def test_what_breaks_in_the_middle_of_a_bracket_is_not_sent_again(
    simulator: ibnb.Simulator, tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = tws.bracket("BUY", 3, "AAPL", FAR, take_profit=400.0, stop_loss=50.0)
    ib, place = tws.ib, tws.ib.placeOrder
    placed: list[int] = []

    def breaks(contract: object, line: object) -> object:
        if len(placed) == 1:
            raise RuntimeError("broken")
        placed.append(1)
        return place(contract, line)

    with monkeypatch.context() as patch, pytest.raises(ibnb.IBNBError, match="what was sent of it is cancelled"):
        patch.setattr(ib, "placeOrder", breaks)
        order.submit()

    assert order.is_submitted
    with pytest.raises(ibnb.IBNBError, match="submitted already"):
        order.submit()
    assert [trade.wait("done", timeout=10).state for trade in tws.trades()] == ["cancelled"]
    assert tws.trades()["role"].tolist() == ["parent"]
    assert tws.audit()["event"].tolist().count("not sent") == 2


def test_what_breaks_behind_the_message_is_not_known_and_not_sent_again(
    tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, place = tws.limit("BUY", 10, "AAPL", FAR), tws.ib.placeOrder

    def breaks(contract: object, line: object) -> object:
        place(contract, line)
        raise RuntimeError("broken")

    monkeypatch.setattr(tws.ib, "placeOrder", breaks)
    with pytest.raises(ibnb.OrderUnknown, match="broken") as caught:
        order.submit()

    assert order.is_submitted
    assert caught.value.trade.wait("submitted", timeout=10).state == "working"


def test_what_cannot_be_written_as_a_message_is_not_sent(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    odd = module_of(tws.ib).LimitOrder("BUY", 10, FAR)
    odd.conditions = [None]  # no condition
    order = tws.order("AAPL", odd)
    before = simulator.received().get("PLACE_ORDER", 0)

    with pytest.raises(ibnb.IBNBError, match="Not sent: the client library cannot write this order"):
        order.submit()

    assert not order.is_submitted
    assert simulator.received().get("PLACE_ORDER", 0) == before
    assert len(tws.trades()) == 0


def test_a_cut_before_the_message_is_told_as_a_loss(tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_message: str) -> None:
        raise ConnectionError("Not connected")

    order = tws.limit("BUY", 10, "AAPL", FAR)
    order.preview()
    with monkeypatch.context() as patch, pytest.raises(ibnb.NotConnected):
        patch.setattr(tws.ib.client, "sendMsg", cut)
        order.submit()

    assert not order.is_submitted
    assert order.submit().state == "working"


def test_an_interrupt_before_anything_was_sent_says_so(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", FAR)
    before = simulator.received().get("PLACE_ORDER", 0)
    simulator.scenario("ignored:request=MKT_DATA")
    timer = threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        order.submit()
    timer.join()
    simulator.scenario("healthy")

    assert "was not sent" in caught.value.__notes__[0]
    assert not order.is_submitted
    assert simulator.received().get("PLACE_ORDER", 0) == before
    assert order.submit().state == "working"


def test_an_order_that_tws_told_of_has_arrived(simulator: ibnb.Simulator, connect: Callable[..., ibnb.Session]) -> None:
    simulator.scenario("orders-slow:seconds=60,first=PendingSubmit,booked=false")
    tws = connect(client_id=66)
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()

    assert (trade.status, trade.state) == ("PendingSubmit", "sent")
    assert "remark" in set(tws.audit()["event"])
    tws.close()
    simulator.scenario("healthy")

    assert connect(client_id=66).trades()["state"].tolist() == ["unknown"]  # not: never arrived


def test_an_order_that_is_unknown_may_be_cancelled(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("orders-dropped:every=1")
    with pytest.raises(ibnb.OrderUnknown) as caught:
        tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("healthy")

    trade = caught.value.trade
    with pytest.raises(ibnb.OrderRejected, match="not known what became of it"):
        trade.modify(price=99.0)
    assert trade.cancel().state == "never arrived"  # 10147: TWS does not know it


def test_a_change_that_was_refused_is_no_rejection_of_its_order(simulator: ibnb.Simulator, connect: Connect) -> None:
    before = connect(client_id=64)
    trade = before.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("orders-held-back:why=percentage")
    with pytest.raises(ibnb.OrderRejected):
        trade.modify(price=101.0)
    simulator.scenario("healthy")
    before.close()

    tws = connect(client_id=64)
    tws.limit("BUY", 1, "AAPL", 99.0).submit()
    [again] = [each for each in tws.trades() if each.ref == trade.ref]

    assert again.state == "working"
    with pytest.raises(ibnb.OrderRejected, match="sent by an earlier session"):
        again.modify(price=99.0)
    assert again.cancel().state == "cancelled"


def test_two_previewed_sales_of_one_position_do_not_open_a_short(tws: ibnb.Session) -> None:
    held = tws.positions().query("symbol == 'SPY' and sec_type == 'STK'")["position"].sum()
    ibnb.options.limits.quantity_per_order = 1
    first, second = tws.market("SELL", held, "SPY"), tws.market("SELL", held, "SPY")
    for order in (first, second):
        assert order.preview()["stopped_by"].tolist() == [""]
    first.submit().wait("filled", timeout=20)
    assert until(lambda: tws.positions().query("symbol == 'SPY'")["position"].sum() == 0)

    with pytest.raises(ibnb.OrderStopped, match="quantity_per_order"):
        second.submit()


def test_a_change_that_is_found_after_a_loss_counts_for_every_notebook(
    simulator: ibnb.Simulator, connect: Connect
) -> None:
    tws = connect(client_id=71)
    trade = tws.limit("BUY", 10, "AAPL", FAR, tif="GTC").submit()
    simulator.scenario("cut-at-order:when=after")
    with pytest.raises(ibnb.NotConnected):
        trade.modify(quantity=500)
    simulator.scenario("healthy")
    assert until(lambda: trade.quantity == 500)

    def stopped(session: ibnb.Session) -> str:
        return str(session.limit("BUY", 100, "AAPL", FAR).preview()["stopped_by"].iloc[0])

    ibnb.options.limits.quantity_per_day, ibnb.options.limits.value_per_day = 505, 50_500
    assert "quantity_per_day" in stopped(connect(client_id=72))
    assert "value_per_day" in stopped(connect(client_id=73))
    tws.close()
    assert "value_per_day" in stopped(connect(client_id=71))


def test_a_change_that_is_refused_counts_for_nobody(simulator: ibnb.Simulator, connect: Connect) -> None:
    trade = connect(client_id=74).limit("BUY", 10, "AAPL", FAR, tif="GTC").submit()
    with pytest.raises(ibnb.OrderRejected):
        trade.modify(quantity=5_000_000, force="to see it refused")
    ibnb.options.limits.quantity_per_day, ibnb.options.limits.value_per_day = 505, 50_500

    assert connect(client_id=75).limit("BUY", 100, "AAPL", FAR).preview()["stopped_by"].iloc[0] in ("", None)


@pytest.mark.second
def test_of_an_order_of_the_day_before_nobody_says_that_it_never_arrived(
    own_log: Path, simulator: ibnb.Simulator, connect: Connect
) -> None:
    with connect(client_id=76) as before:
        trade = before.market("BUY", 3, "AMD").submit().wait("filled", timeout=20)
    [log] = own_log.glob("*.jsonl")
    sent = [line for line in log.read_text().splitlines() if json.loads(line)["event"] in ("asked", "sent")]
    yesterday = (datetime.now(UTC) - timedelta(hours=24)).isoformat(timespec="milliseconds")
    kept = [json.dumps(json.loads(line) | {"time": yesterday}) for line in sent]
    log.write_text("\n".join(kept) + "\n")  # killed before TWS had answered
    simulator.scenario("no-executions")

    with ibnb.simulate(clock=OPEN) as another:  # TWS has forgotten the day before
        line = log.read_text().replace(f":{simulator.port}", f":{another.port}")
        log.write_text(line)
        with ibnb.connect(port=another.port, readonly=False, client_id=76) as tws:
            found = tws.trades()[trade.ref]
            assert found.state == "unknown"
            assert "before midnight" in found.log["text"].iloc[-1]


def test_a_tws_that_goes_while_the_guards_ask_is_told_as_a_loss(connect: Connect) -> None:
    with ibnb.simulate(clock=OPEN) as another:
        tws = connect(port=another.port, client_id=77)
        order = tws.market("BUY", 10, "MSFT")

    with pytest.raises(ibnb.IBNBError):
        order.submit(timeout=1)
    assert not order.is_submitted


def test_what_is_told_of_another_order_under_the_same_id_is_not_taken_for_ours(
    simulator: ibnb.Simulator, tws: ibnb.Session
) -> None:
    simulator.scenario("orders-dropped:every=1")
    with pytest.raises(ibnb.OrderUnknown) as caught:
        tws.limit("BUY", 7, "AAPL", FAR).submit()
    trade, module = caught.value.trade, module_of(tws.ib)
    simulator.scenario("dropped:response=ORDER_STATUS")  # it alone does not say of what
    amd = module.Stock("AMD", "SMART", "USD", conId=int(tws.contracts("AMD")["con_id"].iloc[0]))
    other = module.MarketOrder("BUY", 7, account="DU1234567")
    tws.run(lambda ib: ib.client.placeOrder(trade.order_id, amd, other))
    assert until(lambda: "AMD" in set(tws.executions()["symbol"]))

    assert (trade.filled, trade.state, trade.perm_id) == (0, "unknown", 0)


def test_what_another_kernel_sends_under_the_same_client_id_counts(own_log: Path, connect: Connect) -> None:
    tws = connect(client_id=79)
    tws.limit("BUY", 1, "AAPL", FAR).submit()
    other = connect(client_id=80).market("BUY", 90, "AMD").submit(force="soon after another").wait("filled", timeout=20)
    [log] = own_log.glob("*.jsonl")  # as if it had had the id while this one had lost its connection
    log.write_text(log.read_text().replace('"client_id": 80,', '"client_id": 79,'))
    ibnb.options.limits.quantity_per_day = 100

    verdict = tws.limit("BUY", 50, "AAPL", FAR).preview()["stopped_by"].iloc[0]

    assert "quantity_per_day" in verdict
    assert other.ref in [trade.ref for trade in tws.trades()]


@pytest.mark.second
def test_what_tws_lists_late_after_a_restart_has_arrived(
    simulator: ibnb.Simulator, tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ibnb.trading.sending.find.SYNCED", 6.0)
    simulator.scenario("cut-at-order:when=after", "dropped:response=OPEN_ORDER", "dropped:response=ORDER_STATUS")
    order = tws.limit("BUY", 10, "AAPL", FAR)
    listed = threading.Timer(2.0, simulator.scenario, ["healthy"])
    listed.start()

    assert order.submit().state == "working"
    listed.join()


def test_a_tws_that_answers_nothing_of_orders_is_told_after_five_seconds(
    simulator: ibnb.Simulator, tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[float]()

    async def find(*_arguments: object, timeout: float) -> None:
        asked.append(timeout)

    monkeypatch.setattr(submit, "find", find)
    simulator.scenario("orders-dropped:every=1")
    with pytest.raises(ibnb.OrderUnknown):
        tws.limit("BUY", 10, "AAPL", FAR).submit()

    assert [SILENCE + timeout for timeout in asked] == [5]


def test_an_order_that_tws_did_not_know_and_then_lists_works(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("orders-dropped:every=1")
    with pytest.raises(ibnb.OrderUnknown) as caught:
        tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("healthy")
    trade = caught.value.trade
    assert trade.cancel().state == "never arrived"

    record = trade._record  # it comes after all
    tws.run(lambda ib: ib.client.placeOrder(record.order_id, record.contract, record.order))

    assert until(lambda: trade.state == "working")
    assert trade.cancel().state == "cancelled"


@pytest.mark.parametrize("what", ["submit", "modify"])
def test_what_another_notebook_sends_in_the_same_moment_counts(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    tws, other = connect(client_id=92), connect(client_id=93)
    trade = tws.limit("BUY", 1, "AAPL", FAR).submit()
    order, orders = tws.limit("BUY", 10, "AAPL", FAR), [other.limit("BUY", 10, "AAPL", FAR)]
    ibnb.options.limits.quantity_per_day = 15

    def and_meanwhile(case: Case) -> tuple[Verdict, ...]:
        found = judge(case)
        while orders:  # between a verdict and the order that rests on it
            orders.pop().submit()
        return found

    monkeypatch.setattr("ibnb.trading.sending.guarded.judge", and_meanwhile)
    with pytest.raises(ibnb.OrderStopped, match="quantity_per_day"):
        trade.modify(quantity=10) if what == "modify" else order.submit()

    assert tws.orders().query("client_id in (92, 93)")["total_quantity"].sum() == 11
    trade.modify(quantity=10, force="the reason")
    order.submit(force="the reason")
