"""The reference that each order carries, by which it is known for ever: whatever happens to its connection or its ids.

TWS keeps the field ``orderRef`` of an order and tells it with the order, its completion and its fills.
"""

from __future__ import annotations

import re
import secrets

from ibnb.errors import BadInput
from ibnb.ground.account_numbers import mask_all

_PREFIX = "ibnb:"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH = 10
_TOKEN = re.compile(rf"^{_PREFIX}([a-z2-7]{{{_LENGTH}}})(?: (.*))?$", re.DOTALL)
#: Longer notes are not refused by TWS as far as is known, but nobody reads them.
LONGEST_NOTE = 100


def new_token() -> str:
    """Return what tells one order from all others: ten letters, of 32; none that looks like an account number."""
    while mask_all(token := "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))) != token:
        pass  # the audit log would mask it
    return token


def reference(token: str, note: str = "") -> str:
    """Return the ``orderRef`` of an order: its token first, so that it stands where a server cuts long references.

    Examples
    --------
    >>> reference("abcdefghij", "my note")
    'ibnb:abcdefghij my note'
    """
    return f"{_PREFIX}{token} {note}".rstrip()


def token_of(order_ref: object) -> str:
    """Return the token of an ``orderRef``; "" where it is none of ours.

    Examples
    --------
    >>> token_of("ibnb:abcdefghij my note"), token_of("somebody else's")
    ('abcdefghij', '')
    """
    found = _TOKEN.match(order_ref) if isinstance(order_ref, str) else None
    return found.group(1) if found else ""


def note_of(order_ref: str) -> str:
    """Return what a person wrote into a reference."""
    found = _TOKEN.match(order_ref)
    return (found.group(2) or "") if found else order_ref


def check_note(ref: object) -> str:
    """Return a note as it may stand in a reference.

    Raises
    ------
    BadInput
        If it is no text, or cannot stand in one line of ASCII.
    """
    if not isinstance(ref, str) or len(ref) > LONGEST_NOTE or not ref.isascii() or (ref and not ref.isprintable()):
        raise BadInput("ref", ref, f"text of up to {LONGEST_NOTE} characters in one line, without accents")
    return ref.strip()
