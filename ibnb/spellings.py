"""Old spellings of arguments, callbacks and properties, which stay for one release and warn of the new one."""

from __future__ import annotations

import copy
import functools
import inspect
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    import pandas as pd

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
            warnings.warn(words, DeprecationWarning, stacklevel=2)
            return self.copy()

        def __reduce_ex__(self, _protocol: Any) -> Any:
            return copy.copy, (self.copy(),)

    return Frame
