"""One word for one thing in every public function, and the words that were used before for one release."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb import cli
from ibnb.ground.spellings import once_called, once_placed

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


@pytest.fixture(scope="module")
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port, readonly=False) as session:
        yield session


@pytest.mark.parametrize("name", [*SESSION, *COROUTINES])
def test_one_word_for_one_thing(name: str) -> None:
    for functions in (SESSION, COROUTINES):
        names = inspect.signature(functions[name]).parameters if name in functions else {}
        assert not OLD & set(names)
        for word, default in (("account", None), ("rth", True)):
            if word in names:
                given = names[word].default
                assert given == default or name in ("allow_live", "realtime_bars"), (name, word, given)


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
            if inspect.iscoroutine(found):
                asyncio.run(found)

        warned = pytest.warns(DeprecationWarning, match=rf"{name}\({old}=\.\.\.\) is called {new} now")
        with warned, pytest.raises((AttributeError, TypeError, ibnb.BadInput)):
            call()


def test_both_words_at_once_are_one_too_many() -> None:
    @once_called(rows="limit")
    def news(limit: int) -> int:
        return limit

    with pytest.raises(TypeError, match="'limit' twice: 'rows' is its old name"):
        news(limit=1, rows=2)  # type: ignore[call-arg]


ACCOUNTS = [name for name, function in SESSION.items() if "account" in inspect.signature(function).parameters]


@pytest.mark.parametrize("name", [name for name in ACCOUNTS if name != "require_trading"])
def test_an_account_that_is_none_is_refused_in_every_function(tws: ibnb.Session, name: str) -> None:
    needed = {
        "quantity": 1,
        "price": 1.0,
        "side": "BUY",
        "contract": "AAPL",
        "weights": {"AAPL": 0.1},
        "stop_price": 1.0,
    }
    needed |= {"take_profit": 2.0, "stop_loss": 0.5, "amount": 1.0, "order": tws.backend.module.MarketOrder("BUY", 1)}
    arguments = inspect.signature(SESSION[name]).parameters
    named = {word: value for word, value in needed.items() if word in arguments}

    all_nonsense: tuple[Any, ...] = ("nonsense", 0, [])
    for nonsense in all_nonsense:
        with pytest.raises(ibnb.BadInput, match=r"account=.* is not possible"):
            SESSION[name](tws, **named, account=nonsense)


# Ranges ---------------------------------------------------------------------------------------------------------------

#: Every function with a range: `duration` is the first argument behind the contract, `start` and `end` go by name.
RANGES = {"history", "download", "gaps", "ticks", "news"}


def test_a_range_stands_in_the_same_place_everywhere() -> None:
    ranged = set[str]()
    for functions in (SESSION, COROUTINES):
        for name, function in functions.items():
            arguments = list(inspect.signature(function).parameters.values())
            named = {each.name: each for each in arguments}
            if {"start", "end"} & named.keys():
                ranged.add(name)
                assert arguments[2].name == "duration"
                assert {named[each].kind for each in ("start", "end")} == {inspect.Parameter.KEYWORD_ONLY}
                assert {named[each].default for each in ("start", "end")} == {None}
    assert ranged == RANGES
    assert {"start", "end", "duration"} <= inspect.signature(ibnb.chart).parameters.keys()


def test_the_command_line_means_what_the_session_does() -> None:
    options, arguments = (inspect.signature(each).parameters for each in (cli.download, SESSION["download"]))
    for name in ("duration", "bar_size", "what", "rth", "start", "end", "store", "oldest_first", "timeout"):
        assert options[name].default == arguments[name].default, name


@pytest.mark.parametrize(
    ("name", "by_place", "by_name"),
    [
        ("ticks", ("2026-04-02", "2026-04-03", "BID"), {"start": "2026-04-02", "end": "2026-04-03", "what": "BID"}),
        ("ticks", (date(2026, 4, 2),), {"start": date(2026, 4, 2)}),
        ("ticks", (None, "2026-04-03 10:00", "BID", True, 5), {"end": "2026-04-03 10:00", "what": "BID", "limit": 5}),
        ("news", ("20260402", None, 5), {"start": "20260402", "limit": 5}),
        ("news", (None, None, 5), {"limit": 5}),
    ],
)  # fmt: skip
def test_a_start_by_place_is_taken_with_a_warning(
    name: str, by_place: tuple[Any, ...], by_name: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []
    inner = inspect.unwrap(SESSION[name])

    @once_placed(*(["start", "end", "limit"] if name == "news" else ["start", "end", "what", "rth", "limit"]))
    def asked(*arguments: Any, **named: Any) -> None:
        found = inspect.signature(inner).bind(*arguments, **named).arguments
        seen.append({word: value for word, value in found.items() if word not in ("self", "contract")})

    with pytest.warns(DeprecationWarning, match="by name now: start=..., end") as warned:
        asked(None, "AAPL", *by_place) if len(by_place) > 1 else asked(None, "AAPL", *by_place, None)

    defaults = {each.name: each.default for each in inspect.signature(inner).parameters.values()}
    assert warned[0].filename == __file__
    assert {word: value for word, value in seen[0].items() if value != defaults[word]} == {
        word: value for word, value in by_name.items() if value != defaults[word]
    }


def test_what_is_a_duration_is_none_of_those() -> None:
    @once_placed("start", "end")
    def asked(_session: Any, _contract: Any, duration: Any = None, limit: Any = 1) -> tuple[Any, Any]:
        return duration, limit

    assert asked(None, "AAPL") == (None, 1)
    assert [asked(None, "AAPL", each) for each in ("1 D", "86400 S", "3600S", None)] == [
        ("1 D", 1), ("86400 S", 1), ("3600S", 1), (None, 1),
    ]  # fmt: skip
    assert asked(None, "AAPL", "1 D", 5) == ("1 D", 5)


# Methods and properties -----------------------------------------------------------------------------------------------

#: Of public classes, what is asked for without an argument: it goes out for it (to TWS, to a disk, to another process),
#: does something, or writes in a form that a person chooses.
GOES_OUT = {
    "Journal": {"equity", "executions", "sync", "trades"},
    "Report": {"json", "text", "to_dict"},
    "Session": {
        "account_summary", "account_values", "accounts", "audit", "cancel_all", "completed_orders", "executions",
        "journal", "news_bulletins", "news_providers", "orders", "pnl", "portfolio", "positions", "scan_parameters",
        "store", "trades", "watch_pnl", "close", "require_trading",
        "risk", "what_if", "alert", "cancel_alerts", "watch",
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


@pytest.mark.second
def test_whatever_stays_current_has_its_frame_at_hand(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port, readonly=False) as tws:
        order = tws.limit("BUY", 10, "AAPL", 100.0)
        found: list[Any] = [tws.watch("AAPL"), tws.depth("EUR.USD"), tws.watch_pnl(), tws.trades(), order]
        frames = [*(each.frame for each in found), tws.events, ibnb.diagnose(port=simulator.port).frame]

        assert all(isinstance(frame, pd.DataFrame) for frame in frames)


def test_a_property_that_was_a_method_may_be_called_with_a_warning(simulator: ibnb.Simulator) -> None:
    report = ibnb.diagnose(port=simulator.port)
    with ibnb.connect(port=simulator.port) as tws:
        for written, frame in (("tws.events", tws.events), ("report.frame", report.frame)):
            with pytest.warns(DeprecationWarning, match=rf"it is {written} now") as warned:
                called = frame()

            assert warned[0].filename == __file__
            for plain in (called, frame.copy(), frame.tail(), copy.deepcopy(frame), pickle.loads(pickle.dumps(frame))):
                assert type(plain) is pd.DataFrame and plain.attrs == frame.attrs
            pd.testing.assert_frame_equal(called, frame.copy())
