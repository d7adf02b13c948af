"""What a session calls and what `ibnb.aio` awaits is one function: the same arguments, defaults and results.

Where the two differ by intent stands here: a session draws its progress (`progress=True`), a coroutine tells it to the
`Progress` that it is given; a session gives a stream, or an order, that can be shown and used from any thread, a
coroutine the one on its loop. That they do the same is seen in test_session_coroutines.py.
"""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from ibnb import Session, aio
from ibnb.trading.handles import Trade

DRAWN = {"download", "history", "option_chain", "risk", "ticks"}
PLANNED = ("bracket", "limit", "market", "order", "stop", "stop_limit", "trail")
STREAMS = {
    "alert": ("AlertStream", "Alert"),
    **dict.fromkeys(PLANNED, ("Planned", "Order")),
    "cancel_all": ("LiveTrades", "Trades"),
    "depth": ("DepthStream", "Depth"),
    "journal": ("LiveJournal", "Journal"),
    "live_bars": ("BarStream", "LiveBars"),
    "rebalance": ("LiveRebalance", "Rebalance"),
    "realtime_bars": ("RealtimeBarsStream", "RealtimeBars"),
    "tick_by_tick": ("TickByTickStream", "TickByTick"),
    "trades": ("LiveTrades", "Trades"),
    "watch": ("BoardStream", "Board"),
    "watch_pnl": ("PnLStream", "LivePnL"),
}
#: For an IB of one's own; a session is told so when it is opened.
OF_AN_IB = {"allow_live"}
#: At hand of a session, as a property.
AT_HAND = {"alerts"}
#: Of a trade, whose handle has it as a method.
OF_A_TRADE = {"close_out"}
NAMES = sorted(set(aio.__all__) - OF_AN_IB - OF_A_TRADE - AT_HAND)


def arguments(function: Any) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """Return what may be given by place, in order, and by name alone, each with its default; without ib or self."""
    given = list(inspect.signature(function).parameters.values())[1:]
    by_place = [(each.name, each.default) for each in given if each.kind is each.POSITIONAL_OR_KEYWORD]
    others = [each for each in given if each.kind is not each.POSITIONAL_OR_KEYWORD]
    by_name = {"**" * (each.kind is each.VAR_KEYWORD) + each.name: each.default for each in others}
    return by_place, by_name


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_the_same(name: str) -> None:
    by_place, by_name = arguments(getattr(aio, name))
    session_by_place, session_by_name = arguments(getattr(Session, name))
    if name in DRAWN:
        assert (by_name.pop("progress"), session_by_name.pop("progress")) == (None, True)

    assert by_place == session_by_place
    assert by_name == session_by_name


@pytest.mark.parametrize("name", sorted(OF_A_TRADE))
def test_what_a_trade_has_takes_the_same(name: str) -> None:
    assert arguments(getattr(aio, name)) == arguments(getattr(Trade, name))


@pytest.mark.parametrize("name", NAMES)
def test_results_are_the_same(name: str) -> None:
    coroutine, method = getattr(aio, name), getattr(Session, name)
    results = tuple(inspect.signature(each).return_annotation for each in (coroutine, method))

    assert inspect.iscoroutinefunction(coroutine)
    assert not inspect.iscoroutinefunction(method)
    assert results == STREAMS.get(name, (results[0], results[0]))


def test_every_function_that_asks_has_its_coroutine() -> None:
    """What a session has besides is of the session itself, not of TWS's answers."""
    besides = {name for name in dir(Session) if not name.startswith("_")} - set(aio.__all__)
    of_itself = "cancel_alerts close endpoint events host ib is_connected kind lines listen loop notices on_event"
    of_itself += " orders_allowed port readonly require_trading run server_version simulator status store"

    assert sorted(besides) == of_itself.split()
