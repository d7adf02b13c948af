"""All orders of a client id: as a frame, watched, found by reference, cancelled; those of others left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.trading.sending.tracker import tracker_of
from ibnb.tws.client.backend import load

client = load().module
FAR = 100.0
Connect = Callable[..., ibnb.Session]


def test_trades_read_like_their_frame(tws: ibnb.Session) -> None:
    first, second = (tws.limit("BUY", n, "AAPL", FAR, ref=f"note {n}").submit() for n in (1, 2))

    trades = tws.trades()

    assert list(trades.frame) == ibnb.schema("trades")["column"].tolist()
    assert (len(trades), trades.shape) == (2, trades.frame.shape)
    assert trades["total_quantity"].tolist() == [1.0, 2.0]
    assert (trades[0].ref, trades[-1].ref, trades[second.ref].ref) == (first.ref, second.ref, second.ref)
    assert trades["order_ref"].tolist() == [f"ibnb:{first.ref} note 1", f"ibnb:{second.ref} note 2"]
    assert [trade.ref for trade in trades] == [first.ref, second.ref]
    assert trades[second.ref].quantity == 2.0
    with pytest.raises(KeyError):
        trades["nonsense"]


def test_an_open_order_that_is_filled_says_how_much_before_its_status_does(tws: ibnb.Session) -> None:
    tws.limit("BUY", 20, "AAPL", FAR).submit()
    [record] = tracker_of(tws.ib).records.values()

    record.take_open({"order_id": record.order_id, "status": "Filled", "total_quantity": 20.0})
    assert (record.state, record.filled, record.remaining) == ("filled", 20.0, 0.0)
    record.take_status({"order_id": record.order_id, "status": "Filled", "filled": 20.0, "avg_fill_price": 99.5})
    assert (record.filled, record.average_price) == (20.0, 99.5)


def test_how_much_of_an_open_order_is_filled_its_status_says(tws: ibnb.Session) -> None:
    tws.limit("BUY", 20, "AAPL", FAR).submit()
    [record] = tracker_of(tws.ib).records.values()
    record.take_open({"order_id": record.order_id, "status": "Filled", "total_quantity": 20.0})

    record.take_status({"order_id": record.order_id, "status": "Filled", "filled": 12.0, "avg_fill_price": 99.5})
    assert (record.state, record.filled, record.average_price) == ("filled", 12.0, 99.5)
    record.take_status({"order_id": record.order_id, "status": "Filled", "filled": 5.0, "avg_fill_price": 99.5})
    assert record.filled == 12.0  # told late


def test_trades_are_watched(tws: ibnb.Session) -> None:
    trades = tws.trades()
    seen: list[str] = []
    trades.on_update(lambda each, changed: seen.extend(changed), every=0.0)

    trade = tws.limit("BUY", 1, "AAPL", FAR).submit()
    assert until(lambda: trade.ref in seen)

    trades.stop()
    seen.clear()
    trade.cancel()
    assert trades["state"].tolist() == ["cancelled"]
    assert not seen


def test_all_are_cancelled_when_that_is_confirmed_and_nobody_elses(connect: Connect) -> None:
    mine, other = connect(client_id=71), connect(client_id=72)
    theirs = other.limit("BUY", 3, "AAPL", FAR).submit()
    placed = [mine.limit("BUY", n, "AAPL", FAR).submit() for n in (1, 2)]

    with pytest.raises(ibnb.BadInput, match="2 orders work, and all of them would be cancelled"):
        mine.cancel_all()
    assert [trade.state for trade in placed] == ["working", "working"]

    assert mine.cancel_all(confirm=True)["state"].tolist() == ["cancelled", "cancelled"]
    assert theirs.state == "working"
    with pytest.raises(ibnb.BadInput, match="0 orders work"):
        mine.cancel_all()


def test_orders_of_another_client_are_seen_and_not_changed(connect: Connect) -> None:
    mine, other = connect(client_id=73), connect(client_id=74)
    theirs = other.limit("BUY", 3, "AAPL", FAR).submit()

    assert len(mine.trades()) == 0
    assert theirs.ref in mine.orders()["order_ref"].str[5:15].tolist()
    with pytest.raises(KeyError):
        mine.trades()[theirs.ref]


def test_coroutines_of_the_same_names_with_an_ib_of_ones_own(simulator: ibnb.Simulator) -> None:
    async def work() -> dict[str, Any]:
        ib = load().module.IB()
        await ib.connectAsync("127.0.0.1", simulator.port, clientId=75)
        try:
            order = await ibnb.aio.limit(ib, "BUY", 4, "AAPL", FAR, ref="by hand")
            preview = await order.preview()
            [trade] = await order.submit()
            await trade.modify(price=99.0)
            [seen] = [each for each in ib.openTrades() if each.order.orderRef.startswith(f"ibnb:{trade.record.token}")]
            limit = seen.order.lmtPrice
            await trade.wait("submitted")
            await trade.cancel()
            found = (await ibnb.aio.trades(ib)).frame
            return {"preview": preview, "limit": limit, "state": trade.record.state, "trades": found}
        finally:
            ib.disconnect()

    found = asyncio.run(work())

    assert found["preview"]["commission"].tolist() == [1.0]
    assert (found["limit"], found["state"]) == (99.0, "cancelled")
    assert found["trades"]["order_ref"].str.endswith("by hand").tolist() == [True]


def test_an_ib_of_ones_own_is_armed_for_one_account_by_its_whole_number() -> None:
    async def trade(port: int) -> str:
        ib = load().module.IB()
        await ib.connectAsync("127.0.0.1", port, clientId=73)
        try:
            order = await ibnb.aio.limit(ib, "BUY", 1, "AAPL", 100.0)
            with pytest.raises(ibnb.ReadOnly, match="not armed"):
                await order.submit()
            with pytest.raises(ibnb.BadInput, match=r"U\*\*\*567"):
                await ibnb.aio.allow_live(ib, "U***567")
            await ibnb.aio.allow_live(ib, "U1234567")
            [sent] = await order.submit()
            await sent.cancel()
            return sent.record.state
        finally:
            ib.disconnect()

    with ibnb.simulate("live-account", clock="2026-11-18T11:00:00-05:00") as sim:
        assert asyncio.run(trade(sim.port)) == "cancelled"


def test_a_plain_client_sees_the_same_order(connect: Connect) -> None:
    """What the client library itself keeps of an order agrees with what a trade tells."""
    tws = connect(client_id=76)
    trade = tws.limit("BUY", 4, "AAPL", FAR).submit()

    [theirs] = tws.run(lambda ib: [each for each in ib.openTrades() if each.order.orderId == trade.order_id])

    assert until(lambda: theirs.orderStatus.status == trade.status)
    assert (theirs.order.permId, theirs.orderStatus.remaining) == (trade.perm_id, 4.0)
    trade.cancel()
    assert theirs.orderStatus.status == "Cancelled"


def test_an_order_of_the_clients_own_kind_is_sent_as_it_is(tws: ibnb.Session) -> None:
    wanted = client.Order(action="BUY", totalQuantity=5, orderType="MIT", auxPrice=FAR, tif="GTC", hidden=True)
    trade = tws.order("AAPL", wanted, ref="touched").submit()

    [row] = tws.orders().query("order_id == @trade.order_id and client_id == @tws.client_id").to_dict("records")
    assert (row["order_type"], row["aux_price"], row["tif"]) == ("MIT", FAR, "GTC")
    assert (wanted.orderId, wanted.orderRef) == (0, "")
    assert trade.modify(price=99.0).state == "working"


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("stop", ("SELL", 5, "AAPL", FAR), "as soon as the price reaches 100 USD, at the market's price"),
        ("stop_limit", ("SELL", 5, "AAPL", FAR, 99.0), "reaches 100 USD, at 99 USD or better"),
        ("trail", ("SELL", 5, "AAPL", 10.0), "when the price turns by 10 USD"),
    ],
)
def test_stops_wait(tws: ibnb.Session, kind: str, given: tuple[Any, ...], says: str) -> None:
    order = getattr(tws, kind)(*given)
    assert says in order.sentences[0]

    trade = order.submit()

    assert (trade.status, trade.state) == ("PreSubmitted", "working")
    assert trade.modify(price=95.0 if kind != "trail" else 12.0).cancel().state == "cancelled"


def test_a_trail_in_per_cent_and_with_a_limit(tws: ibnb.Session) -> None:
    assert "turns by 2.5 %" in tws.trail("SELL", 5, "AAPL", percent=2.5).sentences[0]
    order = tws.trail("SELL", 5, "AAPL", 10.0, stop_price=FAR, limit_offset=0.5)
    assert "beginning at 100 USD, with a limit 0.5 USD beyond it" in order.sentences[0]
    assert order.submit().state == "working"


@pytest.mark.parametrize(
    ("word", "quantity", "named"),
    [
        ("EUR.USD", 20_000, {}),
        ("BTC@PAXOS CRYPTO", 0.01, {"tif": "IOC"}),
        ("BTC@PAXOS CRYPTO", None, {"cash_quantity": 500.0, "tif": "IOC"}),
        ("ES DEC26", 1, {}),
    ],
)
def test_other_kinds_of_contracts(tws: ibnb.Session, word: str, quantity: float | None, named: dict[str, Any]) -> None:
    ibnb.options.limits.share_per_order = None
    quote = tws.quotes([word]).iloc[0]
    above = 100.0 if word.startswith("BTC") else 0.0  # it moves while it is looked at, and IOC does not wait
    order = tws.limit("BUY", quantity, word, float(quote["ask"]) + above, **named)
    preview = order.preview()

    assert preview["value"].notna().all()
    trade = order.submit().wait("done", timeout=20)
    assert trade.filled > 0


def test_a_combination_is_ordered_by_its_legs(tws: ibnb.Session) -> None:
    chain = tws.option_chain("AAPL", quotes=False)
    near = chain[chain["expiry"] == chain["expiry"].min()]
    calls = near[near["right"] == "C"].sort_values("strike")["con_id"]
    low, high = calls.iloc[len(calls) // 2 : len(calls) // 2 + 2]
    ibnb.options.limits.share_per_order = None

    legs = [client.ComboLeg(int(each), 1, side, "SMART") for each, side in ((low, "BUY"), (high, "SELL"))]
    spread = client.Contract("BAG", symbol="AAPL", exchange="SMART", currency="USD", comboLegs=legs)

    order = tws.limit("BUY", 1, spread, 0.05)

    assert order.preview()["sec_type"].tolist() == ["BAG"]
    trade = order.submit()
    assert trade.state == "working"


def test_a_person_with_several_accounts_names_one(simulator: ibnb.Simulator, connect: Connect) -> None:
    simulator.scenario("several-accounts")
    with pytest.warns(match="several accounts"):
        tws = connect()
    with pytest.raises(ibnb.BadInput, match="which has several"):
        tws.limit("BUY", 1, "AAPL", FAR)
    account = tws.managed_accounts[1]
    with pytest.raises(ibnb.BadInput, match="the whole number, as"):
        tws.limit("BUY", 1, "AAPL", FAR, account="DU***321")

    trade = tws.limit("BUY", 1, "AAPL", FAR, account=account).submit()

    assert tws.trades()["account"].tolist() == [account]
    assert trade.cancel().state == "cancelled"


@pytest.mark.filterwarnings("ignore:This log-in has several accounts")
def test_an_order_of_the_client_library_is_of_the_account_that_it_names(
    simulator: ibnb.Simulator, connect: Connect
) -> None:
    simulator.scenario("several-accounts")
    one, other = connect().managed_accounts[:2]
    tws = connect(account=one)
    bought = tws.backend.module.MarketOrder("BUY", 1, account=other)

    assert tws.order("AAPL", bought).account == other
    assert tws.order("AAPL", bought, account=one).account == one
    assert tws.order("AAPL", tws.backend.module.MarketOrder("BUY", 1)).account == one
