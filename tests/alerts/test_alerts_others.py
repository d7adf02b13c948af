"""Alerts on profit, margin, fills and the connection; as a table, as coroutines, and what cannot be meant."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from alerts.conftest import OPEN
from simulator.running import Running
from waiting import until

import ibnb
from ibnb.alerts.wish import wish
from ibnb.errors import BadInput
from ibnb.tables import alerts as table
from ibnb.tws.client.backend import load
from ibnb.wire.ids import Response

SOON = 15.0
ACCOUNT = "DU1234567"


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim


def send(still: Running, response: Response, **values: Any) -> None:
    def tell() -> None:
        for client in still.server.clients:
            client.send(response, values)

    still.inspect(tell)


def profit(still: Running, daily: float) -> None:
    def tell() -> None:
        for client in still.server.clients:
            for request_id, stream in list(client.streams.items()):
                if isinstance(stream, asyncio.Task):  # of profits; quotes are none
                    values = {"daily_pnl": daily, "unrealized_pnl": 0.0, "realized_pnl": 0.0}
                    client.send(Response.PNL, {"request_id": request_id, **values})

    still.inspect(tell)


def test_profit_of_the_day_is_told_with_its_currency_and_account_masked(still: Running, session: ibnb.Session) -> None:
    alert = session.alert(what="pnl", below=-1_000_000.5)
    assert alert.state == "armed"

    profit(still, -2_000_000.0)

    said = "DU***567 profit of the day is at or below -1,000,000.5: -2,000,000 USD."
    assert alert.wait(SOON).text == said and session.lines.used == 0


def test_profit_of_a_position_is_of_one_that_is_held(session: ibnb.Session) -> None:
    alert = session.alert("AAPL", what="unrealized_pnl", above=-1e9)

    assert alert.wait(SOON).con_id == 265598
    with pytest.raises(BadInput, match="a position that is held"):
        session.alert("IBM", what="pnl", above=1)


def test_margin_is_the_excess_liquidity_of_the_accounts_values(still: Running, session: ibnb.Session) -> None:
    alert = session.alert(what="margin", below=10_000, again=5_000)
    assert alert.state == "armed" and alert.frame["value"].iloc[0] > 10_000

    for value in ("9000.5", "", "nonsense", "14999", "8000", "15000", "1000"):
        send(still, Response.ACCOUNT_VALUE, key="ExcessLiquidity", value=value, currency="USD", account=ACCOUNT)
    send(still, Response.ACCOUNT_VALUE, key="ExcessLiquidity", value="1", currency="USD", account="DU7654321")

    assert [alert.wait(SOON).value for _ in range(2)] == [9000.5, 1000]
    assert alert.told[0].text == "DU***567 excess liquidity is at or below 10,000: 9,000.5 USD."
    with pytest.raises(BadInput, match=r"DU\*\*\*567"):
        session.alert(what="margin", below=1, account="DU9999999")


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
@pytest.mark.parametrize("scenario", ["healthy", "habit-positions-late:seconds=1"])
def test_fills_of_any_client_are_told_once_also_those_of_a_loss(simulator: ibnb.Simulator, scenario: str) -> None:
    simulator.scenario(scenario)
    with (
        ibnb.connect(port=simulator.port, timeout=20) as watching,
        ibnb.connect(port=simulator.port, readonly=False, timeout=20) as trading,
    ):
        trading.market("BUY", 5, "AAPL").submit().wait("filled", timeout=SOON)
        every, one = watching.alert(what="fill"), watching.alert("MSFT", what="fill")
        assert (every.title, every.state, every.told) == ("all fills", "armed", []), "none of before"

        trading.market("BUY", 7, "AAPL").submit().wait("filled", timeout=SOON)
        first = every.wait(SOON)
        assert first.text.startswith("Filled: DU***567 bought 7 AAPL at ") and first.con_id == 265598

        simulator.event("cut", client=watching.client_id)
        trading.market("SELL", 3, "MSFT").submit().wait("filled", timeout=SOON)
        assert "sold 3 MSFT" in every.wait(SOON).text and "sold 3 MSFT" in one.wait(SOON).text
        assert until(lambda: {"reconciled", "not-reconciled"} & set(watching.events["event"]))
        trading.market("SELL", 4, "AAPL").submit().wait("filled", timeout=SOON)
        assert "sold 4 AAPL" in every.wait(SOON).text

        assert (len(every.told), len(one.told)) == (3, 1) and every.state == "armed"
        watching.cancel_alerts()


@pytest.mark.second
def test_a_lost_connection_is_told_and_its_return(still: Running, session: ibnb.Session) -> None:
    alert = session.alert(what="connection")
    still.event("cut")
    lost, back = alert.wait(SOON), alert.wait(SOON)

    events = session.events
    places = {text: place for place, text in enumerate(events["text"]) if events["event"].iloc[place] == "alert"}
    assert events["event"].iloc[places[lost.text] - 1] == "lost", "told behind what it tells of"
    assert set(events.loc[events["text"] == back.text, "event"]) == {"connected-again", "alert"}
    assert alert.state == "armed" and len(alert.told) == 2


def test_people_with_an_ib_of_their_own_have_them_as_coroutines(still: Running) -> None:
    async def example() -> tuple[Any, Any]:
        ib: Any = load().new_ib()
        await ib.connectAsync("127.0.0.1", still.port, clientId=62)
        try:
            heard: list[Any] = []
            alert = await ibnb.aio.alert(ib, "AAPL", above=1, callback=lambda one, told: heard.append((one, told)))
            assert heard == [(alert, await alert.wait())]
            with pytest.raises(BadInput, match="sessions of ibnb"):
                await ibnb.aio.alert(ib, what="connection")
            waits = await ibnb.aio.alert(ib, "AAPL", above=1e9)
            frame = await ibnb.aio.alerts(ib)
        finally:
            ib.disconnect()
            await asyncio.sleep(0.01)
        return frame, waits

    frame, waits = asyncio.run(example())

    assert frame["state"].tolist() == ["told", "armed"]
    assert (waits.state, waits.reason) == ("ended", "the connection to TWS was lost")


def test_the_table_has_its_schema_with_and_without_rows(session: ibnb.Session) -> None:
    empty = session.alerts
    session.alert("AAPL", change=-50)
    session.alert(what="connection")
    frame = session.alerts

    assert empty.dtypes.to_dict() == frame.dtypes.to_dict() == table.SCHEMA.empty().dtypes.to_dict()
    assert frame["condition"].tolist() == ["down 50 % or more", ""]
    assert frame["con_id"].isna().tolist() == [False, True] and frame["time"].isna().all()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "a contract whose price is watched"),
        ({"contracts": "AAPL"}, "a level to tell of"),
        ({"contracts": [], "above": 1}, "at least one contract"),
        ({"contracts": "AAPL", "above": "200"}, "above='200' is not possible: a number"),
        ({"contracts": "AAPL", "above": True}, "a number"),
        ({"contracts": "AAPL", "below": float("nan")}, "a number"),
        ({"contracts": "AAPL", "above": 1, "below": 2}, "every figure is beyond one"),
        ({"contracts": "AAPL", "change": 0}, "above 0 for a rise"),
        ({"contracts": "AAPL", "change": (1, 2)}, "one of each"),
        ({"contracts": "AAPL", "change": (1, 2, 3)}, "one below 0 and one above"),
        ({"contracts": "AAPL", "change": "3 %"}, "in percent: change=3"),
        ({"contracts": "AAPL", "change": 3, "what": "bid"}, "only of the price"),
        ({"contracts": "AAPL", "above": 1, "again": 0}, "above 0: by how much"),
        ({"contracts": "AAPL", "above": 1, "crossing": 1}, "True or False"),
        ({"contracts": "AAPL", "above": 1, "what": "prise"}, "Hint: 'price'"),
        ({"contracts": "AAPL", "above": 1, "what": None}, "one of price, last"),
        ({"contracts": "AAPL", "above": 1, "account": ACCOUNT}, "none together with what='price'"),
        ({"contracts": "AAPL", "above": 1, "what": "margin"}, "none together with what='margin'"),
        ({"what": "pnl", "change": 3}, "which has no close"),
        ({"what": "pnl", "above": 3, "account": 7}, "the number of an account"),
        ({"what": "fill", "above": 3}, "whose every news is told"),
        ({"what": "connection", "crossing": True}, "False together with"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("(", r"\(")):
        wish(**arguments)


@pytest.mark.parametrize("callback", [7, lambda: None, lambda _one, _two, _three: None])
def test_a_callback_that_cannot_be_called_is_refused(session: ibnb.Session, callback: Any) -> None:
    with pytest.raises(BadInput, match="callback"):
        session.alert("AAPL", above=1, callback=callback)
    assert session.alerts.empty
