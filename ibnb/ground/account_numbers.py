"""Account numbers: which are surely of paper trading, and where they stand in a text. At the ground, for all rooms.

One form for everybody: safety, masking, exports, recordings and bundles read the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: The kind in one or two letters (D for paper; individual, advisor, introducing broker), for some a further letter, the
#: digits, for some a letter behind them: ``U1234567``, ``DU1234567``, ``DUO123456``, ``F1234567A``.
FORM = r"[DFIU]{1,2}[A-Z]?[0-9]{5,9}[A-Z]?"
#: Nothing of a word before it, but for an escape as repr() writes it; nothing of one behind it.
_ESCAPES = (r"\\[abfnrtv]", r"\\x[0-9A-Fa-f]{2}", r"\\u[0-9A-Fa-f]{4}", r"\\U[0-9A-Fa-f]{8}")
_BEFORE = "|".join([r"(?<![A-Za-z0-9])", *(f"(?<={each})" for each in _ESCAPES)])
_ALONE = rf"(?:{_BEFORE})(?:%s)(?![A-Za-z0-9])"
#: Finds numbers of that form in a text; the same for bytes.
NUMBER = re.compile(_ALONE % FORM, re.IGNORECASE | re.ASCII)
NUMBER_IN_BYTES = re.compile(NUMBER.pattern.encode(), re.IGNORECASE)
_PAPER = re.compile(r"D[UFI][A-Z]?[0-9]+[A-Z]?", re.IGNORECASE | re.ASCII)
#: A name is no shorter where it is looked for in texts.
_SHORTEST = 4

_learned: set[str] = set()
_pattern = NUMBER


def is_paper(account: str) -> bool:
    """Return whether an account number is surely one of paper trading; what is not, counts as real money.

    Examples
    --------
    >>> [is_paper(number) for number in ("DU1234567", "DUO123456", "U1234567", "DU", "DEMO1", "")]
    [True, True, False, False, False, False]
    """
    return _PAPER.fullmatch(account) is not None


def learn(accounts: Iterable[str]) -> None:
    """Take note of the accounts of a log-in: they are found from now on, whatever their form."""
    global _pattern
    new = {name for name in accounts if len(name) >= _SHORTEST and re.search(r"[0-9]", name)} - _learned
    new = {name for name in new if NUMBER.fullmatch(name) is None}
    if new:
        _learned.update(new)
        names = "|".join(map(re.escape, sorted(_learned, key=len, reverse=True)))
        _pattern = re.compile(_ALONE % f"{names}|{FORM}", re.IGNORECASE | re.ASCII)


def masked(account: str) -> str:
    """Return an account number with its middle masked.

    Examples
    --------
    >>> masked("DU1234567"), masked("U12")
    ('DU***567', 'U***')
    """
    prefix = re.match(r"[A-Za-z]*", account)
    head = prefix.group() if prefix else ""
    return f"{head}***{account[-3:]}" if len(account) >= len(head) + 4 else f"{head}***"


def mask_all(text: str) -> str:
    """Return a text with every account number in it masked.

    Examples
    --------
    >>> mask_all("Invalid account code 'DUO123456'.")
    "Invalid account code 'DUO***456'."
    """
    return _pattern.sub(lambda found: masked(found.group()), text)
