"""The fields of one message, read one after the other, and the error that says where they are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ibnb.errors import MalformedMessage
from ibnb.wire.fields import Kind


class Reader:
    """The fields of one message, and how far they have been read."""

    def __init__(self, message: str, fields: Sequence[str]) -> None:
        self.message, self.fields, self.position = message, fields, 0

    def read(self, name: str, kind: Kind) -> Any:
        """Return the next field as a value of `kind`."""
        if self.position >= len(self.fields):
            raise self.malformed(f"it ends before its field '{name}'")
        text = self.fields[self.position]
        try:
            value = kind.decode(text)
        except ValueError as error:
            raise self.malformed(f"its field '{name}' is {text[:60]!r}, {error} (a {kind.name} is wanted)") from None
        self.position += 1
        return value

    def read_run(self, fields: Iterable[tuple[str, Kind]], values: dict[str, Any]) -> None:
        """Take fields one behind the other into `values`, each as by `read`."""
        texts, at = self.fields, self.position
        for name, kind in fields:
            try:
                values[name] = kind.decode(texts[at])
                at += 1
            except (ValueError, IndexError):
                self.position = at
                values[name] = self.read(name, kind)  # says what is wrong, or takes it as it is
                at = self.position
        self.position = at

    @property
    def left(self) -> int:
        """How many fields have not been read."""
        return len(self.fields) - self.position

    def malformed(self, what: str) -> MalformedMessage:
        """Return the error that says what is wrong with this message, and where."""
        received = "|".join(self.fields)[:256].encode("utf-8", "replace")
        return MalformedMessage(
            f"{self.message}: {what}, at field {self.position + 1} of {len(self.fields)}.", received
        )
