"""Asking: whole answers, clear refusals, deadlines, and nothing left pending; against the simulator and by script."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flooding import flood
from tws.raw_servers import ACCOUNT, POSITION, Script, Server, healthy, payload
from waiting import until_async

from ibnb.errors import BadInput, NotConnected, RequestDropped, RequestError, RequestTimeout
from ibnb.simulator.process import simulate
from ibnb.tws import ask
from ibnb.tws.ask.calls import call
from ibnb.tws.client.health import with_reconnect
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.tws.start.api import disconnect


@pytest.fixture
def scripted():
    """Return a function that gives a session with a scripted TWS, and the script."""
    opened = []

    def make(answers=None, **changed):
        script = Script(healthy(**changed) | (answers or {}))
        server = Server(script)
        session = open_connection(Connection, port=server.port, timeout=1)
        opened.append((server, session))
        return session, script

    yield make
    for server, session in opened:
        session.close()
        server.__exit__()


def pending(session: Connection) -> tuple[dict[Any, Any], dict[Any, Any]]:
    return session.ib.wrapper._futures, session.ib.wrapper._results


def test_account_answers_agree_with_each_other(session):
    positions = session.run(ask.positions)
    portfolio = session.run(ask.portfolio)
    values = session.run(ask.account_values)
    summary = session.run(ask.account_summary)

    assert {row.contract.conId: row.position for row in positions} == {
        row.contract.conId: row.position for row in portfolio
    }
    worth = [float(row.value) for row in [*values, *summary] if row.tag == "NetLiquidation" and row.currency == "USD"]
    assert len(worth) >= 2 and max(worth) == pytest.approx(min(worth), rel=0.01)  # prices move between the two
    assert pending(session) == ({}, {})


def test_orders_and_fills_come_with_their_commissions(session):
    assert session.run(ask.open_orders)
    assert session.run(ask.completed_orders)
    for _ in range(2):  # the client fills in the report of a fill only where it saw it first
        fills = session.run(ask.executions)
        assert fills and all(fill.commissionReport.execId == fill.execution.execId for fill in fills)
    assert session.run(ask.own_open_orders) == []


def test_a_filter_of_executions_is_passed_on(session, client):
    only = client.ExecutionFilter(symbol="NOSUCH")

    assert session.run(lambda ib: ask.executions(ib, only)) == []


def test_contracts_history_and_prices(session, client):
    stock = client.Stock("AAPL", "SMART", "USD")

    details = session.run(lambda ib: ask.contract_details(ib, stock))
    bars = session.run(lambda ib: ask.historical(ib, stock, None, "2 D", "1 hour", "TRADES", True))
    head = session.run(lambda ib: ask.head_timestamp(ib, stock))
    (ticker,) = session.run(lambda ib: ask.tickers(ib, [stock]))

    assert details[0].contract.conId == 265598
    assert bars[0].date.tzinfo is not None and bars[0].low <= bars[0].close <= bars[0].high
    assert head < bars[0].date
    assert ticker.bid <= ticker.ask and ticker.refused is None and ticker.contract.symbol == "AAPL"
    assert not session.ib.wrapper.tickers and not session.ib.wrapper.reqId2Ticker


@pytest.mark.parametrize(
    "request_of",
    [
        lambda ib, contract: ask.contract_details(ib, contract),
        lambda ib, contract: ask.tickers(ib, [contract]),
        lambda ib, contract: ask.historical(ib, contract, None, "1 D", "1 hour", "TRADES", True),
    ],
)
def test_an_unknown_contract_is_named_with_what_to_do(session, client, request_of):
    with pytest.raises(RequestError) as caught:
        session.run(lambda ib: request_of(ib, client.Stock("ZZZZZ", "SMART", "USD")))

    assert (caught.value.code, caught.value.cause) == (200, "contract-unknown")
    assert "ZZZZZ" in caught.value.request and caught.value.next_step
    assert pending(session) == ({}, {})


def test_a_refused_bar_size_lists_the_allowed_ones(session, client):
    stock = client.Stock("AAPL", "SMART", "USD")
    with pytest.raises(RequestError, match="1 secs, 5 secs") as caught:
        session.run(lambda ib: ask.historical(ib, stock, None, "1 D", "7 hours", "TRADES", True))

    assert (caught.value.code, caught.value.cause) == (321, "history-refused")


@pytest.mark.second
def test_the_clock_is_asked_at_most_once_a_second(session):
    async def twice(ib):
        return await asyncio.gather(ask.current_time(ib), ask.current_time(ib))

    began, asked = time.monotonic(), datetime.now(UTC)
    first, second = session.run(twice)

    assert time.monotonic() - began > 1
    assert asked - timedelta(seconds=1) <= first <= datetime.now(UTC)
    assert (second - first).total_seconds() >= 1


@pytest.mark.parametrize(
    ("kind", "ask_for", "cause", "cancel"),
    [
        (61, ask.positions, "no-positions", 64),
        (62, ask.account_summary, "no-account-updates", 63),
        (16, ask.open_orders, "no-open-orders", None),
        (99, ask.completed_orders, "no-completed-orders", None),
        (7, ask.executions, "no-executions", None),
    ],
)
def test_an_answer_that_never_ends_is_given_up_named_and_cancelled(scripted, kind, ask_for, cause, cancel):
    session, script = scripted()
    script.answers[kind] = [POSITION] if kind == 61 else []

    with pytest.raises(RequestTimeout) as caught:
        session.run(lambda ib: ask_for(ib, timeout=0.2))

    assert caught.value.cause == cause and caught.value.next_step
    assert pending(session) == ({}, {})
    session.run(lambda ib: ib.reqAccountUpdatesAsync(ACCOUNT))  # what was sent before has arrived now
    assert cancel is None or len(script.requests(cancel)) == 1


def test_silent_history_is_cancelled_at_tws(scripted):
    session, script = scripted()
    stock = session.backend.module.Stock("AAPL", "SMART", "USD")

    with pytest.raises(RequestTimeout) as caught:
        session.run(lambda ib: ask.historical(ib, stock, None, "1 D", "1 hour", "TRADES", True, timeout=0.2))

    session.run(lambda ib: ib.reqAccountUpdatesAsync(ACCOUNT))
    assert caught.value.cause == "history-silent"
    assert script.requests(25) and pending(session) == ({}, {})


@pytest.mark.parametrize("ask_for", [ask.open_orders, ask.completed_orders, ask.own_open_orders])
def test_a_read_only_api_is_told_at_once(scripted, ask_for):
    refusal = [payload(4, 2, -1, 321, "Error validating request.-'bR' : cause - Read-Only mode.", "")]
    session, script = scripted()
    script.answers |= {5: refusal, 16: refusal, 99: refusal}

    began = time.monotonic()
    with pytest.raises(RequestError) as caught:
        session.run(lambda ib: ask_for(ib, timeout=30))

    assert caught.value.cause == "read-only-api"
    assert time.monotonic() - began < 10  # not the 30 s that it would wait


def test_calls_of_one_kind_take_turns_and_all_are_answered(session):
    async def crowd(ib):
        ours = [ask.positions(ib) for _ in range(5)] + [ask.open_orders(ib), ask.own_open_orders(ib)]
        return await asyncio.gather(*ours, ib.reqPositionsAsync(), ask.positions(ib))

    answers = session.run(crowd)

    whole = len(answers[0])
    assert whole and [len(answer) for answer in answers[:5]] == [whole] * 5
    assert len(answers[-1]) == whole and answers[5]
    assert pending(session) == ({}, {})


def test_a_call_that_is_cancelled_does_not_harm_the_one_behind_it(scripted):
    session, script = scripted()

    async def impatient(ib):
        before = len(script.requests(61))
        first = asyncio.ensure_future(ask.positions(ib, timeout=30))
        second = asyncio.ensure_future(ask.positions(ib, timeout=30))
        assert await until_async(lambda: len(script.requests(61)) > before)
        first.cancel()
        script.answers[61] = [POSITION, payload(62, 1)]
        return await second

    script.answers[61] = []
    assert len(session.run(impatient)) == 1


def test_a_connection_that_ends_is_told_at_once_to_all_that_wait(scripted):
    session, script = scripted()
    script.answers[7] = None

    async def several(ib):
        return await asyncio.gather(
            ask.account_summary(ib, timeout=30),
            ask.executions(ib, timeout=30),
            ask.current_time(ib, timeout=30),
            return_exceptions=True,
        )

    began = time.monotonic()
    errors = session.run(several)

    assert [type(error) for error in errors] == [NotConnected] * 3
    assert time.monotonic() - began < 10  # not the 30 s that it would wait


def test_disconnecting_in_the_middle_is_told_at_once(scripted):
    session, _ = scripted()

    async def leave(ib):
        asyncio.get_running_loop().call_later(0.05, ib.disconnect)
        await ask.account_summary(ib, timeout=30)

    with pytest.raises(NotConnected):
        session.run(leave)


def test_rows_that_are_repeated_or_closed_are_told_once_or_not(scripted):
    more = payload(61, 3, ACCOUNT, 265598, "AAPL", "STK", "", "0.0", "", "", "NASDAQ", "USD", "AAPL", "NMS", 120, 151.0)
    closed = payload(61, 3, ACCOUNT, 272093, "MSFT", "STK", "", "0.0", "", "", "NASDAQ", "USD", "MSFT", "NMS", 0, 0.0)
    session, _ = scripted(positions=[POSITION, more, closed, payload(62, 1)])

    (row,) = session.run(ask.positions)

    assert (row.contract.symbol, row.position) == ("AAPL", 120)


def ticks(req_id, kind, price):
    return payload(1, 6, req_id, kind, price, 100, 0)


def test_without_a_subscription_delayed_prices_are_asked_for(scripted):
    kinds: list[str] = []

    def data(fields):
        req_id = fields[2]
        if kinds[-1:] != ["4"]:
            return [payload(4, 2, req_id, 354, "Requested market data is not subscribed.", "")]
        delayed = payload(4, 2, req_id, 10167, "Displaying delayed market data.", "")
        return [delayed, payload(58, 1, req_id, 3), ticks(req_id, 68, 101.5), payload(57, 1, req_id)]

    def kind_of_data(fields):
        kinds.append(fields[2])
        return []

    session, _ = scripted({1: data, 59: kind_of_data})
    stock = session.backend.module.Stock("AAPL", "SMART", "USD")

    (ticker,) = session.run(lambda ib: ask.tickers(ib, [stock]))
    session.run(ask.positions)

    assert (ticker.last, ticker.marketDataType, ticker.refused) == (101.5, 3, None)
    assert kinds == ["2", "1", "4", "1"], "and live data are asked for again afterwards"


def test_one_refused_ticker_does_not_spoil_the_others(scripted):
    def data(fields):
        req_id = fields[2]
        if fields[4] == "AAPL":
            return [ticks(req_id, 4, 101.5), payload(57, 1, req_id)]
        return [payload(4, 2, req_id, 10197, "No market data during competing live session", "")]

    session, _ = scripted({1: data})
    stocks = [session.backend.module.Stock(symbol, "SMART", "USD") for symbol in ("AAPL", "MSFT")]

    good, refused = session.run(lambda ib: ask.tickers(ib, stocks))
    with pytest.raises(RequestError) as caught:
        session.run(lambda ib: ask.tickers(ib, stocks[1:]))

    assert good.last == 101.5 and good.refused is None
    assert refused.refused.cause == caught.value.cause == "competing-session"


def test_a_remark_on_a_request_does_not_end_it(scripted):
    def data(fields):
        req_id = fields[2]
        part = payload(4, 2, req_id, 10090, "Part of requested market data is not subscribed.", "")
        return [part, 0.05, ticks(req_id, 4, 101.5), payload(57, 1, req_id)]

    session, _ = scripted({1: data})
    stock = session.backend.module.Stock("AAPL", "SMART", "USD")

    (ticker,) = session.run(lambda ib: ask.tickers(ib, [stock]))

    assert ticker.last == 101.5 and ticker.refused is None


def test_a_snapshot_that_never_ends_keeps_what_came(scripted):
    session, script = scripted({1: lambda fields: [ticks(fields[2], 4, 101.5)] if fields[4] == "AAPL" else []})
    stocks = [session.backend.module.Stock(symbol, "SMART", "USD") for symbol in ("AAPL", "MSFT")]

    some, none = session.run(lambda ib: ask.tickers(ib, stocks, timeout=0.3))
    session.run(ask.positions)

    assert some.last == 101.5 and some.refused is None
    assert isinstance(none.refused, RequestTimeout)
    assert len(script.requests(2)) == 2, "both are cancelled at TWS"


def test_another_account_is_subscribed_in_place_of_the_first(scripted):
    both = "DU9000001,DU9000002"
    start = [payload(15, 1, both), payload(9, 1, 1)]
    with pytest.warns(UserWarning, match="several-accounts"):
        session, script = scripted(start=start)

    with pytest.raises(BadInput, match="several accounts"):
        session.run(ask.portfolio)
    for account in both.split(","):
        session.run(lambda ib, account=account: ask.portfolio(ib, account))

    assert [fields[2:] for fields in script.requests(6)] == [
        ["1", "DU9000001"],
        ["0", "DU9000001"],
        ["1", "DU9000002"],
    ]
    assert len(session.run(ask.account_values)) == 2


@pytest.mark.second
def test_values_that_no_subscription_keeps_are_asked_for_each_time():
    with (
        simulate("several-accounts") as sim,
        open_connection(Connection, port=sim.port, account="DU1234567") as session,
    ):
        before = sim.received().get("ACCOUNT_UPDATES_MULTI", 0)
        for _ in range(2):
            assert session.run(lambda ib: ask.account_values(ib, "DU1234567"))
        assert sim.received().get("ACCOUNT_UPDATES_MULTI", 0) == before

        for _ in range(2):
            assert session.run(lambda ib: ask.account_values(ib, "DU7654321"))
        assert sim.received()["ACCOUNT_UPDATES_MULTI"] == before + 2


def test_an_account_that_is_not_there_is_refused_before_anything_is_sent(session):
    for request in (ask.account_values, ask.portfolio, ask.account_summary, ask.subscribe_account):
        with pytest.raises(BadInput, match="account"):
            session.run(lambda ib, request=request: request(ib, "DU0000000"))


def test_every_function_works_on_an_ib_of_ones_own(simulator, client):
    async def own():
        ib = client.IB()
        await ib.connectAsync("127.0.0.1", simulator.port, clientId=4711)
        try:
            return await ask.positions(ib), await ask.portfolio(ib), await ask.open_orders(ib)
        finally:
            await disconnect(ib)

    assert all(asyncio.run(own()))


def test_without_a_connection_it_says_so(client):
    async def alone():
        await ask.positions(client.IB())

    with pytest.raises(NotConnected, match="Not connected"):
        asyncio.run(alone())


@pytest.mark.second
def test_what_tws_drops_for_too_many_messages_is_noticed_and_asked_again(session, client, monkeypatch):
    monkeypatch.setattr(call, "_GRACE", 1.2)
    asked_for = []

    async def dropped(ib):
        flood(ib)
        await ask.contract_details(ib, client.Stock("AAPL", "SMART", "USD"))

    async def again(ib):
        flood(ib)

        def question():
            asked_for.append(time.monotonic())
            return ask.contract_details(ib, client.Stock("MSFT", "SMART", "USD"), timeout=30)

        return await with_reconnect(ib, question, 40)

    with pytest.raises(RequestDropped, match=r"TWS answered 100: Max rate") as caught:
        session.run(dropped)
    assert caught.value.code == 100 and isinstance(caught.value, ConnectionError)
    assert pending(session) == ({}, {})
    (details,) = session.run(again)

    assert details.contract.symbol == "MSFT"
    assert len(asked_for) == 2
    assert asked_for[1] - asked_for[0] < 10  # not the 30 s that it would wait


def test_what_is_answered_in_spite_of_a_complaint_is_not_asked_again(session, client, monkeypatch):
    monkeypatch.setattr(call, "_GRACE", 0.2)

    async def test(ib):
        asking = asyncio.ensure_future(ask.contract_details(ib, client.Stock("AAPL", "SMART", "USD")))
        await asyncio.sleep(0)
        ib.wrapper.error(-1, 100, "Max rate of messages per second has been exceeded:max=50 rec=51 (1)", "")
        found = await asking
        await asyncio.sleep(0.4)
        return found

    assert session.run(test)[0].contract.symbol == "AAPL"


def test_a_client_without_a_connection_is_told_as_one_in_every_question(session, client):
    share = client.Stock("AAPL", "SMART", "USD")
    questions = [
        lambda ib: ask.contract_details(ib, share),
        lambda ib: ask.historical(ib, share, None, "1 D", "1 hour", "TRADES", True),
        lambda ib: ask.head_timestamp(ib, share, "TRADES", True),
        ask.positions,
        ask.account_summary,
        ask.account_values,
        ask.executions,
        ask.open_orders,
        lambda ib: ask.tickers(ib, [share]),
    ]

    async def unconnected(_ib):
        own = client.IB()
        for question in questions:
            with pytest.raises(NotConnected):
                await question(own)

    session.run(unconnected)
