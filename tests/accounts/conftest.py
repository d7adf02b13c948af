"""A session with a server that is not the simulator, whose answers a test makes odd field by field."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tws"))
from odd_servers import open_session


@pytest.fixture
def odd() -> Iterator[Callable[..., Any]]:
    """Return a function that gives a session with a server of a few lines, by what it answers."""
    with ExitStack() as opened:
        yield lambda rows=None, *more, **given: opened.enter_context(open_session(rows or {}, *more, **given))
