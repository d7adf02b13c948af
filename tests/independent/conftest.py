"""A TWS that shares nothing with ibnb, and a short way to a session with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from independent.other_tws import OtherTws

import ibnb


@pytest.fixture
def other() -> Iterator[OtherTws]:
    tws = OtherTws()
    yield tws
    tws.close()


@pytest.fixture
def session(other: OtherTws) -> Iterator[Any]:
    with ibnb.connect(port=other.port, timeout=4) as connected:
        yield connected
