"""A session with a server that is not the simulator, whose answers a test makes odd field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from accounts.odd_servers import open_session


@pytest.fixture
def odd() -> Iterator[Callable[..., Any]]:
    """Return a function that gives a session with a server of a few lines, by what it answers."""
    with ExitStack() as opened:
        yield lambda rows=None, *more, **given: opened.enter_context(open_session(rows or {}, *more, **given))
