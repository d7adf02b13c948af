"""Client ids: drawn from a range of their own, all different."""

from __future__ import annotations

import pytest

from ibnb.errors import BadInput
from ibnb.tws.start.clientids import ATTEMPTS, RANGE, check_client_id, generate


def test_generated_ids_are_different_and_in_the_range():
    ids = list(generate())

    assert len(set(ids)) == len(ids) == ATTEMPTS
    assert all(one in RANGE for one in ids)


def test_the_range_keeps_clear_of_ids_that_mean_something():
    assert not set(RANGE) & {0, 1, 100, 999}


@pytest.mark.parametrize("given", [-1, 2**31, "7", 1.0, True])
def test_impossible_ids_are_refused(given):
    with pytest.raises(BadInput, match="client_id"):
        check_client_id(given)


@pytest.mark.parametrize("given", [0, 2**31 - 1])
def test_the_ends_of_the_range_are_taken(given):
    assert check_client_id(given) == given
