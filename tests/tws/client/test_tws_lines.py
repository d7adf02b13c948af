"""Market data lines: counted by contract, shared, and refused beyond the limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import RequestError
from ibnb.tws.client.lines import Lines

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 5)))


@given(STEPS, st.integers(1, 4))
def test_lines_are_as_many_as_contracts_in_use(steps: list[tuple[bool, int]], limit: int) -> None:
    lines, users = Lines(limit), dict.fromkeys(range(6), 0)
    for taking, contract in steps:
        in_use = sum(1 for count in users.values() if count)
        if taking and not users[contract] and in_use == limit:
            with pytest.raises(RequestError, match="lines are taken"):
                lines.take(contract)
        elif taking:
            assert lines.take(contract) is (users[contract] == 0)
            users[contract] += 1
        else:
            assert lines.give_back(contract) is (users[contract] == 1)
            users[contract] = max(users[contract] - 1, 0)

        assert lines.used == sum(1 for count in users.values() if count)
        assert lines.free == limit - lines.used


def test_a_refusal_of_tws_teaches_the_limit() -> None:
    lines = Lines(100)
    for contract in range(41):
        lines.take(contract)

    lines.refused()

    assert (lines.limit, lines.free) == (40, 0)
