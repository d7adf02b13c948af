"""Old spellings of arguments and callbacks, which stay for one release with a warning that names the new one."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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
                warnings.warn(words, DeprecationWarning, stacklevel=3)
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


def once_of_one(callback: Callable[..., T], shape: str, stacklevel: int = 2) -> Callable[[Any, Any], T]:
    """Return a callback of two arguments, also from one that takes the second alone, as they did before.

    Parameters
    ----------
    callback : callable
        As a person gave it.
    shape : str
        How callbacks are called now, for the warning.
    stacklevel : int
        Where the person stands who gave it, as of `warnings.warn`.

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
    warnings.warn(words, DeprecationWarning, stacklevel=stacklevel)
    return lambda _first, second: callback(second)


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*[None] * count)
    except TypeError:
        return False
    return True
