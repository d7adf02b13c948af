"""A message's layout, said once: from it come writing, reading, and the differences between server versions.

A layout is a row of items: a `Field`, a `Const`, `since(157, ...)` and `until(177, ...)` for items that only
some versions have, `When` for items that depend on a value before them, `Repeat` for a count and its rows.
`Layout.encode` and `Layout.decode` walk the same row, so that what one side writes the other side reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any, Protocol, cast

from ibnb.errors import MalformedMessage
from ibnb.wire.fields import COUNT, Kind
from ibnb.wire.reader import Reader

#: Values by field name; repeated groups are lists of such mappings, or of bare values for rows of one field.
Values = Mapping[str, Any]


class Item(Protocol):
    """A part of a layout."""

    def resolve(self, version: int) -> tuple[Step, ...]:
        """Return the steps that this item takes at a server version."""

    def names(self) -> Iterable[str]:
        """Return the names of the values this item may use."""


class Step(Protocol):
    """An item at one version: writes itself, reads itself."""

    def write(self, values: Values, out: list[str]) -> None:
        """Append this step's fields to `out`."""

    def read(self, reader: Reader, values: dict[str, Any]) -> None:
        """Take this step's fields from `reader` into `values`."""


@dataclass(frozen=True)
class Field:
    """One value.

    Parameters
    ----------
    name : str
        The key in the values.
    kind : Kind
        How it is written.
    default : object
        What is written where the values do not have the key.
    """

    name: str
    kind: Kind
    default: Any = None

    def resolve(self, version: int) -> tuple[Step, ...]:
        return (self,)

    def names(self) -> Iterable[str]:
        return (self.name,)

    def write(self, values: Values, out: list[str]) -> None:
        out.append(self.kind.encode(values.get(self.name, self.default)))

    def read(self, reader: Reader, values: dict[str, Any]) -> None:
        values[self.name] = reader.read(self.name, self.kind)


@dataclass(frozen=True)
class Const:
    """A field that is always the same to us, such as a message's own version; not looked at when read."""

    text: str

    def resolve(self, version: int) -> tuple[Step, ...]:
        return (self,)

    def names(self) -> Iterable[str]:
        return ()

    def write(self, values: Values, out: list[str]) -> None:
        out.append(self.text)

    def read(self, reader: Reader, values: dict[str, Any]) -> None:
        if not reader.left:
            raise reader.malformed(f"it ends before its constant {self.text!r}")
        reader.position += 1


@dataclass(frozen=True)
class Gate:
    """Items that only servers of a range of versions know; `upto` is the first version without them."""

    items: tuple[Item, ...]
    since: int = 0
    upto: int = 1_000_000

    def resolve(self, version: int) -> tuple[Step, ...]:
        return resolve(self.items, version) if self.since <= version < self.upto else ()

    def names(self) -> Iterable[str]:
        return names(self.items)


def since(version: int, *items: Item) -> Gate:
    """Return `items` for servers of `version` and newer."""
    return Gate(items, since=version)


def until(version: int, *items: Item) -> Gate:
    """Return `items` for servers older than `version`."""
    return Gate(items, upto=version)


@dataclass(frozen=True)
class When:
    """Items that are there only where the values before them say so."""

    condition: Callable[[Values], bool]
    items: tuple[Item, ...]

    def resolve(self, version: int) -> tuple[Step, ...]:
        return (_WhenStep(self.condition, _joined(resolve(self.items, version))),)

    def names(self) -> Iterable[str]:
        return names(self.items)


@dataclass(frozen=True)
class _WhenStep:
    condition: Callable[[Values], bool]
    steps: tuple[Step, ...]

    def write(self, values: Values, out: list[str]) -> None:
        if self.condition(values):
            for step in self.steps:
                step.write(values, out)

    def read(self, reader: Reader, values: dict[str, Any]) -> None:
        if self.condition(values):
            for step in self.steps:
                step.read(reader, values)


@dataclass(frozen=True)
class Rendered:
    """Rows written out beforehand, for messages of very many: `text` is their fields, joined by NUL."""

    count: int
    text: str


@dataclass(frozen=True)
class Repeat:
    """A count, then so many rows; a row of one `Field` is a bare value, else a mapping.

    Parameters
    ----------
    name : str
        The key in the values: a sequence of rows (or `Rendered`), none where it is missing.
    items : tuple of Item
        A row.
    """

    name: str
    items: tuple[Item, ...]

    def resolve(self, version: int) -> tuple[Step, ...]:
        bare = len(self.items) == 1 and isinstance(self.items[0], Field)
        steps = resolve(self.items, version)
        return (_RepeatStep(self.name, steps if bare else _joined(steps), bare, names(self.items)),)

    def names(self) -> Iterable[str]:
        return (self.name,)


