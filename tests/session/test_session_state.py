"""What is remembered for a client: which of it survives a reconnect, and that nothing else is hung on the client."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.tws.ask.account import FOLLOWED, SUBSCRIBED
from ibnb.tws.ask.portfolio import subscribed_account
from ibnb.tws.client.state import slots, state_of

PACKAGE = Path(ibnb.__file__).parent
#: TWS forgets it with the connection, and so do we.
GONE = {"account window", "kind of market data", "market rules", "subscribed account"}
#: It outlives a connection, because it is a fact, or what a person wanted, or mends itself.
SURVIVES = {
    "alerts",
    "fills to be told of",
    "kinds without open interest",
    "TWS's clock beside ours",
    "account to be followed",
    "contract details",
    "filter",
    "first moments",
    "gate",
    "health",
    "market data lines",
    "news providers",
    "orders that were sent",
    "pace of requests for history",
    "price magnifiers",
    "prices of what is being ordered",
    "profit and loss",
    "quotes by contract",
    "scan parameters",
    "silent streams to be told of",
    "states of completed orders",
    "streams",
    "timeline",
    "trading hours",
    "turns",
    "when a request was last sent",
    "whether TWS has its servers",
    "whether TWS's clock is not told",
    "who looks for orders after a loss",
}


#: Option chains, alerts, a very long download, orders, and streams that go silent are left to other tests.
UNUSED = {
    "whether TWS's clock is not told",
    "alerts",
    "fills to be told of",
    "kinds without open interest",
    "TWS's clock beside ours",
    "first moments",
    "market rules",
    "orders that were sent",
    "prices of what is being ordered",
    "silent streams to be told of",
    "who looks for orders after a loss",
}


@pytest.fixture(scope="module")
def used() -> Iterator[tuple[ibnb.Simulator, ibnb.Session]]:
    """Give a session of which nearly everything was asked."""
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws, tws.watch("AAPL"):
        tws.history("AAPL", start="2026-11-02", end="2026-11-04", bar_size="1 min", store=False)
        tws.portfolio()
        tws.pnl()
        tws.quotes("IBM")
        tws.news_providers()
        tws.scan_parameters()
        tws.completed_orders()
        yield sim, tws


def lose_and_regain(sim: ibnb.Simulator, tws: ibnb.Session) -> None:
    before = len(tws.events)
    sim.event("cut")
    assert until(lambda: "reconciled" in tws.events["event"].iloc[before:].tolist())


def test_every_slot_says_whether_it_survives() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "Slot(" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
    names = [slot.name for slot in slots()]

    assert len(set(names)) == len(names), "a name stands for one slot"
    assert {slot.name for slot in slots() if slot.lifetime == "connection"} == GONE
    assert {slot.name for slot in slots() if slot.lifetime == "session"} == SURVIVES


def test_what_a_reconnect_leaves(used: tuple[ibnb.Simulator, ibnb.Session]) -> None:
    sim, tws = used
    state = state_of(tws.ib)
    gone, kept = state.held("connection"), state.held("session")

    lose_and_regain(sim, tws)

    after = state.held("connection")
    assert gone.keys() == GONE - UNUSED
    assert after["account window"] is not gone["account window"]
    assert after.get("kind of market data") is not gone["kind of market data"]
    assert kept.keys() >= SURVIVES - UNUSED
    mutable = {name for name, value in kept.items() if not isinstance(value, str)}
    assert {name for name in mutable if state.held("session")[name] is not kept[name]} == set()


@pytest.mark.second
def test_the_account_that_was_followed_is_subscribed_again(used: tuple[ibnb.Simulator, ibnb.Session]) -> None:
    sim, tws = used
    state = state_of(tws.ib)
    before = subscribed_account(tws.ib)

    lose_and_regain(sim, tws)

    assert before == state[FOLLOWED] == state[SUBSCRIBED] != ""


def test_nothing_else_is_hung_on_a_client(used: tuple[ibnb.Simulator, ibnb.Session]) -> None:
    _, tws = used
    plain: Any = type(tws.ib)()

    assert vars(tws.ib).keys() - vars(plain).keys() == {"_ibnb_state"}


def test_no_other_module_names_an_attribute_of_the_client() -> None:
    naming = {path.name for path in PACKAGE.rglob("*.py") if "_ibnb_" in path.read_text(encoding="utf-8")}

    assert naming == {"state.py"}
