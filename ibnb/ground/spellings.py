"""Old spellings of arguments, callbacks and properties, which stay for one release and warn of the new one."""

from __future__ import annotations

import copy
import functools
import inspect
import re
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")
T = TypeVar("T")


#: Where this package lies: a warning is of the line of somebody else's that led here.
_HERE = str(Path(__file__).parents[1])


def warn_of_old(words: str) -> None:
    """Warn of an old spelling, at the line of the person who wrote it."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and frame.f_code.co_filename.startswith(_HERE):
        frame, level = frame.f_back, level + 1
    warnings.warn(words, DeprecationWarning, stacklevel=level)


def once_called(**spellings: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function take arguments by the names that they had before.

    Parameters
    ----------
    **spellings : str
        The old name and the new one: ``rows="limit"``.

    Examples
    --------
    >>> @once_called(rows="limit")
    ... def news(limit: int = 100) -> int:
    ...     return limit
    >>> news(limit=3)
    3
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        def renamed(given: dict[str, Any]) -> None:
            for old in spellings.keys() & given.keys():
                new = spellings[old]
                if new in given:
                    raise TypeError(f"{function.__name__}() got {new!r} twice: {old!r} is its old name")
                words = f"{function.__name__}({old}=...) is called {new} now; the old name goes with the next release"
                warn_of_old(words)
                given[new] = given.pop(old)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def asked(*arguments: Any, **named: Any) -> Any:
                renamed(named)
                return await function(*arguments, **named)

            return asked  # type: ignore[return-value]

        @functools.wraps(function)
        def called(*arguments: P.args, **named: P.kwargs) -> T:
            renamed(named)
            return function(*arguments, **named)

        return called

    return decorate


def once_placed(*before: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function take a range by place, as it did before: start and end behind the contract.

    Parameters
    ----------
    *before : str
        Its arguments behind the contract, in the order that they had before.

    Examples
    --------
    >>> class Session:
    ...     @once_placed("start", "end", "limit")
    ...     def news(self, contract: str, duration: str = "", limit: int = 9, *, start: str = "", end: str = "") -> int:
    ...         return limit
    >>> Session().news("AAPL", "1 W", 3)
    3
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        def moved(given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
            if not (any(map(_is_moment, given[2:4])) or (len(given) > 3 and given[3] is None)):
                return given
            placed = dict(zip(before, given[2:], strict=False))
            if len(given) - 2 > len(before) or placed.keys() & named.keys():
                return given  # wrong before, too
            names = ", ".join(f"{name}=..." for name in placed)
            words = f"{function.__name__}() takes these by name now: {names}; by place they go with the next release"
            warn_of_old(words)
            named |= placed
            return given[:2]

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def asked(*arguments: Any, **named: Any) -> Any:
                return await function(*moved(arguments, named), **named)

            return asked  # type: ignore[return-value]

        @functools.wraps(function)
        def called(*arguments: P.args, **named: P.kwargs) -> T:
            return function(*moved(arguments, named), **named)

        return called

    return decorate


def _is_moment(value: object) -> bool:
    """Return whether a value is a date or a time, rather than a duration, a number, or a kind of data."""
    if isinstance(value, str):
        return re.match(r"\s*\d{4}", value) is not None and re.fullmatch(r"\s*\d+\s*[A-Za-z]+\s*", value) is None
    return isinstance(value, date) or type(value).__name__ == "datetime64"


def once_of_one(callback: Callable[..., T], shape: str) -> Callable[[Any, Any], T]:
    """Return a callback of two arguments, also from one that takes the second alone, as they did before.

    Parameters
    ----------
    callback : callable
        As a person gave it.
    shape : str
        How callbacks are called now, for the warning.

    Raises
    ------
    TypeError
        If it can be called neither way.

    Examples
    --------
    >>> once_of_one(lambda stream, changed: changed, "callback(stream, changed)")(None, ["AAPL"])
    ['AAPL']
    """
    try:
        signature = inspect.signature(callback)
    except ValueError:  # written in C, without telling
        return callback
    if _takes(signature, 2):
        return callback
    if not _takes(signature, 1):
        raise TypeError(f"{callback!r} cannot be called as {shape}")
    words = f"callbacks are called as {shape} now; those of one argument go with the next release"
    warn_of_old(words)
    return lambda _first, second: callback(second)


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*[None] * count)
    except TypeError:
        return False
    return True


def once_a_method(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a property's frame that may still be called, as when the property was a method.

    What is made of it, copies and pickles included, is a frame like any other.

    Parameters
    ----------
    frame : DataFrame
        What the property is.
    name : str
        How it is written now, for the warning: ``"report.frame"``.

    Examples
    --------
    >>> import pandas as pd
    >>> int(once_a_method(pd.DataFrame({"n": [1, 2]}), "report.frame")["n"].sum())
    3
    """
    found: pd.DataFrame = _callable_frame()(frame)
    found.attrs = dict(frame.attrs)
    object.__setattr__(found, "_written", name)
    return found


@functools.cache
def _callable_frame() -> Any:
    import pandas as pd

    class Frame(pd.DataFrame):
        _written = ""

        @property
        def _constructor(self) -> Any:
            return pd.DataFrame

        def __call__(self) -> pd.DataFrame:
            words = f"it is {self._written} now, without brackets; called it goes with the next release"
            warn_of_old(words)
            return self.copy()

        def __reduce_ex__(self, _protocol: object) -> Any:
            return copy.copy, (self.copy(),)

    return Frame
