"""Names with parameters, such as ``slow:seconds=1.5``: read against the function that takes the parameters.

A value may hold commas and colons; the next parameter begins where a comma is followed by a name and ``=``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ibnb.errors import BadInput
from ibnb.wire.ids import Request, Response

Named = TypeVar("Named", Request, Response)

_NEXT = re.compile(r",(?=[a-z_]+=)")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parameters(function: Callable[..., Any], skip: int = 0) -> dict[str, Any]:
    """Return a function's parameters and their defaults, without the first `skip`."""
    found = list(inspect.signature(function).parameters.values())[skip:]
    return {parameter.name: parameter.default for parameter in found}


def describe(name: str, defaults: Mapping[str, Any]) -> str:
    """Return a name with its parameters, as a person writes it."""
    settings = ",".join(
        f"{key}={str(value).lower() if value in (True, False) and type(value) is bool else value}"
        for key, value in defaults.items()
    )
    return f"{name}:{settings}" if settings else name


def choose(kind: str, text: str, known: Mapping[str, Any]) -> tuple[Any, str]:
    """Return the entry that a text such as ``name:key=value`` names, and what follows the colon.

    Raises
    ------
    BadInput
        For a name that there is none of, with those that there are.
    """
    name, _, rest = text.partition(":")
    if name not in known:
        close = [each for each in known if name and (name in each or each in name)]
        raise BadInput(kind, text, f"one of {', '.join(known)}", f"perhaps {close[0]!r}" if close else "")
    return known[name], rest


def read(kind: str, text: str, rest: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters in ``key=value,key=value``, each of its default's type.

    Raises
    ------
    BadInput
        For a parameter that there is none of, or a value that is not of its type.
    """
    given: dict[str, Any] = {}
    for setting in filter(None, _NEXT.split(rest)):
        key, equals, value = setting.partition("=")
        if key not in defaults or not equals:
            known = ", ".join(defaults) or "none"
            raise BadInput(kind, text, f"its parameters are {known}, written as key=value")
        given[key] = _value(kind, text, key, value, type(defaults[key]))
    return given


def _value(kind: str, text: str, key: str, value: str, wanted: type) -> Any:
    if wanted is bool:
        if value.lower() not in _TRUTH:
            raise BadInput(kind, text, f"{key} as true or false")
        return _TRUTH[value.lower()]
    try:
        number = wanted(value)
    except ValueError:
        raise BadInput(kind, text, f"{key} as {wanted.__name__}") from None
    if wanted is float and not abs(number) < 1e9:
        raise BadInput(kind, text, f"{key} as a finite number")
    return number


def message_named(kind: type[Named], name: str) -> Named:
    """Return a request or a response by TWS's name or by its number.

    Raises
    ------
    BadInput
        If there is none.
    """
    try:
        return kind(int(name)) if name.isascii() and name.isdecimal() else kind[name.upper()]
    except (KeyError, ValueError):
        what = kind.__name__.lower()
        example = "POSITIONS" if kind is Request else "POSITION"
        raise BadInput(what, name, f"a {what} by TWS's name, such as {example}, or by its number") from None


def one_of(name: str, value: str, allowed: Mapping[str, Any]) -> Any:
    """Return the entry of a value, or refuse it with those that are allowed."""
    if value not in allowed:
        raise BadInput(name, value, f"one of {', '.join(allowed)}")
    return allowed[value]


def at_least(name: str, value: float, least: float) -> None:
    """Refuse a number below `least`."""
    if value < least:
        raise BadInput(name, value, f"at least {least:g}")
