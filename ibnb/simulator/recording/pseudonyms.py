"""Account numbers that stand for real ones in a recording: of the same kind and length, and the same ones throughout.

The kind stays (``DU`` is paper), so that a recording is read as the session was; the length stays, so that a message
whose strings carry their lengths stays whole.
"""

from __future__ import annotations

import re

from ibnb.ground.account_numbers import NUMBER_IN_BYTES

_PARTS = re.compile(rb"([A-Za-z]*)([0-9]*)(.*)", re.DOTALL)


class Pseudonyms:
    r"""Replaces account numbers in messages.

    Examples
    --------
    >>> names = Pseudonyms()
    >>> names.replace(b"15\x001\x00DU1234567,U7654321\x00")
    b'15\x001\x00DU9000001,U9000002\x00'
    >>> names.replace(b"61\x003\x00U7654321\x00")
    b'61\x003\x00U9000002\x00'
    """

    def __init__(self) -> None:
        self._names: dict[bytes, bytes] = {}

    def learn(self, account: bytes) -> None:
        """Take note of an account number that may not look like one."""
        if account and account not in self._names:
            self._add(account)

    def replace(self, payload: bytes) -> bytes:
        """Return a message with every account number in it replaced."""
        payload = NUMBER_IN_BYTES.sub(lambda found: self._names.get(found[0]) or self._add(found[0]), payload)
        for account, name in self._names.items():
            # What looks like a number is done; a name such as one of an advisor's own may stand anywhere.
            if account in payload and not NUMBER_IN_BYTES.fullmatch(account):
                payload = payload.replace(account, name)
        return payload

    def _add(self, account: bytes) -> bytes:
        number = len(self._names) + 1
        found = _PARTS.fullmatch(account)
        assert found is not None
        kind, digits, rest = found.groups()
        if len(digits) > len(str(number)):
            name = b"%s9%0*d%s" % (kind, len(digits) - 1, number, rest)
        else:
            name = (b"X%0*d" % (max(len(account) - 1, 1), number))[: max(len(account), 2)]
        self._names[account] = name
        return name
