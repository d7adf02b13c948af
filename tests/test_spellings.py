"""One word for one thing in every public function, and the words that were used before for one release."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

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
