"""Old spellings of arguments, which stay for one release with a DeprecationWarning that names the new one."""

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