@dataclass(frozen=True)
class _RepeatStep:
    name: str
    steps: tuple[Step, ...]
    bare: bool
    row_names: frozenset[str]

    def write(self, values: Values, out: list[str]) -> None:
        rows = values.get(self.name) or ()
        if isinstance(rows, Rendered):
            out.append(str(rows.count))
            if rows.count:
                out.append(rows.text)
            return
        if isinstance(rows, str | Mapping):
            raise TypeError(f"{self.name} is a sequence of rows, not one {type(rows).__name__}")
        out.append(str(len(rows)))
        if self.bare:
            step = self.steps[0]
            assert isinstance(step, Field)
            out.extend(map(step.kind.encode, rows))
            return
        for row in rows:
            if unknown := row.keys() - self.row_names:
                raise ValueError(f"{self.name} have no such field: {', '.join(sorted(unknown))}")
            for step in self.steps:
                step.write(row, out)

    def read(self, reader: Reader, values: dict[str, Any]) -> None:
        count = reader.read(f"number of {self.name}", COUNT)
        # Every row takes a field at least: a count beyond that is refused before anything is built from it.
        if count > reader.left:
            raise reader.malformed(f"it announces {count} {self.name} and has {reader.left} fields left")
        rows: list[Any] = []
        for _ in range(count):
            row: dict[str, Any] = {}
            for step in self.steps:
                step.read(reader, row)
            rows.append(next(iter(row.values())) if self.bare else row)
        values[self.name] = rows


def resolve(items: Iterable[Item], version: int) -> tuple[Step, ...]:
    """Return the steps of all `items` at `version`, in order."""
    return tuple(step for item in items for step in item.resolve(version))


class _Run:
    """Fields one behind the other, which are read at once: most of a long message."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = tuple(fields)
        self.kinds = [(each.name, each.kind) for each in self.fields]

    def write(self, values: Values, out: list[str]) -> None:
        for field in self.fields:
            field.write(values, out)

    def read(self, reader: Reader, values: dict[str, Any]) -> None:
        reader.read_run(self.kinds, values)


def _joined(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return steps with their fields in runs."""
    joined: list[Step] = []
    for is_field, same in groupby(steps, lambda step: isinstance(step, Field)):
        if is_field:
            joined.append(_Run(cast(Iterable[Field], same)))
        else:
            joined.extend(same)
    return tuple(joined)


def names(items: Iterable[Item]) -> frozenset[str]:
    """Return the names of the values that `items` may use."""
    return frozenset(name for item in items for name in item.names())


class Layout:
    r"""A whole message: its id, then its items.

    Parameters
    ----------
    message_id : int
        The first field.
    *items : Item
        What follows.

    Examples
    --------
    >>> from ibnb.wire.fields import INT, TEXT
    >>> layout = Layout(9, Const("1"), Field("order_id", INT))
    >>> layout.encode(176, {"order_id": 530})
    b'9\x001\x00530\x00'
    >>> layout.decode(176, ["9", "1", "530"])
    {'order_id': 530}
    """

    def __init__(self, message_id: int, *items: Item) -> None:
        self.message_id, self.items = message_id, items
        # Resolved once for each version it meets: at most one entry a version spoken.
        self.steps = lru_cache(maxsize=128)(lambda version: _joined(resolve(items, version)))

    @property
    def name(self) -> str:
        """The message's name, for errors."""
        return getattr(self.message_id, "name", str(self.message_id))

    @cached_property
    def value_names(self) -> frozenset[str]:
        """All keys that the values may have."""
        return names(self.items)

    def encode(self, version: int, values: Values) -> bytes:
        """Return the payload of this message with `values`, as a peer of `version` reads it.

        Raises
        ------
        MalformedMessage
            If `values` or one of its rows has a key that the layout does not know, or what cannot be written.
        """
        if unknown := values.keys() - self.value_names:
            raise MalformedMessage(f"{self.name}: no such field: {', '.join(sorted(unknown))}.")
        out = [str(int(self.message_id))]
        try:
            for step in self.steps(version):
                step.write(values, out)
        except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
            raise MalformedMessage(f"{self.name}: cannot write field {len(out) + 1}: {error}.") from error
        out.append("")
        return "\0".join(out).encode("utf-8", "replace")

    def decode(self, version: int, fields: Sequence[str]) -> dict[str, Any]:
        """Return the values in `fields`, the message id among them as the first.

        Fields beyond the layout are left alone: a newer peer may say more than we know.

        Raises
        ------
        MalformedMessage
            If fields are missing, or one is not of its kind; it says which and what was received.
        """
        reader = Reader(self.name, fields)
        reader.position = 1
        values: dict[str, Any] = {}
        for step in self.steps(version):
            step.read(reader, values)
        return values
