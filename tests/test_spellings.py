"""One word for one thing in every public function, and the words that were used before for one release."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.spellings import once_called

#: What is one thing has one of these words.
OLD = {"spec", "specs", "underlying", "rows", "symbols_or_con_ids"}
SESSION = {
    name: function
    for name, function in inspect.getmembers(ibnb.Session, inspect.isfunction)
    if not name.startswith("_")
}
COROUTINES = {name: getattr(ibnb.aio, name) for name in ibnb.aio.__all__}


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate() as sim:
        yield sim


@pytest.mark.parametrize("name", [*SESSION, *COROUTINES])
def test_one_word_for_one_thing(name: str) -> None:
    for functions in (SESSION, COROUTINES):
        names = inspect.signature(functions[name]).parameters if name in functions else {}
        assert not OLD & set(names)
        for word, default in (("account", None), ("rth", True)):
            if word in names:
                given = names[word].default
                assert given == default or name in ("realtime_bars", "require_trading"), (name, word, given)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("contracts", "spec", "contract"), ("quotes", "specs", "contracts"), ("option_chain", "underlying", "contract"),
        ("news", "rows", "limit"), ("scan", "rows", "limit"), ("depth", "rows", "limit"), ("watch", "ticks", "limit"),
        ("tick_by_tick", "kind", "what"),
    ],
)  # fmt: skip
def test_an_old_word_is_taken_with_a_warning_that_names_the_new_one(name: str, old: str, new: str) -> None:
    for function in (getattr(ibnb.Session, name), COROUTINES[name]):
        assert new in inspect.signature(function).parameters

        def call(function: Callable[..., Any] = function) -> None:
            found = function(None, **{old: object()})
            if inspect.isawaitable(found):
                asyncio.run(found)  # type: ignore[arg-type]

        warned = pytest.warns(DeprecationWarning, match=rf"{name}\({old}=\.\.\.\) is called {new} now")
        with warned, pytest.raises((AttributeError, TypeError, ibnb.BadInput)):
            call()


def test_both_words_at_once_are_one_too_many() -> None:
    @once_called(rows="limit")
    def news(limit: int) -> int:
        return limit

    with pytest.raises(TypeError, match="'limit' twice: 'rows' is its old name"):
        news(limit=1, rows=2)  # type: ignore[call-arg]


# Methods and properties -----------------------------------------------------------------------------------------------

#: Of public classes, what is asked for without an argument: it goes out for it (to TWS, to a disk, to another process),
#: does something, or writes in a form that a person chooses.
GOES_OUT = {
    "Report": {"json", "text", "to_dict"},
    "Session": {
        "account_summary", "account_values", "accounts", "audit", "cancel_all", "completed_orders", "executions",
        "news_bulletins", "news_providers", "orders", "pnl", "portfolio", "positions", "scan_parameters", "store",
        "trades", "watch_pnl", "close", "require_trading",
    },
    "Simulator": {"clients", "close", "is_running", "kill", "received", "running", "scenario"},
    "Store": {"dask", "each", "frame", "prune", "series", "tick_series", "verify"},
}  # fmt: skip
#: At hand, and a call all the same: the client libraries write it so.
AS_IN_CLIENTS = {"is_connected"}


@pytest.mark.parametrize("name", GOES_OUT)
def test_what_is_at_hand_is_a_property(name: str) -> None:
    kind = getattr(ibnb, name)
    calls = {each for each, _ in inspect.getmembers(kind, inspect.isfunction) if not each.startswith("_")}
    without = {
        each
        for each in calls
        if all(
            given.default is not given.empty or given.kind in (given.VAR_POSITIONAL, given.VAR_KEYWORD)
            for given in list(inspect.signature(getattr(kind, each)).parameters.values())[1:]
        )
    }

    assert without - AS_IN_CLIENTS == GOES_OUT[name]


def test_whatever_stays_current_has_its_frame_at_hand(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port, readonly=False) as tws:
        order = tws.limit("BUY", 10, "AAPL", 100.0)
        found = [tws.watch("AAPL"), tws.depth("EUR.USD"), tws.watch_pnl(), tws.trades(), order]
        frames = [*(each.frame for each in found), tws.events, ibnb.diagnose(port=simulator.port).frame]

        assert all(isinstance(frame, pd.DataFrame) for frame in frames)


def test_a_property_that_was_a_method_may_be_called_with_a_warning(simulator: ibnb.Simulator) -> None:
    report = ibnb.diagnose(port=simulator.port)
    with ibnb.connect(port=simulator.port) as tws:
        for written, frame in (("tws.events", tws.events), ("report.frame", report.frame)):
            with pytest.warns(DeprecationWarning, match=rf"it is {written} now") as warned:
                called = frame()  # type: ignore[operator]

            assert warned[0].filename == __file__
            for plain in (called, frame.copy(), frame.tail(), copy.deepcopy(frame), pickle.loads(pickle.dumps(frame))):
                assert type(plain) is pd.DataFrame and plain.attrs == frame.attrs
            pd.testing.assert_frame_equal(called, frame.copy())
