"""The order ticket without a page: what each edit and press does, and that nothing less than two presses sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from waiting import until

import ibnb
from ibnb.widgets.ticket import jobs
from ibnb.widgets.ticket.panel import OrderTicket

OPEN = "2026-11-18T11:00:00-05:00"


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim


@pytest.fixture
def tws(simulator: ibnb.Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ibnb.Session]:
    monkeypatch.setenv("IBNB_DATA", str(tmp_path))
    with ibnb.connect(port=simulator.port, readonly=False, timeout=20) as session:
        yield session
        simulator.scenario("healthy")
        session.run(lambda ib: ib.reqGlobalCancel())
    ibnb.options.limits = type(ibnb.options.limits)()


@pytest.fixture
def ticket(tws: ibnb.Session) -> Iterator[OrderTicket]:
    made = OrderTicket(tws, "AAPL")
    made.wait(20)
    yield made
    made.close()


def write(ticket: OrderTicket, **fields: str) -> None:
    for name, text in fields.items():
        getattr(ticket._fields, name).value = text
    ticket.wait(20)


def press(ticket: OrderTicket, name: str) -> None:
    getattr(ticket._layout, name).click()


def previewed(ticket: OrderTicket) -> None:
    press(ticket, "preview")
    assert until(lambda: ticket._layout._preview.value)


def sentence(ticket: OrderTicket) -> str:
    return str(ticket._layout._sentence.value)


def test_an_order_takes_a_preview_and_two_presses(simulator: ibnb.Simulator, ticket: OrderTicket) -> None:
    write(ticket, amount="10", price="100")
    assert "Buy 10 AAPL STK SMART USD, at 100 USD or better" in sentence(ticket)
    before = simulator.received().get("PLACE_ORDER", 0)
    for name in ("submit", "send"):
        press(ticket, name)
        assert ticket._layout.submit.disabled
        assert not ticket._layout.is_asking
    previewed(ticket)
    assert not ticket._layout.submit.disabled
    press(ticket, "submit")
    assert "Send this to SIMULATED account DU***567?" in ticket._layout._confirm.value
    press(ticket, "back")
    press(ticket, "send")
    ticket.wait(20)
    assert simulator.received().get("PLACE_ORDER", 0) == before + 1  # the preview alone

    press(ticket, "submit")
    press(ticket, "send")
    ticket.wait(20)

    assert simulator.received().get("PLACE_ORDER", 0) == before + 2
    assert "working" in ticket._layout._trade.value
    press(ticket, "send")
    press(ticket, "submit")
    ticket.wait(20)
    assert simulator.received().get("PLACE_ORDER", 0) == before + 2


def test_what_was_sent_is_changed_and_cancelled(ticket: OrderTicket) -> None:
    write(ticket, amount="10", price="100")
    previewed(ticket)
    press(ticket, "submit")
    press(ticket, "send")
    ticket.wait(20)

    ticket._layout.new_price.value = "nonsense"
    press(ticket, "modify")
    assert "is no number" in ticket._layout.said()
    ticket._layout.new_price.value, ticket._layout.new_quantity.value = "101", "1,000"
    press(ticket, "modify")
    ticket.wait(20)
    assert "0 of 1,000 filled" in ticket._layout._trade.value

    press(ticket, "cancel")
    ticket.wait(20)
    assert "cancelled" in ticket._layout._trade.value
    assert ticket._layout.cancel.disabled


@pytest.mark.parametrize(
    "edit",
    [{"amount": "11"}, {"price": "101"}, {"side": "SELL"}, {"tif": "GTC"}, {"kind": "Market"}, {"note": "mine"},
     {"take_profit": "120"}, {"outside": True}],
)  # fmt: skip
def test_an_edit_takes_the_preview_back(ticket: OrderTicket, edit: dict[str, Any]) -> None:
    write(ticket, amount="10", price="100")
    previewed(ticket)
    press(ticket, "submit")
    assert ticket._layout.is_asking

    write(ticket, **edit)

    assert ticket._layout.submit.disabled
    assert not ticket._layout.is_asking
    assert ticket._layout._preview.value == ""


def test_a_preview_grows_old(ticket: OrderTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "FRESH", 0.05)
    monkeypatch.setattr("ibnb.trading.sending.guarded.FRESH", 0.05)
    write(ticket, amount="10", price="100")
    press(ticket, "preview")

    assert until(lambda: "too old" in ticket._layout.said())
    assert ticket._layout.submit.disabled


def test_a_guard_keeps_submit_shut_until_there_is_a_reason(ticket: OrderTicket) -> None:
    ibnb.options.limits.symbols = {"SPY"}
    write(ticket, amount="10", price="100")
    previewed(ticket)
    assert "A guard stops it" in ticket._layout._preview.value
    assert ticket._layout.submit.disabled

    ticket._layout.force.value = "<b>I know</b>"
    assert not ticket._layout.submit.disabled
    press(ticket, "submit")
    assert "&lt;b&gt;I know" in ticket._layout._confirm.value
    press(ticket, "send")
    ticket.wait(20)
    assert "working" in ticket._layout._trade.value


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"amount": "ten"}, "amount", "a number, such as 180.50"),
        ({"amount": "1.5", "price": "100"}, "amount", "a whole number"),
        ({"amount": "10", "price": "100.001"}, "price", "nearest: 100 or 100.01"),
        ({"amount": "10", "price": "100", "take_profit": "90", "stop_loss": "80"}, "take_profit", "above 100"),
        ({"amount": "10", "price": "100", "note": "schön"}, "note", "without accents"),
        ({"amount": "1", "measure": "Money", "price": "100"}, "amount", "at least one unit"),
    ],
)
def test_what_is_impossible_is_said_beside_its_field(
    ticket: OrderTicket, fields: dict[str, str], field: str, says: str
) -> None:
    write(ticket, **fields)

    assert says in ticket._fields.message(field)
    assert sentence(ticket) == ""
    assert ticket._layout.preview.disabled


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "Market", "amount": "10"}, "at the market&#39;s price"),
        ({"kind": "Stop", "amount": "10", "stop": "90", "side": "SELL"}, "as soon as the price reaches 90 USD"),
        ({"kind": "Stop limit", "amount": "10", "stop": "90", "price": "89", "side": "SELL"}, "at 89 USD or better"),
        ({"kind": "Trailing stop", "amount": "10", "stop": "5", "side": "SELL"}, "when the price turns by 5 USD"),
        ({"amount": "10", "price": "100", "take_profit": "120", "stop_loss": "90"}, "Take profit: Sell 10 AAPL"),
        ({"measure": "Money", "amount": "1,000", "price": "100"}, "Buy 10 AAPL"),
        ({"measure": "% of portfolio", "amount": "1", "price": "100"}, "Buy 10"),  # of a little more than a million
    ],
)
def test_every_type_has_its_sentence(ticket: OrderTicket, fields: dict[str, str], says: str) -> None:
    write(ticket, **fields)

    assert says in sentence(ticket), ticket._layout.said()


def test_prices_of_the_quote_are_taken_and_names_are_found(ticket: OrderTicket) -> None:
    ticket._clicks.view.value = "price:bid#1"
    assert float(ticket._fields.price.value) > 200
    write(ticket, contract="apple")
    assert 'data-do="pick:265598"' in ticket._layout._found.value

    ticket._clicks.view.value = "pick:265598#2"
    ticket.wait(20)
    assert "APPLE INC" in ticket._layout._quote.value
    write(ticket, amount="10", price="100")
    assert "Buy 10 AAPL" in sentence(ticket)


def test_a_read_only_session_says_so_and_refuses(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        ticket = OrderTicket(session, "AAPL")
        ticket.wait(20)
        write(ticket, amount="10", price="100")
        assert isinstance(ticket.view, ipywidgets.Box)
        assert "Orders: read-only" in ticket.view.children[2].value
        press(ticket, "preview")
        assert until(lambda: "readonly=False" in ticket._layout.said())
        assert ticket._layout.submit.disabled
        ticket.close()


def test_an_account_is_chosen_where_there_are_several(simulator: ibnb.Simulator, tmp_path: Path) -> None:
    simulator.scenario("several-accounts")
    with pytest.warns(match="several accounts"):
        session = ibnb.connect(port=simulator.port, readonly=False, timeout=20)
    with session:
        ticket = OrderTicket(session, "AAPL")
        ticket.wait(20)
        write(ticket, amount="10", price="100")
        assert sentence(ticket) == ""
        ticket._fields.account.value = session.managed_accounts[1]
        ticket.wait(20)
        assert "account DU***321" in sentence(ticket)
        ticket.close()
    simulator.scenario("healthy")


def test_closing_a_ticket_gives_its_line_back_and_leaves_orders_alone(
    tws: ibnb.Session, ticket: OrderTicket, assert_ends: Callable[..., None] | None = None
) -> None:
    write(ticket, amount="10", price="100")
    previewed(ticket)
    press(ticket, "submit")
    press(ticket, "send")
    ticket.wait(20)

    ticket.close()

    assert ticket.closed
    assert until(lambda: tws.trades()["state"].tolist() == ["working"])


def test_anything_but_a_session_is_refused() -> None:
    with pytest.raises(ibnb.BadInput, match="session"):
        OrderTicket("tws")  # type: ignore[arg-type]


def test_a_number_that_is_written_stays_the_number_that_it_was(ticket: OrderTicket) -> None:
    """By another format ``1,250`` would be one and a quarter; what was previewed by the old one has to be again."""
    write(ticket, amount="1,250", price="100.50")
    previewed(ticket)
    assert "Buy 1,250 AAPL STK SMART USD, at 100.5 USD" in sentence(ticket)
    ticket._layout.new_price.value = "101.5"

    try:
        ibnb.options.number_format = "1.234,50"
        ticket.wait(20)

        assert (ticket._fields.amount.value, ticket._fields.price.value) == ("1250", "100,5")
        assert until(lambda: "Buy 1.250 AAPL STK SMART USD, at 100,5 USD" in sentence(ticket))
        assert ticket._layout.submit.disabled and ticket._layout.new_price.value == ""
        ticket._clicks.view.value = "price:bid#1"
        ticket.wait(20)
        written = ticket._fields.price.value
        assert "," in written and "." not in written
        write(ticket, price="100.5")
        assert "a number, such as 180,50" in ticket._fields._messages["price"].value
    finally:
        ibnb.options.number_format = "1,234.50"
