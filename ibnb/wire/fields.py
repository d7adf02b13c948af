"""How one value stands on the wire: text, with TWS's own signs for "not set".

A `Kind` turns a Python value into a field and back. ``None`` is a value that is not set; which sign stands
for it differs from field to field (nothing at all, the largest int, the largest double), so there is a kind
for each. All reading is strict: text that is not of the kind raises `ValueError`, which the layout reports
with the field's name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

#: The signs that TWS writes for a number that is not set.
UNSET_DOUBLE_TEXT = "1.7976931348623157E308"
UNSET_INT_TEXT = "2147483647"
UNSET_LONG_TEXT = "9223372036854775807"
UNSET_DECIMAL_TEXT = "-9223372036854775808"

_UNSET_INTS = frozenset({2**31 - 1, 2**63 - 1, -(2**63)})
_UNSET_DECIMALS = frozenset(
    Decimal(text) for text in (UNSET_INT_TEXT, UNSET_LONG_TEXT, UNSET_DECIMAL_TEXT, UNSET_DOUBLE_TEXT)
)
_LARGEST_DOUBLE = 1.7976931348623157e308
# More digits than any price, quantity or id has; without a bound, a hostile field could cost seconds to read.
_MAX_DIGITS = 400
# What int(), float() and Decimal() take besides (spaces, underscores, digits of other scripts) no TWS writes.
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# As TWS and ibapi, ib_insync, and a bare str() write it.
_INFINITIES = {"Infinity": math.inf, "Infinite": math.inf, "inf": math.inf}
_INFINITIES |= {"-Infinity": -math.inf, "-inf": -math.inf}
# The escapes that `unicode_escape` writes; a backslash before anything else is a sender's own and stays.
_ESCAPE = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U000[0-9a-f]{5}|U0010[0-9a-f]{4}|[\\nrt])")


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to write a value as a field.

    Parameters
    ----------
    name : str
        What the field holds, in words, for messages.
    encode, decode : callable
        Value to text, and back. `decode` raises `ValueError` for text that is not of this kind.
    """

    name: str
    encode: Callable[[Any], str]
    decode: Callable[[str], Any]


def _check_text(value: object) -> str:
    if value is None:
        return ""
    text = value if type(value) is str else str(value)
    if "\0" in text:
        raise ValueError("text with a NUL in it cannot be sent")
    return text


def _escape(value: object) -> str:
    return "" if value is None else str(value).encode("unicode_escape").decode("ascii")


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: found.group().encode().decode("unicode_escape"), text)


def _encode_int(value: Any) -> str:
    if value is None:
        return ""
    number = int(value)
    if number != value and not isinstance(value, str):
        raise ValueError(f"{value!r} is not a whole number")
    return str(number)


def _decode_int(text: str) -> int | None:
    if not text:
        return None
    if len(text) > _MAX_DIGITS or not _WHOLE.fullmatch(text):
        raise ValueError("not a whole number")
    value = int(text)
    return None if value in _UNSET_INTS else value


def _encode_double(value: Any) -> str:
    if value is None:
        return ""
    number = float(value)
    if number != number:
        raise ValueError("NaN cannot be sent; None is a number that is not set")
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return repr(number)


def _decode_double(text: str) -> float | None:
    if not text:
        return None
    if text in _INFINITIES:
        return _INFINITIES[text]
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    value = float(text)
    return None if value == _LARGEST_DOUBLE else value


def _encode_decimal(value: Any) -> str:
    if value is None:
        return ""
    number = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decode_decimal(text: str) -> Decimal | None:
    if not text:
        return None
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError("not a finite number")
    try:
        value = Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal holds
        value = None
    if value is None or abs(value.adjusted()) > _MAX_DIGITS:
        raise ValueError("not a finite number")
    return None if value in _UNSET_DECIMALS else value


def _decode_bool(text: str) -> bool:
    if text in ("1", "true", "True"):
        return True
    if text in ("0", "", "false", "False"):
        return False
    raise ValueError("neither 0 nor 1")


def _decode_count(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise ValueError("not a count")
    return int(text)


def _written_as(kind: Kind, unset: str) -> Kind:
    """Return `kind` with another sign for a value that is not set."""
    return Kind(kind.name, lambda value: unset if value is None else kind.encode(value), kind.decode)


#: Text as it is. ``None`` is written as nothing and read back as "".
TEXT = Kind("text", _check_text, lambda text: text)
#: Text that a server of version 153 and newer writes as Python's ``unicode_escape`` does.
ESCAPED = Kind("text", _escape, _unescape)
INT = Kind("whole number", _encode_int, _decode_int)
INT_OR_MAX = _written_as(INT, UNSET_INT_TEXT)
LONG_OR_MAX = _written_as(INT, UNSET_LONG_TEXT)
DOUBLE = Kind("number", _encode_double, _decode_double)
DOUBLE_OR_MAX = _written_as(DOUBLE, UNSET_DOUBLE_TEXT)
#: An exact number without an exponent or trailing zeros: sizes, quantities, and prices at their tick.
DECIMAL = Kind("number", _encode_decimal, _decode_decimal)
DECIMAL_OR_MIN = _written_as(DECIMAL, UNSET_DECIMAL_TEXT)
BOOL = Kind("0 or 1", lambda value: "1" if value else "0", _decode_bool)
#: How many rows follow.
COUNT = Kind("count", str, _decode_count)
