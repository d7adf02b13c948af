"""Reading a message as far as it can be read: for answers of which no row may vanish because of one field.

`ibnb.wire.codec` is strict and refuses a message whole. Here a field that is not of its kind stays the text that it
is, and what a message that ends early lacks is missing from its values; both are said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ibnb.errors import MalformedMessage
from ibnb.wire.codec import RESPONSES, split
from ibnb.wire.fields import Kind
from ibnb.wire.reader import Reader


@dataclass(frozen=True)
class Loose:
    """A message as far as it could be read.

    Attributes
    ----------
    values : dict
        By name, as from `ibnb.wire.codec.decode_response`; a field of another kind is there as text.
    odd : tuple of str
        Names of the fields that are not of their kinds.
    received : int
        How many fields came.
    cut : bool
        Whether it ends before its last field.
    """

    values: dict[str, Any] = field(default_factory=dict)
    odd: tuple[str, ...] = ()
    received: int = 0
    cut: bool = False

    @property
    def whole(self) -> bool:
        """Whether all of it could be read."""
        return not self.odd and not self.cut


class _LooseReader(Reader):
    """Takes what is there."""

    def __init__(self, message: str, fields: list[str]) -> None:
        super().__init__(message, fields)
        self.odd: list[str] = []

    def read(self, name: str, kind: Kind) -> Any:
        if self.position >= len(self.fields):
            raise self.malformed(f"it ends before its field '{name}'")
        text = self.fields[self.position]
        self.position += 1
        try:
            return kind.decode(text)
        except ValueError:
            self.odd.append(name)
            return 0 if kind.name == "count" else text


def decode_loosely(version: int, payload: bytes) -> Loose:
    r"""Return what can be read of a message that a server of a version sent.

    Raises
    ------
    MalformedMessage
        If it does not say which message it is, or which one is not known.

    Examples
    --------
    >>> loose = decode_loosely(176, b"59\x001\x000001.01\x00much\x00USD\x00")
    >>> loose.values, loose.odd, loose.cut
    ({'exec_id': '0001.01', 'commission': 'much', 'currency': 'USD'}, ('commission',), True)
    """
    fields = split(payload)
    layout = RESPONSES.get(int(fields[0])) if fields[0].isdecimal() and len(fields[0]) < 6 else None
    if layout is None:
        raise MalformedMessage("A message of no known kind.", payload)
    reader = _LooseReader(layout.name, fields)
    reader.position = 1
    values: dict[str, Any] = {}
    try:
        for step in layout.steps(version):
            step.read(reader, values)
    except (MalformedMessage, TypeError):  # it ends, or what follows hangs on a field that is not of its kind
        return Loose(values, tuple(reader.odd), len(fields), cut=True)
    return Loose(values, tuple(reader.odd), len(fields))
