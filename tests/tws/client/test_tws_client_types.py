"""Both client libraries have what ibnb calls and reads: types are compared, and what is installed is looked at.

A library that is not installed is Any to the type checker, which then has nothing to say of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ibnb.tws.client import ib as protocols
from ibnb.tws.client import values
from ibnb.tws.client.backend import load

if TYPE_CHECKING:
    import ib_async
    import ib_insync

    def clients(one: ib_insync.IB, other: ib_async.IB) -> list[protocols.IB]:
        return [one, other]

    def contracts(one: ib_insync.Contract, other: ib_async.Contract) -> list[values.ContractLike]:
        return [one, other]

    def orders(one: ib_insync.Order, other: ib_async.Order) -> list[values.Order]:
        return [one, other]

    def states(one: ib_insync.OrderState, other: ib_async.OrderState) -> list[values.OrderState]:
        return [one, other]

    def trades(one: ib_insync.Trade, other: ib_async.Trade) -> list[values.Trade]:
        return [one, other]


def named(protocol: type) -> set[str]:
    """Return the attributes and methods that a Protocol names."""
    own = {name for name in vars(protocol) if not name.startswith(("__", "_abc", "_is_"))}
    return own | set(protocol.__annotations__)


VALUES = [each for each in vars(values).values() if isinstance(each, type) and each.__module__ == values.__name__]


@pytest.mark.parametrize("protocol", VALUES, ids=lambda each: each.__name__)
def test_the_library_has_a_class_of_that_name_with_these_fields(protocol: type) -> None:
    found = getattr(load().module, protocol.__name__)

    fields = {*getattr(found, "__dataclass_fields__", ()), *getattr(found, "events", ())}
    assert {name for name in named(protocol) if name not in fields and not hasattr(found, name)} == set()


def test_the_library_has_the_requests_events_and_tables() -> None:
    ib: Any = load().new_ib()

    parts = {
        protocols.IB: ib,
        protocols.Client: ib.client,
        protocols.Wrapper: ib.wrapper,
        protocols.Connection: ib.client.conn,
        values.Event: ib.errorEvent,
    }
    lacking = {(part.__name__, name) for part, own in parts.items() for name in named(part) if not hasattr(own, name)}
    assert lacking == set()
