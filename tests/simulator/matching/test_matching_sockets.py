"""Orders as an unmodified ib_insync sees them, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from simulator.matching.matching_floor import AAPL, MSFT, ScriptedMarket
from waiting import until_async

from ibnb.simulator.accounts import Books, demo_account, empty_account
from ibnb.wire.ids import Request, Response

ibi: Any = pytest.importorskip("ib_insync")  # not on Python 3.14

APPLE = ibi.Contract(conId=AAPL, symbol="AAPL", secType="STK", exchange="SMART", currency="USD")


class Session:
    """One connected ib_insync, with what happens to it noted in order."""

    def __init__(self, market: ScriptedMarket) -> None:
        self.market = market
        self.ib = ibi.IB()
        self.events: list[str] = []
        self.errors: list[tuple[int, int]] = []
        self.ib.openOrderEvent += lambda trade: self.events.append("openOrder")
        self.ib.orderStatusEvent += lambda trade: self.events.append(trade.orderStatus.status)
        self.ib.execDetailsEvent += lambda trade, fill: self.events.append("execDetails")
        self.ib.commissionReportEvent += lambda trade, fill, report: self.events.append("commissionReport")
        self.ib.errorEvent += lambda number, code, text, contract: self.errors.append((number, code))

    def place(self, order_type: str = "MKT", action: str = "BUY", quantity: float = 10, **fields: Any) -> Any:
        contract = fields.pop("contract", APPLE)
        self.events.clear()
        order = ibi.Order(action=action, totalQuantity=quantity, orderType=order_type, **fields)
        return self.ib.placeOrder(contract, order)

    async def reach(self, trade: Any, status: str) -> Any:
        assert await until_async(lambda: trade.orderStatus.status == status)
        return trade

    async def move(self, price: float, **fields: Any) -> None:
        self.market.at(price, **fields)
        self.market.clock.moment += 1


@pytest.fixture
def drive(serve: Callable[..., Any], market: ScriptedMarket) -> Callable[..., None]:
    """Run a test with one ib_insync or several (by client id), on one account."""

    def run(test: Callable[..., Awaitable[None]], *client_ids: int, book: Any = None, **settings: Any) -> None:
        books = Books([book or empty_account(market, "DU1234567")])
        market.clock.speed = 12.5  # what decides how often the desk looks; the time is set by hand
        running = serve(world=(market, books), **settings)

        async def whole() -> None:
            sessions = [Session(market) for _ in client_ids or (1,)]
            try:
                for session, client_id in zip(sessions, client_ids or (1,), strict=True):
                    await session.ib.connectAsync("127.0.0.1", running.port, clientId=client_id, timeout=5)
                    session.events.clear()
                    session.errors.clear()
                await test(*sessions)
            finally:
                for session in sessions:
                    session.ib.disconnect()
                await asyncio.sleep(0)

        asyncio.run(whole())

    return run


def test_callbacks_of_a_fill_and_a_cancellation_come_in_order(drive: Any) -> None:
    async def test(session: Session) -> None:
        trade = session.place()
        assert await until_async(lambda: "commissionReport" in session.events)
        assert session.events == ["openOrder", "PreSubmitted", "execDetails", "openOrder", "Filled", "commissionReport"]
        assert (trade.fills[0].execution.price, trade.fills[0].commissionReport.commission) == (100.01, 1.0)

        trade = session.place("LMT", lmtPrice=90.0)
        await session.reach(trade, "Submitted")
        session.ib.cancelOrder(trade.order)
        assert await until_async(lambda: session.errors)
        assert [entry.status for entry in trade.log[-2:]] == ["PendingCancel", "Cancelled"]
        assert session.errors == [(trade.order.orderId, 202)]

    drive(test)


@pytest.mark.parametrize(
    ("order_type", "fields", "price"),
    [
        ("STP", {"auxPrice": 101.0}, 101.0),
        ("STP LMT", {"auxPrice": 101.0, "lmtPrice": 101.05}, 101.0),
        ("TRAIL", {"action": "SELL", "auxPrice": 1.0}, 98.0),
        ("TRAIL LIMIT", {"action": "SELL", "auxPrice": 1.0, "trailStopPrice": 99.0, "lmtPriceOffset": 2.0}, 98.0),
        ("MIT", {"auxPrice": 99.0}, 99.0),
        ("LIT", {"auxPrice": 99.0, "lmtPrice": 99.5}, 99.0),
    ],
)
def test_held_orders_wait_for_their_price(drive: Any, order_type: str, fields: dict[str, Any], price: float) -> None:
    async def test(session: Session) -> None:
        trade = await session.reach(session.place(order_type, **fields), "PreSubmitted")
        assert trade.orderStatus.whyHeld == "trigger"
        await session.move(price)
        await session.reach(trade, "Filled")

    drive(test)


@pytest.mark.parametrize(
    ("order_type", "fields"),
    [
        ("LMT", {"lmtPrice": 99.5}),
        ("REL", {"auxPrice": 0.01, "lmtPrice": 99.5}),
        ("PEG MID", {"lmtPrice": 99.5}),
    ],
)
def test_working_orders_wait_for_the_market(drive: Any, order_type: str, fields: dict[str, Any]) -> None:
    async def test(session: Session) -> None:
        trade = await session.reach(session.place(order_type, **fields), "Submitted")
        await session.move(99.0)
        await session.reach(trade, "Filled")

    drive(test)


@pytest.mark.parametrize(("order_type", "fields"), [("MOC", {}), ("LOC", {"lmtPrice": 101.0})])
def test_orders_at_the_close(drive: Any, order_type: str, fields: dict[str, Any]) -> None:
    async def test(session: Session) -> None:
        trade = await session.reach(session.place(order_type, **fields), "Submitted")
        session.market.clock.moment += 3 * 3600
        await session.reach(trade, "Filled")
        assert trade.fills[0].execution.price == 100.0

    drive(test)


def test_times_in_force(drive: Any) -> None:
    async def test(session: Session) -> None:
        session.market.at(100.0, size=4)
        ioc = await session.reach(session.place(tif="IOC"), "Cancelled")
        assert ioc.filled() == 4
        whole = await session.reach(session.place(tif="IOC", allOrNone=True), "Cancelled")
        assert whole.filled() == 0
        till = await session.reach(
            session.place("LMT", lmtPrice=90.0, tif="GTD", goodTillDate="20260318 13:00:02 US/Eastern"), "Submitted"
        )
        session.market.clock.moment += 2
        await session.reach(till, "Cancelled")

    drive(test)


@pytest.mark.second
def test_part_fills_reach_position_and_portfolio(drive: Any) -> None:
    async def test(session: Session) -> None:
        session.market.at(100.0, size=4)
        trade = session.place()
        assert await until_async(lambda: trade.filled() == 4)
        await session.reach(trade, "Submitted")  # its status follows its fill
        await session.move(100.0, size=6)
        await session.reach(trade, "Filled")
        assert await until_async(lambda: [p.position for p in session.ib.positions()] == [10])
        assert await until_async(lambda: [item.position for item in session.ib.portfolio()] == [10])
        session.place(action="SELL")
        await session.move(100.0, size=50)
        assert await until_async(lambda: session.ib.positions() == [])
        cash = {v.value for v in session.ib.accountValues() if v.tag == "CashBalance" and v.currency == "USD"}
        # Figures follow within a second.
        assert await until_async(
            lambda: (
                {v.value for v in session.ib.accountValues() if (v.tag, v.currency) == ("CashBalance", "USD")} != cash
            )
        )

    drive(test)


def test_change_is_acknowledged(drive: Any) -> None:
    async def test(session: Session) -> None:
        trade = await session.reach(session.place("LMT", lmtPrice=90.0), "Submitted")
        trade.order.lmtPrice = 91.0
        session.ib.placeOrder(APPLE, trade.order)
        assert await until_async(lambda: trade.log[-1].message == "Modified")
        [open_] = await session.ib.reqOpenOrdersAsync()
        assert open_.order.lmtPrice == 91.0

    drive(test)


def test_what_if(drive: Any) -> None:
    async def test(session: Session) -> None:
        state = await asyncio.wait_for(session.ib.whatIfOrderAsync(APPLE, ibi.MarketOrder("BUY", 100)), 5)
        assert float(state.initMarginChange) == pytest.approx(2750)
        assert float(state.initMarginAfter) == pytest.approx(float(state.initMarginBefore) + 2750)
        assert float(state.equityWithLoanBefore) == 1_000_000
        assert (state.commission, state.commissionCurrency) == (1.0, "USD")
        assert await session.ib.reqAllOpenOrdersAsync() == []
        assert session.errors == []

    drive(test)


def test_bracket(drive: Any) -> None:
    async def test(session: Session) -> None:
        parent, profit, loss = (
            session.ib.placeOrder(APPLE, order) for order in session.ib.bracketOrder("BUY", 10, 99.0, 105.0, 95.0)
        )
        await session.reach(parent, "Submitted")
        assert (profit.orderStatus.whyHeld, loss.orderStatus.whyHeld) == ("child", "child,trigger")
        await session.move(98.0)
        await session.reach(profit, "Submitted")
        await session.move(94.5)
        await session.reach(loss, "Filled")
        await session.reach(profit, "Cancelled")

    drive(test)


def test_one_cancels_all(drive: Any) -> None:
    async def test(session: Session) -> None:
        orders = [ibi.LimitOrder("BUY", 10, 99.0), ibi.LimitOrder("BUY", 10, 98.0)]
        first, second = (session.ib.placeOrder(APPLE, order) for order in session.ib.oneCancelsAll(orders, "g", 1))
        await session.reach(second, "Submitted")
        await session.move(98.9)
        await session.reach(first, "Filled")
        await session.reach(second, "Cancelled")

    drive(test)


@pytest.mark.parametrize(
    "condition",
    [
        ibi.PriceCondition(price=21.0, isMore=True, conId=MSFT, exch="SMART"),
        ibi.TimeCondition(isMore=True, time="20260318 13:00:01 US/Eastern"),
        ibi.VolumeCondition(isMore=True, volume=20_000, conId=MSFT, exch="SMART"),
        ibi.PercentChangeCondition(isMore=True, changePercent=5.0, conId=MSFT, exch="SMART"),
        ibi.MarginCondition(isMore=True, percent=50),
        ibi.ExecutionCondition(secType="STK", exch="SMART", symbol="MSFT"),
    ],
    ids=lambda condition: type(condition).__name__,
)
def test_conditions(drive: Any, condition: ibi.OrderCondition) -> None:
    async def test(session: Session) -> None:
        session.market.at(20.0, con_id=MSFT)
        script = session.market.script
        script[MSFT] = type(script[MSFT])(20.0, 20.02, 20.0, 90.0, 90.0, 1.0, 100.0, 20.0, 20.0, 20.0, 20.0, 0.0)
        trade = session.place(conditions=[condition])
        if not isinstance(condition, ibi.MarginCondition):
            await session.reach(trade, "PreSubmitted")
            other = ibi.Contract(conId=MSFT, exchange="SMART")
            script[MSFT] = type(script[MSFT])(21.0, 21.02, 21.0, 90.0, 90.0, 1.0, 3e4, 20.0, 20.0, 20.0, 20.0, 0.0)
            await session.reach(session.place(contract=other, quantity=1), "Filled")
            session.market.clock.moment += 1
        await session.reach(trade, "Filled")

    drive(test)


def test_combination(drive: Any) -> None:
    async def test(session: Session) -> None:
        session.market.at(20.0, con_id=MSFT)
        legs = [
            ibi.ComboLeg(conId=AAPL, ratio=1, action="BUY", exchange="SMART"),
            ibi.ComboLeg(conId=MSFT, ratio=1, action="SELL", exchange="SMART"),
        ]
        bag = ibi.Bag(symbol="AAPL", exchange="SMART", currency="USD", comboLegs=legs)
        trade = await session.reach(session.place(contract=bag), "Filled")
        assert [fill.contract.secType for fill in trade.fills] == ["BAG", "STK", "STK"]
        assert [fill.execution.price for fill in trade.fills] == [80.02, 100.01, 19.99]

    drive(test)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"order_type": "LMT", "lmtPrice": 99.999}, 110),
        ({"quantity": 1e6}, 201),
        ({"contract": ibi.Stock("NOSUCH", "SMART", "USD")}, 200),
        ({"contract": ibi.Contract(conId=AAPL)}, 321),
        ({"parentId": 77}, 135),
        ({"order_type": "FOO"}, 387),
    ],
)
def test_rejections(drive: Any, fields: dict[str, Any], code: int) -> None:
    async def test(session: Session) -> None:
        trade = session.place(**fields)
        assert await until_async(lambda: session.errors)
        assert session.errors == [(trade.order.orderId, code)]
        assert not trade.fills

    drive(test)


def test_cancellations_that_are_refused(drive: Any) -> None:
    async def test(session: Session) -> None:
        trade = await session.reach(session.place(), "Filled")
        session.ib.client.cancelOrder(trade.order.orderId, "")
        session.ib.client.cancelOrder(4711, "")
        assert await until_async(lambda: len(session.errors) == 2)
        assert session.errors == [(trade.order.orderId, 10148), (4711, 10147)]

    drive(test)


def test_each_client_is_told_of_its_own_orders_and_the_master_of_all(drive: Any) -> None:
    async def test(one: Session, two: Session, master: Session) -> None:
        trade = await one.reach(one.place("LMT", lmtPrice=90.0), "Submitted")
        assert await until_async(lambda: master.ib.trades())
        assert two.ib.trades() == []
        assert await two.ib.reqOpenOrdersAsync() == []
        assert [each.order.permId for each in await two.ib.reqAllOpenOrdersAsync()] == [trade.order.permId]
        two.ib.reqGlobalCancel()
        await one.reach(trade, "Cancelled")
        assert [fill.execution.orderId for fill in await two.ib.reqExecutionsAsync()] == []

    drive(test, 1, 2, 3, master=3)


def test_client_0_binds_what_was_made_in_tws(drive: Any, market: ScriptedMarket) -> None:
    market.script.clear()

    async def test(zero: Session, one: Session) -> None:
        [manual] = [each for each in zero.ib.openTrades() if each.order.clientId == 0]
        assert manual.order.orderId == -1
        zero.ib.cancelOrder(manual.order)
        await zero.reach(manual, "Cancelled")
        one.ib.client.reqAutoOpenOrders(True)
        assert await until_async(lambda: one.errors)
        assert one.errors == [(-1, 327)]

    drive(test, 0, 1, book=demo_account(market))


def test_completed_orders_and_executions_of_the_day(drive: Any) -> None:
    async def test(session: Session) -> None:
        filled = await session.reach(session.place(), "Filled")
        gone = await session.reach(session.place("LMT", lmtPrice=90.0), "Submitted")
        session.ib.cancelOrder(gone.order)
        await session.reach(gone, "Cancelled")
        done = await session.ib.reqCompletedOrdersAsync(True)
        assert {each.order.permId: each.orderStatus.status for each in done} == {
            filled.order.permId: "Filled",
            gone.order.permId: "Cancelled",
        }
        [fill] = await session.ib.reqExecutionsAsync()
        assert fill.execution.permId == filled.order.permId

    drive(test)


@pytest.mark.parametrize("version", [145, 157, 176, 200])
def test_messages_of_a_fill_at_single_versions(serve: Callable[..., Any], market: ScriptedMarket, version: int) -> None:
    running = serve(world=(market, Books([empty_account(market)])))
    talker = running.talk(version=version)

    talker.send(Request.POSITIONS)
    talker.until(Response.POSITION_END)
    talker.send(
        Request.PLACE_ORDER, order_id=1, con_id=AAPL, exchange="SMART", action="BUY", total_quantity=5, order_type="MKT"
    )
    seen = talker.until(Response.POSITION)

    assert [Response(message.id).name for message in seen] == [
        "OPEN_ORDER", "ORDER_STATUS", "EXECUTION_DATA", "OPEN_ORDER", "ORDER_STATUS", "COMMISSION_REPORT", "POSITION",
    ]  # fmt: skip
    assert [message.values.get("status") for message in seen[:2]] == ["PreSubmitted", "PreSubmitted"]
    assert seen[2].values["request_id"] == -1
    assert seen[2].values["time"].endswith("US/Eastern") is (version >= 174)
    assert seen[6].values["position"] == 5
